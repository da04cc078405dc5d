import { h } from './dom';

const SQL_KEYWORDS =
  'add all alter analyze and any array as asc async aws begin between by call case check commit constraint create cross default delete desc distinct drop else end exists explain false for foreign from full function grant group having iam if in include index inner insert into is isolation join key left level like limit login not null offset on only or order outer primary read references repeatable returning revoke right role rollback schema select set table then to transaction true union unique update using values verbose view when where with work';
const SCRIPT_KEYWORDS =
  'as async await break case catch class const continue default else export extends finally for from function if import in instanceof interface let new null of return static switch throw true false try type typeof undefined var void while yield';

interface Grammar {
  keywords: Set<string>;
  /** Comment, string, number, word: in this order. */
  token: RegExp;
  ignoreCase: boolean;
}
const words = (text: string) => new Set(text.split(' '));
const SQL: Grammar = {
  keywords: words(SQL_KEYWORDS),
  token:
    /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*'|\$\$[\s\S]*?(?:\$\$|$))|(\b\d+(?:\.\d+)?\b)|("(?:[^"]|"")*"|[A-Za-z_]\w*)/g,
  ignoreCase: true,
};
const SCRIPT: Grammar = {
  keywords: words(SCRIPT_KEYWORDS),
  token:
    /(\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(\b\d[\d_]*(?:\.\d+)?\b)|([A-Za-z_$][\w$]*)/g,
  ignoreCase: false,
};
const GRAMMARS: Readonly<Record<string, Grammar>> = {
  sql: SQL,
  ts: SCRIPT,
  typescript: SCRIPT,
  js: SCRIPT,
  javascript: SCRIPT,
};

/** Code as text nodes and coloured spans. Languages that are not known stay plain. */
export function highlight(code: string, language: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const grammar = Object.hasOwn(GRAMMARS, language) ? GRAMMARS[language] : undefined;
  let end = 0;
  for (const match of grammar ? code.matchAll(grammar.token) : []) {
    const kind = tokenKind(match, grammar as Grammar);
    if (!kind) continue;
    fragment.append(code.slice(end, match.index), h('span', { class: `tok-${kind}` }, match[0]));
    end = match.index + match[0].length;
  }
  fragment.append(code.slice(end));
  return fragment;
}

function tokenKind(match: RegExpMatchArray, grammar: Grammar): string | undefined {
  if (match[1] !== undefined) return 'comment';
  if (match[2] !== undefined) return 'string';
  if (match[3] !== undefined) return 'number';
  const word = grammar.ignoreCase ? match[0].toLowerCase() : match[0];
  return grammar.keywords.has(word) ? 'keyword' : undefined;
}
