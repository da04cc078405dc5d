/** One condition of a predicate, as far as an index could serve it. */
export interface Condition {
  /** The column, unquoted; absent when the condition compares something else. */
  column?: string;
  /** The expression compared, as SQL, when it is not a bare column: `lower(email)`. */
  expression?: string;
  kind: 'equal' | 'range' | 'other';
  text: string;
}

/** The scan a predicate belongs to: a column qualified with another name is another table's. Any name is its own when it has none. */
export interface Owner {
  relation?: string;
  alias?: string;
  /** A cast to text is one of something else than text: another value than the column's. */
  castsOthers?: boolean;
}

const NAME = String.raw`(?:"(?:[^"]|"")+"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const COLUMN = new RegExp(String.raw`^(?:(${NAME})\.)?(${NAME})$`);
/** A text column compared as text is still the column; other casts compare what no index of the column holds in order. */
const AS_TEXT = /::(?:text|character varying|varchar|bpchar|character)(?:\(\d+\))?$/;
const CAST = new RegExp(
  String.raw`::(?:time(?:stamp)?(?:\(\d+\))? with(?:out)? time zone|character varying|double precision|(?:${NAME}\.)?${NAME})(?:\(\d+(?:,\d+)?\))?(?:\[\])*`,
  'g',
);
/** Only functions whose result depends on nothing else may be indexed: those known to be immutable. */
const FUNCTION = /^(?:lower|upper|btrim|length|abs|md5)\((?:[^()']|\([^()']*\))*\)$/i;
/** The table in front of a column: an index has but one. */
const QUALIFIER = new RegExp(String.raw`(?<![\w$\u0080-\uffff])${NAME}\.(?=["a-z_])`, 'gi');
const REFERENCE = new RegExp(
  String.raw`(?<![\w$.)"\u0080-\uffff])(?:(${NAME})\.)?(${NAME})(?![\w$.(\u0080-\uffff])`,
  'g',
);
/** Words in lower case that PostgreSQL prints beside columns. */
const WORDS = new Set(['true', 'false', 'hashed', 'returns']);

/** A name as the catalogue has it: without its quotes, doubled ones single. */
export function bareName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** The parts that AND joins at the top; nothing is taken apart below an OR, nor inside quotes. */
export function conditions(predicate: string | undefined, owner: Owner = {}): Condition[] {
  if (predicate === undefined) return [];
  const parts = topLevel(unwrapped(predicate.trim()));
  if (parts === undefined) return [];
  return parts.map(part => conditionOf(unwrapped(part.trim()), owner));
}

/** Every column of the scan's own table that a predicate names, in whatever way. */
export function columnsOf(predicate: string, owner: Owner = {}): string[] {
  const text = predicate
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(CAST, '')
    .replace(/ COLLATE "[^"]*"/g, '')
    .replace(/\bEXTRACT\(\w+ FROM /g, '(');
  const names = [...text.matchAll(REFERENCE)]
    .filter(([, table, column]) => isOwn(table, owner) && !(table === undefined && WORDS.has(column!)))
    .map(([, , column]) => bareName(column!));
  return [...new Set(names)];
}

function isOwn(table: string | undefined, { relation, alias }: Owner): boolean {
  return table === undefined || relation === undefined || [relation, alias].includes(bareName(table));
}

function conditionOf(text: string, owner: Owner): Condition {
  const other: Condition = { kind: 'other', text };
  if (topLevel(text)?.length !== 1) return other;
  const tested = /^(.*) IS NULL$/s.exec(text)?.[1];
  if (tested !== undefined) {
    const column = columnOf(tested, owner);
    return column === undefined ? other : { column, kind: 'equal', text };
  }
  const compared = comparison(text);
  if (!compared) return other;
  const kind = compared.operator === '=' ? 'equal' : 'range';
  for (const [side, value] of [compared.sides, [...compared.sides].reverse()] as [string, string][]) {
    // what changes from row to row is nothing to look up
    if (columnsOf(value, owner).length > 0) continue;
    const column = columnOf(side, owner);
    if (column !== undefined) return { column, kind, text };
    const called = unwrapped(withoutCast(side, owner));
    if (FUNCTION.test(called) && columnsOf(called, owner).length > 0)
      return { expression: called.replace(QUALIFIER, ''), kind, text };
  }
  return other;
}

function columnOf(side: string, owner: Owner): string | undefined {
  const match = COLUMN.exec(unwrapped(withoutCast(unwrapped(side), owner)));
  if (!match || !isOwn(match[1], owner) || WORDS.has(match[2]!)) return undefined;
  return bareName(match[2]!);
}

const withoutCast = (side: string, { castsOthers }: Owner): string => (castsOthers ? side : side.replace(AS_TEXT, ''));

/** Without the parentheses that enclose the whole. */
export function unwrapped(text: string): string {
  text = text.trim();
  while (text.startsWith('(') && closing(text) === text.length - 1) text = text.slice(1, -1).trim();
  return text;
}

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]| (?:AND|OR|=|<=|>=|<|>) /g;

/** Separators outside quotes and parentheses. */
function* separators(text: string): Generator<{ word: string; at: number; end: number }> {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0 && token.startsWith(' ')) yield { word: token.trim(), at: index, end: index + token.length };
  }
}

function closing(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '(') depth++;
    else if (token === ')' && --depth === 0) return index;
  }
  return -1;
}

function comparison(text: string): { operator: string; sides: [string, string] } | undefined {
  const [found, ...more] = separators(text);
  if (!found || more.length > 0) return undefined;
  return { operator: found.word, sides: [text.slice(0, found.at), text.slice(found.end)] };
}

function topLevel(text: string): string[] | undefined {
  const parts: string[] = [];
  let from = 0;
  for (const { word, at, end } of separators(text)) {
    if (word === 'OR') return undefined;
    if (word !== 'AND') continue;
    parts.push(text.slice(from, at));
    from = end;
  }
  return [...parts, text.slice(from)];
}
