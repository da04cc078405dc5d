import { describeError } from '../base/errors';
import { processHost } from './process-host';
import { errorLine, serveLocalCluster } from './serve';
import { parseServeArguments } from './serve-arguments';

async function main(args: string[]): Promise<number> {
  const host = processHost();
  try {
    return await serveLocalCluster(parseServeArguments(args), host);
  } catch (error) {
    if (args.includes('--json')) host.writeOutput(errorLine(error));
    else host.writeError(`${describeError(error)}\n`);
    return 1;
  }
}

void main(process.argv.slice(2)).then(code => process.exit(code));
