import path from 'node:path';
import type { CodedError } from '../base/errors';
import { systemClock } from '../base/clock';
import type { Closeable } from '../base/lifecycle';
import { clusterHost } from '../core/connections/endpoint';
import { createDialect } from '../core/dialect/dialect';
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, type LocalClusterInfo } from '../protocol/local-cluster';
import { removeClusterFile, writeClusterFile } from './cluster-file';
import { listenFailed, notReached, systemLimitOf } from './errors';
import { createExplainer } from './explain/explainer';
import type { Limits } from './gateway/limits';
import { startGateway, type Gateway, type OccOptions } from './gateway/server';
import { createAuthenticator } from './identity/authenticator';
import { loadServerCertificate } from './identity/certificates';
import { loadIdentity } from './identity/identity';
import { principalsOf } from './identity/principals';
import { createRoleMappings } from './identity/role-mappings';
import { startJobRunner, type JobRunnerOptions } from './jobs/runner';
import { startLambdaService } from './lambda/service';
import { fewOpenFiles } from './open-files';
import { accepts, isPortAnswering } from './ports-in-use';
import { defaultDataDir } from './postgres/directories';
import { startPostgres, type PostgresTransport } from './postgres/server';

export { findRunningCluster } from './cluster-file';

/** What to start. Everything has a default. */
export interface LocalClusterOptions {
  /** Default: `DSQL_WORKSHOP_HOME/local`, else `dsql-workshop/local` in the platform's folder for application data. */
  dataDir?: string;
  /** Absent: 5432 when it is free, else any free port. 0: any free port. */
  port?: number;
  /** Absent or 0: any free port. */
  lambdaPort?: number;
  /** Default us-east-1. */
  region?: string;
  /** Survive a power cut too. Default false: a killed process loses nothing either way. */
  fsync?: boolean;
  /** Quotas other than the service's, for tests of what happens at them. */
  limits?: Partial<Limits>;
  /** Refuse clients that send no TLS server name (SNI), as the service does, also those that connect to an address. Default false. */
  requireSni?: boolean;
  /** How PostgreSQL is reached; see `PostgresOptions`. Default by platform. */
  transport?: PostgresTransport;
  /** Optimistic concurrency, as far as it can be chosen. */
  occ?: OccOptions;
  /** How long asynchronous jobs take at least, and how long they are kept. */
  jobs?: Omit<JobRunnerOptions, 'postgres'>;
  /** One line about what went wrong or was repaired; never a token or a value. */
  log?(line: string): void;
  /** PostgreSQL keeps dying: the cluster is of no more use and should be closed. */
  onFailure?(error: CodedError): void;
}

/** A running local cluster. `close` stops everything it started, in any state, once. */
export interface LocalCluster extends Closeable {
  readonly info: LocalClusterInfo;
}

/** The gateway's Unix socket beside PostgreSQL's, no longer than its name: the path of both is limited. */
const SOCKET_NAME = '.s.gateway';
/** The port that programs written for DSQL expect. */
const PREFERRED_PORT = 5432;

/**
 * Starts PostgreSQL, the gateway before it, the job runner and the Lambda service, and describes them in `<dataDir>/cluster.json`.
 * Rejects with a CodedError; nothing that was started is then left running.
 */
