import { CodedError } from '../../base/errors';
import { processHost } from '../../local/process-host';
import { serveLocalCluster, type ServeOptions } from '../../local/serve';
import { parseServeArguments } from '../../local/serve-arguments';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { failureText } from '../failure';

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

/** `local`: serves in this process until SIGTERM, SIGINT or SIGHUP; then exit code 0. */
export async function local(options: LocalOptions, { errorStyle }: Pick<Console, 'errorStyle'>): Promise<ExitCode> {
  const host = { ...processHost(), failureText: (error: unknown) => failureText(error, errorStyle) };
  const code = await serveLocalCluster(localOptions(options), host);
  return code === 0 ? EXIT.ok : EXIT.failed;
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
