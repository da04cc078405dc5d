/** Reading EXPLAIN: its options and the text of the statement inside. */
import type { ExplainStmt } from 'libpg-query';
import type { Classified, ExplainStatement } from './contract';
import { isWord, tokenize } from './lexer';
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
    const on = word !== undefined ? /^(?:true|on)$/i.test(word) : number !== undefined ? number !== 0 : true;
    const name = (defname ?? '').toLowerCase();
    if (name === 'analyze' || name === 'verbose' || name === 'settings' || name === 'costs') explain[name] = on;
    else if (name === 'format' && isFormat(word)) explain.format = word;
    else explain.otherOptions.push(word === undefined && number === undefined ? name : `${name} ${word ?? number}`);
  }
  return explain;
}

const isFormat = (word: string | undefined): word is ExplainStatement['format'] =>
  word === 'text' || word === 'json' || word === 'xml' || word === 'yaml';
