import { CodedError, describeError } from '../base/errors';
import { Deferred } from '../base/deferred';
import { clusterHost } from '../core/connections/endpoint';
import type { LocalClusterFailure } from '../protocol/local-cluster';
import { hostsFile } from './errors';
import { startLocalCluster, type LocalCluster, type LocalClusterOptions } from './cluster';

/** How the serving process meets the world, for tests and for the command line. */
export interface ServeOptions extends LocalClusterOptions {
  /** Print one line of JSON, also for an error, instead of text for people. */
  json?: boolean;
}

/** The process that serves: its streams, its signals, its lifeline. */
export interface ServeHost {
  writeOutput(text: string): void;
  writeError(text: string): void;
  /** An error as people read it there; default its cause and next step. */
  failureText?(error: unknown): string;
  /** Calls back when the process should end: a signal, which is given, or the parent's IPC channel closed. */
  onStop(listener: (signal?: NodeJS.Signals) => void): void;
}

/** A clean stop takes less, also of a cluster that is still starting; past this the process ends anyway, and the watchdog sees to PostgreSQL. */
const STOP_DEADLINE_MS = 5000;

/**
 * Runs a local cluster until it is told to stop. Prints the ready line (or text), or the error.
 * @returns the exit code: 0 after a stop that was asked for, 1 otherwise
 */
export async function serveLocalCluster(options: ServeOptions, host: ServeHost): Promise<number> {
  const stop = new Deferred<number>();
  host.onStop(() => stop.resolve(0));
  const report = (error: unknown): void => {
    if (options.json) host.writeOutput(errorLine(error));
    else host.writeError(host.failureText?.(error) ?? `${describeError(error)}\n`);
  };
  const starting = startLocalCluster({
    ...options,
    log: options.log ?? (line => host.writeError(`${line}\n`)),
    onFailure: error => {
      report(error);
      stop.resolve(1);
    },
  });
  try {
    const cluster = await Promise.race([starting, stop.promise]);
    if (typeof cluster !== 'number')
      host.writeOutput(options.json ? `${JSON.stringify(cluster.info)}\n` : readyText(cluster));
  } catch (error) {
    report(error);
    return 1;
  }
  const code = await stop.promise;
  // one that is still starting is closed as soon as it has; what comes of the start is of no interest any more
  const closed = starting.then(cluster => cluster.close()).catch(() => undefined);
  await Promise.race([closed, new Promise(resolve => setTimeout(resolve, STOP_DEADLINE_MS).unref())]);
  return code;
}

function readyText({ info }: LocalCluster): string {
  return [
    `Local cluster ${info.clusterId} is ready.`,
    `  endpoint  ${info.endpoint}:${info.port} (user admin, database postgres, TLS, IAM token as password)`,
    `  own name  ${clusterHost(info.clusterId, info.region)}, once it leads to 127.0.0.1 (${hostsFile()})`,
    `  lambda    ${info.lambdaEndpoint}`,
    `  CA        ${info.caFile}`,
    `  data      ${info.dataDir}`,
    'Run "dsql-workshop local env" in another terminal for what psql and the AWS SDK need. Ctrl+C stops the cluster.',
    '',
  ].join('\n');
}

/** An error as the one line of JSON that a parent process reads. */
export function errorLine(error: unknown): string {
  const { code, message, nextStep } =
    error instanceof CodedError ? error : new CodedError('INTERNAL', describeError(error));
  const failure: LocalClusterFailure = { error: { code, message, nextStep } };
  return `${JSON.stringify(failure)}\n`;
}
