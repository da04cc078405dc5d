/** Reads the expressions PostgreSQL prints in plans: just enough to split, qualify and sort them into filter layers. */

type TokenKind = 'string' | 'name' | 'number' | 'parameter' | 'punctuation';

interface Token {
  kind: TokenKind;
  text: string;
  start: number;
  end: number;
}

const TOKEN =
  /\s+|(?<string>[EBX]?'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)|(?<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<parameter>\$\d+)|(?<punctuation>::|[<>=!~*+\-/%^&|#@?`]+|.)/suy;

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let m = TOKEN.exec(expression); m; m = TOKEN.exec(expression)) {
    const kind = Object.entries(m.groups ?? {}).find(([, v]) => v !== undefined)?.[0];
    if (kind) tokens.push({ kind: kind as TokenKind, text: m[0], start: m.index, end: m.index + m[0].length });
  }
  return tokens;
}

/** `"Order"` → `Order`; `id` → `id`. */
export function nameValue(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** The token index of the parenthesis that closes the one at `open`, or -1. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]!.text === '(' || tokens[i]!.text === '[') depth++;
    else if (tokens[i]!.text === ')' || tokens[i]!.text === ']') depth--;
    if (depth === 0) return i;
  }
  return -1;
}

function enclosed(tokens: readonly Token[]): boolean {
  return tokens.length > 1 && tokens[0]!.text === '(' && closing(tokens, 0) === tokens.length - 1;
}

/** `((a = 1) AND (b = 2))` → `(a = 1)`, `(b = 2)`; anything else is one conjunct. */
export function splitConjuncts(expression: string | undefined): string[] {
  if (!expression) return [];
  const tokens = tokenize(expression);
  if (!enclosed(tokens)) return [expression];
  const parts: string[] = [];
  let start = tokens[0]!.end;
  for (let i = 1, depth = 0; i < tokens.length - 1; i++) {
    const { text, kind } = tokens[i]!;
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    else if (depth === 0 && kind === 'name' && text === 'OR') return [expression];
    else if (depth === 0 && kind === 'name' && text === 'AND') {
      parts.push(expression.slice(start, tokens[i]!.start).trim());
      start = tokens[i]!.end;
    }
  }
  if (parts.length === 0) return [expression];
  parts.push(expression.slice(start, tokens.at(-1)!.start).trim());
  return parts;
}

/** The conjuncts as PostgreSQL prints a list of them; undefined for none. */
export function joinConjuncts(conjuncts: readonly string[]): string | undefined {
  if (conjuncts.length < 2) return conjuncts[0];
  return `(${conjuncts.join(' AND ')})`;
}

/** Removes the qualifier `alias.` from column references: without VERBOSE a scan's own columns are printed bare. */
export function unqualify(expression: string, alias: string | undefined): string {
  if (alias === undefined) return expression;
  const tokens = tokenize(expression);
  let result = '';
  let copied = 0;
  for (let i = 0; i + 2 < tokens.length; i++) {
    const [owner, dot, column] = [tokens[i]!, tokens[i + 1]!, tokens[i + 2]!];
    if (owner.kind !== 'name' || dot.text !== '.' || nameValue(owner.text) !== alias) continue;
    if (tokens[i - 1]?.text === '.' || (column.kind !== 'name' && column.text !== '*')) continue;
    result += expression.slice(copied, owner.start);
    copied = dot.end;
  }
  return result + expression.slice(copied);
}

/** Columns of `alias` an expression names, in order of appearance; `*` for the whole row. */
export function columnsOf(expression: string, alias: string | undefined, columns: ReadonlySet<string>): string[] {
  const tokens = tokenize(expression);
  const found = new Set<string>();
  tokens.forEach((token, i) => {
    if (token.kind !== 'name' && token.text !== '*') return;
    const name = nameValue(token.text);
    if (tokens[i - 1]?.text === '.') {
      if (nameValue(tokens[i - 2]?.text ?? '') === alias && (name === '*' || columns.has(name))) found.add(name);
    } else if (token.kind === 'name' && columns.has(name)) {
      const next = tokens[i + 1]?.text;
      if (next !== '(' && next !== '.' && tokens[i - 1]?.text !== '::') found.add(name);
    }
  });
  return [...found];
}

/** A comparison of one column with something that is the same for all rows. */
export interface SimpleComparison {
  column: string;
  /** Operator with the column on the left; `is null` and `is not null`; `true`/`false` for a boolean column. */
  operator: '=' | '<>' | '<' | '<=' | '>' | '>=' | 'is null' | 'is not null' | 'true' | 'false';
}

