/** Colours for a terminal; plain text elsewhere. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
  yellow(text: string): string;
}

/** What decides about colours. */
export interface StyleContext {
  isTTY: boolean;
  env: NodeJS.ProcessEnv;
}

/** https://no-color.org: any non-empty NO_COLOR turns colours off; FORCE_COLOR turns them on where there is no terminal. */
export function wantsColor({ isTTY, env }: StyleContext): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return isTTY && env.TERM !== 'dumb';
}

export function createStyle(context: StyleContext): Style {
  const color = wantsColor(context);
  const sgr =
    (on: number, off: number) =>
    (text: string): string =>
      color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    green: sgr(32, 39),
    red: sgr(31, 39),
    cyan: sgr(36, 39),
    yellow: sgr(33, 39),
  };
}

/** Text from servers and files without control characters, so that it cannot move the cursor or change colours. */
export function printable(text: string): string {
  return [...text].map(char => (isControl(char) ? '\uFFFD' : char)).join('');
}

/** What the terminal is asked to do here: colours, and the line of progress drawn anew. */
const OURS = /\u001b\[[\d;]*m|\r\u001b\[2K|\r\n/g;
const CONTROL = /[^\P{Cc}\n\t]/u;

/** Text for a terminal in which others' words may stand: what could move the cursor, name the window or fill the clipboard is made visible. */
export function forTerminal(text: string): string {
  if (!CONTROL.test(text)) return text;
  let shown = '';
  let end = 0;
  for (const ours of text.matchAll(OURS)) {
    shown += printable(text.slice(end, ours.index)) + ours[0];
    end = ours.index + ours[0].length;
  }
  return shown + printable(text.slice(end));
}

function isControl(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (code < 0x20 && char !== '\n' && char !== '\t') || (code >= 0x7f && code < 0xa0);
}
