/** What can be told of a statement without parsing it: for texts too large or too deep for the parser here. */
import { blank } from './blank';
import type { Classified, NamedRelation, StatementKind } from './contract';
import { Lexer, identifierOf, type Token } from './lexer';
import { namedRelation } from './relations';
import { TEXT_SEARCH } from './rules/functions';
import { GEOMETRIC } from './type-names';

const KINDS: Record<string, [StatementKind, string]> = {
  select: ['query', 'SELECT'],
  values: ['query', 'SELECT'],
  table: ['query', 'SELECT'],
  with: ['query', 'SELECT'],
  insert: ['dml', 'INSERT'],
  update: ['dml', 'UPDATE'],
  delete: ['dml', 'DELETE'],
  create: ['ddl', 'CREATE'],
  alter: ['ddl', 'ALTER'],
  drop: ['ddl', 'DROP'],
  comment: ['ddl', 'COMMENT'],
  grant: ['ddl', 'GRANT'],
  revoke: ['ddl', 'REVOKE'],
};

/** Words that may mean a clause, function or type with rules of its own: such a text has to be parsed. */
const NEEDS_PARSER: ReadonlySet<string> = new Set([
  ...['select', 'with', 'table', 'returning', 'conflict', 'share', 'lateral', 'tablesample'],
  ...['set_config', 'currval', 'lastval', ...GEOMETRIC, ...Object.keys(TEXT_SEARCH)],
]);
/** Of functions of the server's own some are refused. */
const OF_SERVER = /^(?:pg_|lo)/;

/** What the words of a text say, read once. */
interface Sight {
  first: Token[];
  words: Set<string>;
  /** Parenthesised groups directly behind VALUES. */
  rows: number;
  calls: Set<string>;
  sound: boolean;
}

function look(text: string): Sight {
  const sight: Sight = { first: [], words: new Set(), rows: 0, calls: new Set(), sound: true };
  const lexer = new Lexer(text);
  let depth = 0;
  let values = false;
  let previous = '';
  while (lexer.next()) {
    const { type, start, end } = lexer;
    if (type === 'space' || type === 'comment') continue;
    if (sight.first.length < 8) sight.first.push({ type, start, end });
    if (lexer.unterminated || type === 'junk') sight.sound = false;
    const symbol = type === 'punctuation' ? text[start] : '';
    if (symbol === '(') {
      if (depth === 0 && values) sight.rows++;
      if (previous) sight.calls.add(previous);
      depth++;
    } else if (symbol === ')') depth--;
    else if (symbol === ';' && text.slice(end).trim() !== '') sight.sound = false;
    previous = '';
    if (type === 'word' || type === 'quoted') {
      previous = identifierOf(text, { type, start, end }) ?? '';
      if (type === 'word') sight.words.add(previous);
      if (depth === 0 && previous === 'values') values = true;
    }
  }
  return sight;
}

/** Reads the target of INSERT INTO, UPDATE or DELETE FROM off the first tokens. */
function target(text: string, first: Token[]): NamedRelation | undefined {
  const verb = identifierOf(text, first[0]);
  let at = verb === 'update' ? 1 : 2;
  if (identifierOf(text, first[at]) === 'only' && first[at]?.type === 'word') at++;
  const name = identifierOf(text, first[at]);
  if (name === undefined) return undefined;
  const dot = first[at + 1];
  const qualified = dot && text[dot.start] === '.' ? identifierOf(text, first[at + 2]) : undefined;
  return qualified === undefined ? namedRelation(name) : namedRelation(qualified, name);
}

/**
 * A large INSERT … VALUES without anything a rule could be about, told by its tokens alone; undefined when the text is something else
 * and has to be parsed.
 */
export function bulkInsert(text: string): Classified | undefined {
  if (!/^\s*insert\s/i.test(text) || text.includes('\0')) return undefined;
  const sight = look(text);
  if (!sight.sound || !sight.words.has('values')) return undefined;
  for (const word of [...sight.words, ...sight.calls]) if (NEEDS_PARSER.has(word)) return undefined;
  for (const name of sight.calls) if (OF_SERVER.test(name)) return undefined;
  const classified = bySight(text, sight);
  classified.maxRows = sight.rows;
  return classified;
}

/** The best guess from the words: errs on the side of writing and locking, and refuses nothing. */
export function bySight(text: string, sight: Sight = look(text)): Classified {
  const [kind, tag] = KINDS[identifierOf(text, sight.first[0]) ?? ''] ?? ['other' as const, ''];
  const has = (...words: string[]) => words.some(word => sight.words.has(word));
  const writes = kind === 'dml' || (kind === 'query' && has('insert', 'delete', 'set')); // SET is UPDATE's
  const written = kind === 'dml' ? target(text, sight.first) : undefined;
  return {
    ...blank(text),
    kind: writes ? 'dml' : kind,
    tag,
    writes,
    locking: has('for') && has('update', 'share'),
    returnsRows: kind === 'query' || has('returning'),
    writeTargets: written ? [written.key] : [],
    ...(written && { named: [written] }),
  };
}
