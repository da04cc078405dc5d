import { identifierOf, tokenize, type Token } from '../../core/dialect/lexer';

/** The clauses of an INSERT, UPDATE, DELETE or locking SELECT, as text. */
export type Clauses =
  | {
      type: 'update';
      table: string;
      alias: string;
      assignments: Assignment[];
      from?: string;
      where?: string;
      returning?: string;
    }
  | { type: 'delete'; table: string; alias: string; from?: string; where?: string; returning?: string }
  | {
      type: 'insert';
      table: string;
      alias: string;
      /** Names as written in SQL; all columns of the table where none are listed. */
      columns?: string[];
      /** VALUES or a query. */
      source: string;
      onConflict?: 'nothing' | 'update';
      /** From ON CONFLICT on, up to RETURNING. */
      conflict?: string;
      /** Of DO UPDATE; undefined where they are not understood. */
      assignments?: Assignment[];
      /** DO UPDATE … WHERE: not every row counts. */
      conditional: boolean;
      returning?: string;
    }
  | { type: 'select'; text: string };

/** `column = expression` of SET. */
export interface Assignment {
  column: string;
  expression: string;
}

/** A statement's tokens at the outermost level, with their depth of parentheses removed. */
class Outline {
  private readonly tokens: Token[];

  constructor(private readonly text: string) {
    let depth = 0;
    this.tokens = tokenize(text).filter(token => {
      const c = token.type === 'punctuation' ? text[token.start] : '';
      if (c === ')' || c === ']') depth--;
      const outer = depth === 0;
      if (c === '(' || c === '[') depth++;
      return outer;
    });
  }

  get length(): number {
    return this.tokens.length;
  }

  word(at: number): string {
    const token = this.tokens[at];
    return token?.type === 'word' ? this.text.slice(token.start, token.end).toLowerCase() : '';
  }

  symbol(at: number): string {
    const token = this.tokens[at];
    return token ? this.text.slice(token.start, token.end) : '';
  }

  identifier(at: number): string | undefined {
    return identifierOf(this.text, this.tokens[at]);
  }

  /** First of `words` at or after `from`; `IS DISTINCT FROM` does not count. */
  find(from: number, ...words: string[]): number {
    for (let at = from; at < this.tokens.length; at++)
      if (words.includes(this.word(at)) && this.word(at - 1) !== 'distinct') return at;
    return -1;
  }

  /** The text between two tokens. */
  between(from: number, to: number): string {
    const start = this.tokens[from]?.start ?? this.text.length;
    const end = to < this.tokens.length ? this.tokens[to]!.start : this.text.length;
    return withoutEnd(this.text.slice(start, end));
  }
}

/** Without the blanks and semicolons at its end. Not by a pattern: one would look at each run of blanks from each of its places. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s;]/.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Takes a statement apart. @returns undefined for forms that are not understood. */
export function clausesOf(text: string): Clauses | undefined {
  const outline = new Outline(text);
  switch (outline.word(0)) {
    case 'update':
      return updateClauses(outline);
    case 'delete':
      return deleteClauses(outline);
    case 'insert':
      return insertClauses(outline);
    case 'select':
      return selectClauses(outline);
    default:
      return undefined;
  }
}

/** `[ONLY] name [*] [[AS] alias]` from `at` up to `end`. */
function target(outline: Outline, at: number, end: number): { table: string; alias: string } | undefined {
  let from = at;
  if (outline.word(from) === 'only') from++;
  let to = from + 1;
  while (outline.symbol(to) === '.') to += 2;
  const table = outline.between(from, to);
  const plain = outline.between(to - 1, to);
  if (outline.symbol(to) === '*') to++;
  if (outline.word(to) === 'as') to++;
  if (to >= end) return { table, alias: plain };
  return to + 1 === end && outline.identifier(to) !== undefined
    ? { table, alias: outline.between(to, end) }
    : undefined;
}

/** The text behind the keyword at `at`, up to the next of `ends`. */
function clause(outline: Outline, at: number, ...ends: number[]): string | undefined {
  if (at < 0) return undefined;
  const end = Math.min(...ends.filter(e => e > at), outline.length);
  return outline.between(at + 1, end);
}

function updateClauses(outline: Outline): Clauses | undefined {
  const set = outline.find(1, 'set');
  if (set < 0) return undefined;
  const from = outline.find(set, 'from');
  const where = outline.find(set, 'where');
  const returning = outline.find(set, 'returning');
  const named = target(outline, 1, set);
  const end = Math.min(...[from, where, returning].filter(at => at > 0), outline.length);
  const assignments = assignmentsOf(outline, set + 1, end);
  if (!named || !assignments) return undefined;
  return {
    type: 'update',
    ...named,
    assignments,
    from: clause(outline, from, where, returning),
    where: clause(outline, where, returning),
    returning: clause(outline, returning),
  };
}

function assignmentsOf(outline: Outline, from: number, end: number): Assignment[] | undefined {
  const assignments: Assignment[] = [];
  for (let at = from; at < end;) {
    const column = outline.identifier(at);
    if (column === undefined || outline.symbol(at + 1) !== '=') return undefined;
    let to = at + 2;
    while (to < end && outline.symbol(to) !== ',') to++;
    const expression = outline.between(at + 2, to);
    if (/^default$/i.test(expression)) return undefined;
    assignments.push({ column, expression });
    at = to + 1;
  }
  return assignments;
}

