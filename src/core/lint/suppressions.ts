/**
 * Comments that silence rules: `-- dsql-lint-disable rule, rule` up to `-- dsql-lint-enable` or the end, `-- dsql-lint-disable-line`
 * and `-- dsql-lint-disable-next-line`. Without names all rules.
 */
import { Lexer } from '../dialect/lexer';

const COMMENT = /dsql-lint-(disable-next-line|disable-line|disable|enable)\b([^\n*]*)/;

interface Silence {
  from: number;
  to: number;
  /** Undefined: every rule. */
  rules?: ReadonlySet<string>;
}

/** A comment at its place in the text; no rules: every rule. */
interface Comment {
  command: string;
  rules: ReadonlySet<string> | undefined;
  start: number;
  end: number;
}

/** Whether a rule is silenced at an offset. */
export type IsSilenced = (ruleId: string, offset: number) => boolean;

/** Reads the comments of a text. */
export function suppressionsOf(text: string): IsSilenced {
  if (!text.includes('dsql-lint-')) return () => false;
  const silences: Silence[] = [];
  const lexer = new Lexer(text);
  while (lexer.next()) {
    if (lexer.type !== 'comment') continue;
    const match = COMMENT.exec(text.slice(lexer.start, lexer.end));
    if (!match) continue;
    const [, command = '', rules = ''] = match;
    obey({ command, rules: rulesOf(rules), start: lexer.start, end: lexer.end }, silences, text);
  }
  return (ruleId, offset) =>
    silences.some(({ from, to, rules }) => offset >= from && offset < to && (!rules || rules.has(ruleId)));
}

/** Names up to the first that is none: a reason may follow `--`. */
function rulesOf(list: string): ReadonlySet<string> | undefined {
  const names = (list.split('--')[0] ?? '').split(/[\s,]+/).filter(name => /^[a-z][a-z0-9_]*$/.test(name));
  return names.length > 0 ? new Set(names) : undefined;
}

/** Silences what a comment asks for, or ends silences from its start on. */
function obey({ command, rules, start, end }: Comment, silences: Silence[], text: string): void {
  const lineEnd = (from: number): number => {
    const at = text.indexOf('\n', from);
    return at < 0 ? text.length + 1 : at + 1;
  };
  const scope = rules && { rules };
  if (command === 'disable') silences.push({ from: end, to: text.length + 1, ...scope });
  else if (command === 'disable-line')
    silences.push({ from: text.lastIndexOf('\n', start) + 1, to: lineEnd(start), ...scope });
  else if (command === 'disable-next-line') silences.push({ from: lineEnd(end), to: lineEnd(lineEnd(end)), ...scope });
  else {
    for (const silence of silences) {
      const same = !rules || (silence.rules && [...silence.rules].every(rule => rules.has(rule)));
      if (same && silence.to > start) silence.to = start;
    }
  }
}
