/**
 * The contract between the local cluster's process and whoever started it (CLI, extension, tests).
 * The process prints `LocalClusterInfo` as one JSON line on stdout when it is ready (`--json`), and stays until SIGTERM/SIGINT
 * or, when started with an IPC channel, until that channel closes.
 */

/** An access key of the local cluster's own IAM. Worth nothing outside it. */
export interface LocalPrincipal {
  accessKeyId: string;
  secretAccessKey: string;
  /** `arn:aws:iam::<account>:role/<name>` */
  arn: string;
}

/**
 * V8 flags for the process of the gateway. Its garbage is young and much: a young generation of twice V8's own size is collected half as
 * often, which takes a sixth off the gateway's CPU time a transaction. It grows to that size only under load.
 *
 * Nor is anything to begin its life in the old generation. V8 puts there what has outlived a few collections, as open transactions do, by
 * the place in the code that makes it; all that such an object refers to outlives collections then, until the old generation is collected.
 */
export const CLUSTER_V8_FLAGS: readonly string[] = ['--max-semi-space-size=32', '--no-allocation-site-pretenuring'];

/** A running local cluster, as printed by `dsql-workshop local --json` and kept (mode 0600) in `<dataDir>/cluster.json` while it runs. */
export interface LocalClusterInfo {
  /** Host name for clients and for tokens: `localhost`. */
  endpoint: string;
  port: number;
  region: string;
  /** PEM file of the cluster's own CA: verify-full works with it. */
  caFile: string;
  dataDir: string;
  /** 26 characters, as in `<id>.dsql.<region>.on.aws`. */
  clusterId: string;
  /** `http://localhost:<port>` of the Lambda API. */
  lambdaEndpoint: string;
  /** May connect as `admin` and as each mapped role. */
  admin: LocalPrincipal;
  /** The execution role of local functions: may connect only as roles granted to its ARN. */
  lambdaRole: LocalPrincipal;
  /** The role of load generators in the local Lambda: may invoke functions, and connect as `admin`. */
  generatorRole: LocalPrincipal;
  /** Process id of the cluster's owner process. */
  pid: number;
}

/** What `local --json` prints on stdout, as one JSON line, when it cannot start or has to end; the exit code is then not 0. */
export interface LocalClusterFailure {
  error: { code: string; message: string; nextStep?: string };
}

/** The account number in the local cluster's ARNs. */
export const LOCAL_ACCOUNT_ID = '000000000000';
/** The Region a local cluster answers in unless told otherwise. */
export const LOCAL_REGION = 'us-east-1';
/** Names, in the environment of a shell or a command beside a local cluster, the data directory that commands of this product use without one. */
export const DATA_DIR_VARIABLE = 'DSQL_WORKSHOP_DATA_DIR';
/** File in the data directory that describes the running cluster. */
export const CLUSTER_FILE = 'cluster.json';
