/** Reading EXPLAIN: its options and the text of the statement inside. */
import type { ExplainStmt } from 'libpg-query';
import type { Classified, ExplainStatement } from './contract';
import { isWord, tokenize } from './lexer';
import { sqlName } from './names';
import { literal } from './sql-text';
import { all, as, numberOf } from './tree';

/** The statement inside an EXPLAIN, without a final semicolon, and where it begins. */
export function explainedText(text: string, hasOptions: boolean): { text: string; start: number } {
  const tokens = tokenize(text);
  let at = 1;
  if (hasOptions && text[tokens[1]?.start ?? 0] === '(') {
    let depth = 0;
    for (; at < tokens.length; at++) {
      const symbol = text[tokens[at]?.start ?? 0];
      if (symbol === '(') depth++;
      else if (symbol === ')' && --depth === 0) break;
    }
    at++;
  } else {
    while (['analyze', 'analyse', 'verbose'].some(option => isWord(text, tokens[at], option))) at++;
  }
  let last = tokens.length - 1;
  while (last > at && text[tokens[last]?.start ?? 0] === ';') last--;
  const start = tokens[at]?.start ?? text.length;
  return { text: text.slice(start, tokens[last]?.end ?? text.length), start };
}

/** The options of an EXPLAIN around an inner statement. */
export function explainOf(statement: ExplainStmt, inner: Classified): ExplainStatement {
  const explain: ExplainStatement = {
    analyze: false,
    verbose: false,
    settings: false,
    costs: true,
    format: 'text',
    otherOptions: [],
    inner,
  };
  for (const { defname, arg } of all(statement.options, 'DefElem')) {
    const word = as(arg, 'String')?.sval;
    const number = numberOf(arg);
    const name = (defname ?? '').toLowerCase();
    const on = word === undefined && number === undefined ? true : SWITCH.get(word?.toLowerCase() ?? String(number));
    const isSwitch = name === 'analyze' || name === 'verbose' || name === 'settings' || name === 'costs';
    if (isSwitch && on !== undefined) explain[name] = on;
    else if (name === 'format' && isFormat(word)) explain.format = word;
    else explain.otherOptions.push([sqlName(name), ...valueOf(word, number)].join(' '));
  }
  return explain;
}

/** What PostgreSQL takes for a Boolean here (defGetBoolean); it has the words for anything else. */
const SWITCH = new Map([
  ...['true', 'on', '1'].map(word => [word, true] as const),
  ...['false', 'off', '0'].map(word => [word, false] as const),
]);

/** The value of an option as SQL, where one is written. */
function valueOf(word: string | undefined, number: number | undefined): string[] {
  if (word !== undefined) return [/^[a-z_]+$/.test(word) ? word : literal(word)];
  return number === undefined ? [] : [String(number)];
}

const isFormat = (word: string | undefined): word is ExplainStatement['format'] =>
  word === 'text' || word === 'json' || word === 'xml' || word === 'yaml';
