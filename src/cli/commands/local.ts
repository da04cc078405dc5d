import { processHost } from '../../local/process-host';
import { serveLocalCluster } from '../../local/serve';
import { parseServeArguments } from '../../local/serve-arguments';
import { EXIT, type ExitCode } from '../exit-codes';

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
export async function local(options: LocalOptions): Promise<ExitCode> {
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
  const code = await serveLocalCluster(parseServeArguments(args.filter(arg => arg !== false).flat()), processHost());
  return code === 0 ? EXIT.ok : EXIT.failed;
}
