import type { Console } from '../../src/cli/console';
import { createStyle } from '../../src/cli/terminal/style';

/** A console that keeps what is written; no terminal, no colours. */
export function bufferConsole(env: NodeJS.ProcessEnv = {}): Console & { out(): string; err(): string } {
  let [out, err] = ['', ''];
  const style = createStyle({ isTTY: false, env: {} });
  return {
    stdout: { isTTY: false, columns: 80, write: text => void (out += text) },
    stderr: { isTTY: false, columns: 80, write: text => void (err += text) },
    style,
    errorStyle: style,
    env,
    out: () => out,
    err: () => err,
  };
}
