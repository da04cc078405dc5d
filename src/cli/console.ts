import type { Screen } from './terminal/progress-line';
import { createStyle, type Style } from './terminal/style';

/** What commands read and write: the process's own streams, or a test's. */
export interface Console {
  stdout: Screen;
  stderr: Screen;
  /** For standard output and standard error. */
  style: Style;
  errorStyle: Style;
  env: NodeJS.ProcessEnv;
}

/** The console of this process. A reader that goes away (`| head`) ends the output quietly. */
export function processConsole(): Console {
  const { env } = process;
  return {
    stdout: screenOf(process.stdout),
    stderr: screenOf(process.stderr),
    style: createStyle({ isTTY: process.stdout.isTTY, env }),
    errorStyle: createStyle({ isTTY: process.stderr.isTTY, env }),
    env,
  };
}

function screenOf(stream: NodeJS.WriteStream): Screen {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false;
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns || 80;
    },
    write: text => void (open && stream.write(text)),
  };
}