const FLIPPED: Record<string, SimpleComparison['operator']> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** The columns of a table, as conditions name them. */
export interface ColumnNames {
  alias: string | undefined;
  all: ReadonlySet<string>;
  /** Those of text and varchar: PostgreSQL compares them as text, which changes no value. */
  texts: ReadonlySet<string>;
}

/** Reads a conjunct as a comparison of a column with a constant or parameter; undefined when it is anything else. */
export function simpleComparison(conjunct: string, columns: ColumnNames): SimpleComparison | undefined {
  let tokens = tokenize(conjunct);
  if (enclosed(tokens)) tokens = tokens.slice(1, -1);
  const whole = columnAt(tokens, columns);
  if (whole) return { column: whole, operator: 'true' };
  if (tokens[0]?.text === 'NOT') {
    const negated = columnAt(tokens.slice(1), columns);
    return negated ? { column: negated, operator: 'false' } : undefined;
  }
  const nullTest = /\bIS (NOT )?NULL$/.exec(conjunct.replace(/\)$/, ''));
  if (nullTest) {
    const words = nullTest[1] ? 3 : 2;
    const column = columnAt(tokens.slice(0, -words), columns);
    return column ? { column, operator: nullTest[1] ? 'is not null' : 'is null' } : undefined;
  }
  const at = tokens.findIndex((t, i) => FLIPPED[t.text] && depthAt(tokens, i) === 0);
  if (at < 1) return undefined;
  const operator = FLIPPED[FLIPPED[tokens[at]!.text]!]!;
  const [left, right] = [tokens.slice(0, at), tokens.slice(at + 1)];
  const leftColumn = columnAt(left, columns);
  if (leftColumn && isConstant(right)) return { column: leftColumn, operator };
  const rightColumn = columnAt(right, columns);
  if (rightColumn && isConstant(left)) return { column: rightColumn, operator: FLIPPED[operator]! };
  return undefined;
}

function depthAt(tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (let i = 0; i < index; i++) {
    if (tokens[i]!.text === '(') depth++;
    else if (tokens[i]!.text === ')') depth--;
  }
  return depth;
}

/** `alias.col`, `(alias.col)::text`, `col`: the column's name. A cast is only looked through where it changes no value. */
function columnAt(tokens: readonly Token[], columns: ColumnNames): string | undefined {
  if (tokens.length >= 4 && tokens.at(-2)!.text === '::' && tokens.at(-1)!.text === 'text') {
    const inner = tokens.slice(0, -2);
    const name = enclosed(inner) ? columnAt(inner.slice(1, -1), columns) : undefined;
    return name !== undefined && columns.texts.has(name) ? name : undefined;
  }
  if (tokens.length === 1 && tokens[0]!.kind === 'name') {
    const name = nameValue(tokens[0]!.text);
    return columns.all.has(name) ? name : undefined;
  }
  if (tokens.length !== 3 || tokens[1]!.text !== '.' || nameValue(tokens[0]!.text) !== columns.alias) return undefined;
  const name = nameValue(tokens[2]!.text);
  return columns.all.has(name) ? name : undefined;
}

const TYPE_WORDS =
  /^(?:smallint|integer|bigint|numeric|real|double|precision|text|character|varying|bpchar|boolean|date|time|timestamp|interval|uuid|bytea|oid|name|with|without|zone|json|jsonb|"char")$/;

/** A literal with or without a cast, a signed number, true/false, or a parameter. */
function isConstant(tokens: readonly Token[]): boolean {
  let rest = enclosed(tokens) ? tokens.slice(1, -1) : tokens;
  if (rest[0]?.text === '-') rest = rest.slice(1);
  const [first, cast, ...type] = rest;
  if (!first) return false;
  const literal =
    first.kind === 'string' ||
    first.kind === 'number' ||
    first.kind === 'parameter' ||
    first.text === 'true' ||
    first.text === 'false';
  if (!literal || !cast) return literal && !cast;
  return (
    cast.text === '::' && type.every(t => TYPE_WORDS.test(t.text) || t.kind === 'number' || /^[(),]$/.test(t.text))
  );
}

/** True when an expression names columns of another table than `alias`. */
export function namesOthers(expression: string, alias: string | undefined): boolean {
  const bare = expression.replace(/'(?:[^']|'')*'/g, "''");
  // each name matches, with a point or without: none is read anew from its middle
  const names = bare.matchAll(/("(?:[^"]|"")*(?:"|$)|[\p{L}_][\p{L}\p{N}_$]*)(\.?)/gu);
  return [...names].some(([, name = '', point]) => point !== '' && name.replaceAll('"', '') !== alias);
}