export async function startLocalCluster(options: LocalClusterOptions = {}): Promise<LocalCluster> {
  const started: Closeable[] = [];
  const keep = <T extends Closeable>(part: T): T => {
    started.push(part);
    return part;
  };
  const dataDir = path.resolve(options.dataDir ?? defaultDataDir());
  const region = options.region ?? LOCAL_REGION;
  const log = options.log ?? (() => undefined);
  const few = fewOpenFiles();
  if (few !== undefined) log(few);
  try {
    const loading = createDialect();
    // heard below: PostgreSQL must have started, to be stopped
    loading.catch(() => undefined);
    const postgres = keep(
      await startPostgres({
        dataDir,
        fsync: options.fsync,
        transport: options.transport,
        onFailure: options.onFailure,
        onDiskFull: ({ message }) =>
          log(`${message} PostgreSQL stands still and goes on by itself once there is space.`),
      }),
    );
    const dialect = await loading;
    postgres.onRestart(() => log('PostgreSQL had stopped and has been started again'));
    const identity = loadIdentity(dataDir);
    const principals = principalsOf(identity);
    const names = [identity.clusterId, 'localhost'].map(id => clusterHost(id, region));
    const certificate = await loadServerCertificate(
      dataDir,
      ['localhost', '127.0.0.1', '::1', ...names],
      systemClock.now(),
    );
    const explain = (error: unknown): Promise<never> => Promise.reject(postgres.explain(error));
    const jobs = keep(await startJobRunner({ log, ...options.jobs, postgres }).catch(explain));
    const mappings = keep(createRoleMappings(postgres.address));
    const { requireSni } = options;
    const { clusterId } = identity;
    const { isMapped } = mappings;
    const authenticator = createAuthenticator({ clusterId, principals, region, isMapped, requireSni });
    const gateway = keep(
      await listen(options.port, port =>
        startGateway({
          port,
          socketPath:
            postgres.address.password === undefined ? path.join(postgres.address.host, SOCKET_NAME) : undefined,
          postgres,
          tls: { cert: certificate.certificate, key: certificate.privateKey },
          dialect,
          authenticator,
          explainer: createExplainer(),
          jobs,
          clock: systemClock,
          occ: options.occ,
          limits: options.limits,
          log,
        }),
      ).catch(explain),
    );
    await mustBeReached(gateway.port);
    const lambda = keep(
      await startLambdaService({
        port: options.lambdaPort,
        dataDir: path.join(dataDir, 'functions'),
        region,
        accountId: LOCAL_ACCOUNT_ID,
        principals,
        executionRole: identity.lambdaRole,
        cluster: {
          endpoint: 'localhost',
          gatewayPort: gateway.port,
          gatewaySocket: gateway.socketPath,
          clusterHost: clusterHost(identity.clusterId, region),
          caFile: certificate.caFile,
        },
        log,
      }),
    );
    const info: LocalClusterInfo = {
      endpoint: 'localhost',
      port: gateway.port,
      region,
      caFile: certificate.caFile,
      dataDir,
      clusterId,
      lambdaEndpoint: lambda.endpoint,
      admin: identity.admin,
      lambdaRole: identity.lambdaRole,
      generatorRole: identity.generatorRole,
      pid: process.pid,
    };
    writeClusterFile(info);
    return new RunningCluster(info, started);
  } catch (error) {
    await closeAll(started);
    throw systemLimitOf(error) ?? error;
  }
}

class RunningCluster implements LocalCluster {
  private closing?: Promise<void>;

  constructor(
    readonly info: LocalClusterInfo,
    private readonly parts: Closeable[],
  ) {}

  close(): Promise<void> {
    if (!this.closing) {
      removeClusterFile(this.info);
      this.closing = closeAll(this.parts);
    }
    return this.closing;
  }
}

/** Closes in reverse order of start, PostgreSQL last; a part that fails to close keeps no other open. */
async function closeAll(parts: Closeable[]): Promise<void> {
  const [postgres, ...others] = parts;
  await Promise.allSettled(others.reverse().map(part => part.close()));
  await postgres?.close();
}

/** Listens at the port asked for, or at the preferred one when none was asked for and it is free, or at any. */
async function listen(port: number | undefined, start: (port: number) => Promise<Gateway>): Promise<Gateway> {
  const explained = (asked: number): Promise<Gateway> =>
    start(asked).catch((error: unknown) => Promise.reject(listenFailed(asked, error)));
  if (port !== undefined) return explained(port);
  if (await isPortAnswering(PREFERRED_PORT)) return explained(0);
  return start(PREFERRED_PORT).catch(() => explained(0));
}

/** A name that nobody answers for takes as long. */
const REACH_MS = 10_000;

/** Clients connect to `localhost`. Throws `LOCAL_NO_LOOPBACK` where that does not lead to this machine. */
async function mustBeReached(port: number): Promise<void> {
  if (await accepts('localhost', port, REACH_MS)) return;
  throw notReached(await accepts('127.0.0.1', port, REACH_MS));
}
