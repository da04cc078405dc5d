import { CodedError } from '../base/errors';
import { EXIT } from './exit-codes';
import { failureText } from './failure';
import type { Screen } from './terminal/progress-line';
import { createStyle, forTerminal, type Style } from './terminal/style';

/** What commands read and write: the process's own streams, or a test's. */
export interface Console {
  stdout: Screen;
  stderr: Screen;
  /** For standard output and standard error. */
  style: Style;
  errorStyle: Style;
  env: NodeJS.ProcessEnv;
}

/**
 * The console of this process. A reader that goes away (`| head`) ends the output quietly. Output that cannot be written, for a full disk
 * say, is told on standard error: the command goes on, because others may depend on what it does, and then has failed.
 */
export function processConsole(): Console {
  const { env } = process;
  return {
    stdout: screenOf(process.stdout, env),
    stderr: screenOf(process.stderr, env),
    style: createStyle({ isTTY: process.stdout.isTTY, env }),
    errorStyle: createStyle({ isTTY: process.stderr.isTTY, env }),
    env,
  };
}

const outputLost = (cause: Error): CodedError =>
  new CodedError('OUTPUT_LOST', `Standard output cannot be written: ${cause.message}`, {
    cause,
    nextStep: 'What comes after it is not shown. Make room where it goes to, and run the command again.',
  });

function screenOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false;
    if (error.code === 'EPIPE') return;
    process.once('exit', () => (process.exitCode ||= EXIT.failed));
    if (stream === process.stdout)
      process.stderr.write(failureText(outputLost(error), createStyle({ isTTY: false, env })));
  });
  return {
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns || 80;
    },
    dumb: env.TERM === 'dumb',
    write: text => void (open && stream.write(stream.isTTY ? forTerminal(text) : text)),
  };
}