function deleteClauses(outline: Outline): Clauses | undefined {
  if (outline.word(1) !== 'from') return undefined;
  const using = outline.find(2, 'using');
  const where = outline.find(2, 'where');
  const returning = outline.find(2, 'returning');
  const end = Math.min(...[using, where, returning].filter(at => at > 0), outline.length);
  const named = target(outline, 2, outline.symbol(end - 1) === ';' ? end - 1 : end);
  if (!named) return undefined;
  return {
    type: 'delete',
    ...named,
    from: clause(outline, using, where, returning),
    where: clause(outline, where, returning),
    returning: clause(outline, returning),
  };
}

function insertClauses(outline: Outline): Clauses | undefined {
  if (outline.word(1) !== 'into') return undefined;
  let at = 3;
  while (outline.symbol(at) === '.') at += 2;
  const table = outline.between(2, at);
  let alias = outline.between(at - 1, at);
  if (outline.word(at) === 'as') {
    alias = outline.between(at + 1, at + 2);
    at += 2;
  }
  let columns: string[] | undefined;
  if (outline.symbol(at) === '(' && !/^\(\s*(?:select|values|with|table)\b/i.test(outline.between(at, at + 2))) {
    columns = outline
      .between(at, at + 2)
      .replace(/^\(|\)$/g, '')
      .split(',')
      .map(name => name.trim());
    at += 2;
  }
  const conflict = outline.find(at, 'conflict');
  const returning = outline.find(at, 'returning');
  const end = Math.min(...[conflict - 1, returning].filter(e => e > 0), outline.length);
  if (conflict > 0 && outline.word(conflict - 1) !== 'on') return undefined;
  const updates = conflict > 0 && outline.word(outline.find(conflict, 'do') + 1) === 'update';
  const set = updates ? outline.find(conflict, 'set') : -1;
  const where = updates ? outline.find(set, 'where') : -1;
  const setEnd = Math.min(...[where, returning].filter(e => e > 0), outline.length);
  return {
    type: 'insert',
    table,
    alias,
    columns,
    source: outline.between(at, end),
    ...(conflict > 0 && {
      onConflict: updates ? 'update' : 'nothing',
      conflict: outline.between(conflict - 1, returning > 0 ? returning : outline.length),
    }),
    ...(set > 0 && { assignments: assignmentsOf(outline, set + 1, setEnd) }),
    conditional: where > 0,
    returning: clause(outline, returning),
  };
}

/** A SELECT without its locking clause, which must stand at its end. */
function selectClauses(outline: Outline): Clauses | undefined {
  const at = lockingClauseAt(outline);
  return at > 0 ? { type: 'select', text: outline.between(0, at) } : undefined;
}

function lockingClauseAt(outline: Outline): number {
  for (let at = outline.find(1, 'for'); at > 0; at = outline.find(at + 1, 'for'))
    if (readLocking(outline, at)) return at;
  return -1;
}

const STRENGTHS = [['no', 'key', 'update'], ['update'], ['key', 'share'], ['share']];
const WAITS = [['nowait'], ['skip', 'locked']];

/**
 * Reads the locking clauses from `at` to the statement's end. @returns undefined for anything else, else the names that OF holds where
 * there is one clause, and one with OF
 */
function readLocking(outline: Outline, at: number): { of?: string[] } | undefined {
  let next = at;
  let clauses = 0;
  let of: string[] | undefined;
  const take = (choices: readonly (readonly string[])[]): boolean => {
    const taken = choices.find(words => words.every((word, i) => outline.word(next + i) === word));
    next += taken?.length ?? 0;
    return taken !== undefined;
  };
  while (take([['for']])) {
    if (!take(STRENGTHS)) return undefined;
    clauses++;
    of = undefined;
    if (take([['of']])) {
      of = namesAt(outline, next);
      if (!of) return undefined;
      next += 2 * of.length - 1;
    }
    take(WAITS);
  }
  if (outline.symbol(next) === ';') next++;
  if (clauses === 0 || next < outline.length) return undefined;
  return clauses === 1 && of ? { of } : {};
}

/** The names of a list `a, b`; undefined where it is none. */
function namesAt(outline: Outline, from: number): string[] | undefined {
  const names: string[] = [];
  for (let at = from; ; at += 2) {
    const name = outline.identifier(at);
    if (name === undefined) return undefined;
    names.push(name);
    if (outline.symbol(at + 1) !== ',') return names;
  }
}

/** The parts of a SELECT that ends with a locking clause; `of`: the tables that it names. @returns undefined for anything else */
export function lockingSelect(
  text: string,
): { plain: string; beforeFrom: string; fromOn: string; clause: string; of?: string[] } | undefined {
  const outline = new Outline(text);
  const at = outline.word(0) === 'select' ? lockingClauseAt(outline) : -1;
  if (at < 0) return undefined;
  const from = outline.find(1, 'from');
  const plain = outline.between(0, at);
  const locking = { plain, clause: outline.between(at, outline.length), ...readLocking(outline, at) };
  if (from < 0 || from > at) return { ...locking, beforeFrom: plain, fromOn: '' };
  return { ...locking, beforeFrom: outline.between(0, from), fromOn: outline.between(from, at) };
}
