/** One command of a pasted text: `NAME=value` before it, its name, and what follows. */
export interface ShellCommand {
  /** Assignments before the command, or alone on a line (`export`, `set`, `$env:` included), by upper-case name. */
  variables: Record<string, string>;
  words: string[];
}

const ASSIGNMENT = /^(?:\$env:)?([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/i;
const SEPARATORS = new Set([';', '|', '&', '(', ')', '\n', '{', '}']);

/**
 * Takes a pasted text apart as a shell would, as far as finding options needs it: quotes of sh and PowerShell, continued lines, command
 * substitution (its content is a command of its own). Nothing is expanded; the text of a variable `$NAME` stays. Never throws.
 */
export function shellCommands(text: string): ShellCommand[] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  /** For each open parenthesis, whether it began inside double quotes. */
  const inQuotes: boolean[] = [];
  const endWord = (): void => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    const next = text[at + 1];
    if ((char === '\\' || char === '`' || char === '^') && (next === '\n' || next === '\r')) {
      at += text.startsWith('\r\n', at + 1) ? 2 : 1;
      endWord();
    } else if ((char === '\\' || char === '`') && word === undefined && /[\s\w-]/.test(next ?? '')) {
      // a continued line whose end an input field has taken out
      if (char === '`' && !/[\s-]/.test(next ?? '')) commands.push([]);
    } else if (char === '\\' && next !== undefined && /["'\\$` ]/.test(next)) {
      word = (word ?? '') + next;
      at++;
    } else if (char === "'" || char === '"') {
      const substitution = char === '"' && text.startsWith('$(', at + 1);
      if (substitution) {
        at += 2;
        inQuotes.push(true);
        endWord();
        commands.push([]);
      } else {
        const { value, end } = quoted(text, at, char);
        word = (word ?? '') + value;
        at = end;
      }
    } else if (SEPARATORS.has(char) || char === '`' || (char === '$' && next === '(')) {
      endWord();
      commands.push([]);
      if (char === '(') inQuotes.push(false);
      // back inside the quotes: what is left of them is part of a value
      if (char === ')' && inQuotes.pop()) at = quoted(text, at, '"').end;
    } else if (/\s/.test(char)) {
      endWord();
    } else word = (word ?? '') + char;
  }
  endWord();
  return commands.map(asCommand).filter(({ words, variables }) => words.length + Object.keys(variables).length > 0);
}

/** From an opening quote: the text inside and the place of the closing one, or the end of the text. */
function quoted(text: string, start: number, quote: string): { value: string; end: number } {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] as string;
    if (char === quote) return { value, end: at };
    if (quote === '"' && char === '\\' && /["\\$`]/.test(text[at + 1] ?? '')) value += text[++at];
    else value += char;
  }
  return { value, end: text.length };
}

function asCommand(words: string[]): ShellCommand {
  const variables: Record<string, string> = {};
  const rest = [...words];
  if (/^(export|set|env|setenv)$/i.test(rest[0] ?? '')) rest.shift();
  for (;;) {
    // PowerShell: $env:NAME = "value"
    const spaced = /^\$env:/i.test(rest[0] ?? '') && rest[1] === '=' ? `${rest[0]}=${rest[2] ?? ''}` : undefined;
    const [, name, value] = ASSIGNMENT.exec(spaced ?? rest[0] ?? '') ?? [];
    if (name === undefined) return { variables, words: rest };
    variables[name.toUpperCase()] = value ?? '';
    rest.splice(0, spaced === undefined ? 1 : 3);
  }
}
