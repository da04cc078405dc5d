import path from 'node:path';
import { CodedError } from '../../base/errors';
import { runTargetKey } from '../../core/stress/shared-runs';
import { defaultDataDir, runNotesDirectory } from '../../local/postgres/directories';
import { processHost } from '../../local/process-host';
import { serveLocalCluster, type ServeOptions } from '../../local/serve';
import { parseServeArguments } from '../../local/serve-arguments';
import { sharedRunsIn } from '../../node/files/note-folder';
import { findRunningCluster } from '../../node/target-local';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { failureText } from '../failure';
import { printable } from '../terminal/style';

export interface LocalOptions {
  port?: string;
  lambdaPort?: string;
  dataDir?: string;
  requireSni?: boolean;
  json?: boolean;
  injectConflicts?: string;
  injectSeed?: string;
  injectCode?: string;
  staleCatalog?: string;
}

/**
 * `local`: serves in this process until SIGTERM, SIGINT or SIGHUP; then exit code 0. While stress runs of others are under way on the cluster,
 * the first Ctrl-C at a terminal names them, and the second stops.
 */
export async function local(
  options: LocalOptions,
  { errorStyle, stderr }: Pick<Console, 'errorStyle' | 'stderr'>,
): Promise<ExitCode> {
  const serve = localOptions(options);
  const host = processHost();
  const onCtrlC = stopAfterWarning(
    () => runsOn(serve.dataDir),
    text => host.writeError(printable(text)),
  );
  const somebody = stderr.isTTY && process.stdin.isTTY && !options.json;
  const code = await serveLocalCluster(serve, {
    ...host,
    failureText: error => failureText(error, errorStyle),
    onStop: stop => host.onStop(signal => void (signal === 'SIGINT' && somebody ? onCtrlC(stop) : stop())),
  });
  return code === 0 ? EXIT.ok : EXIT.failed;
}

/** Names of the stress runs that other processes make on the cluster of a data directory. Rejects where that cannot be told. */
async function runsOn(dataDir?: string): Promise<string[]> {
  const info = await findRunningCluster(path.resolve(dataDir ?? defaultDataDir()));
  return info ? sharedRunsIn(runNotesDirectory()).elsewhere(runTargetKey(info)) : [];
}

/** What is called for each request to stop: the first is followed where no runs are under way, and tells of those that are; the second always. */
export function stopAfterWarning(
  runs: () => Promise<string[]>,
  write: (text: string) => void,
): (stop: () => void) => Promise<void> {
  let asked = false;
  return async stop => {
    if (asked) return stop();
    asked = true;
    const names = await runs().catch(() => []);
    if (names.length === 0) return stop();
    const [runsOfOthers, fail] = names.length === 1 ? ['the stress run', 'it fails'] : ['the stress runs', 'they fail'];
    write(
      `\nUnder way on this cluster: ${runsOfOthers} ${names.map(name => `“${name}”`).join(', ')} of another terminal or window.\n` +
        `Without the cluster ${fail}, and nobody counts the balances. Press Ctrl-C again to stop it all the same.\n`,
    );
  };
}

/** What was typed, read as the cluster's own process reads its command line. Throws `LOCAL_BAD_ARGUMENT`. */
export function localOptions(options: LocalOptions): ServeOptions {
  try {
    return parseServeArguments(serveArguments(options));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new CodedError(error.code, error.message, { nextStep: 'dsql-workshop local --help lists the options.' });
  }
}

/** What was typed, as the command line of the cluster's own process. */
export function serveArguments(options: LocalOptions): string[] {
  const args = [
    options.port !== undefined && ['--port', options.port],
    options.lambdaPort !== undefined && ['--lambda-port', options.lambdaPort],
    options.dataDir !== undefined && ['--data-dir', options.dataDir],
    options.requireSni === true && ['--require-sni'],
    options.json === true && ['--json'],
    options.injectConflicts !== undefined && ['--inject-conflicts', options.injectConflicts],
    options.injectSeed !== undefined && ['--inject-seed', options.injectSeed],
    options.injectCode !== undefined && ['--inject-code', options.injectCode],
    options.staleCatalog !== undefined && ['--stale-catalog', options.staleCatalog],
  ];
  return args.filter(arg => arg !== false).flat();
}
