import type { RunAs } from '../core/sql/database-port';
import type { RunTarget } from '../core/stress/contract';

/** Access keys as the AWS SDK takes them. */
export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Yields keys when asked, fresh ones where they are temporary. */
export type KeyProvider = () => Promise<AwsKeys>;

/** A cluster and who may connect to it. */
export interface ClusterTarget {
  /** `local`, or the profile's name. */
  name: string;
  kind: 'local' | 'aws';
  region: string;
  /** Host name, for connections and for tokens. */
  endpoint: string;
  /** Its name as the service gives them, from which AWS's connectors read the Region; undefined where that is the endpoint. */
  clusterHost?: string;
  port: number;
  /** IP address that connections go to in place of the endpoint's own: a tunnel's end. */
  hostaddr?: string;
  /** Data directory of a local cluster. */
  dataDir?: string;
  /** PEM file of the certificate authority; the system's own list when undefined. */
  caFile?: string;
  /** Keys of an identity; undefined where the target has none for it. */
  credentials: { admin: KeyProvider; lambda?: KeyProvider };
  /** ARNs of the identities where they are known without asking STS. */
  arns?: Partial<Record<RunAs, string>>;
}

/** Where a workshop runs: a cluster, and the Lambda beside it. */
export interface Target extends ClusterTarget {
  lambda: {
    /** URL of a Lambda API that also serves its functions' logs; the SDK's variables, then AWS's own, when undefined. */
    endpoint?: string;
    /** Execution role of deployed functions. */
    roleArn: string;
    /** Role of load generators, where one is known that may invoke. */
    generatorRoleArn?: string;
    /** Put before every function's name. */
    functionPrefix: string;
  };
}

/** What a result of a stress run says of its target. */
export const runTargetOf = ({ name, kind, region, endpoint, lambda: { functionPrefix } }: Target): RunTarget => ({
  name,
  kind,
  region,
  endpoint,
  ...(functionPrefix !== '' && { functionPrefix }),
});

/** The keys of an identity, where the target has them. */
export const keysOf = (target: ClusterTarget, as: RunAs): KeyProvider | undefined => target.credentials[as];
