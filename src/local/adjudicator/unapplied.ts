/**
 * What a transaction that can no longer commit has written and PostgreSQL does not hold: it was answered from the snapshot, or undone to
 * make way for others. Whether a later statement could tell.
 */
import type { Classified } from '../../core/dialect/contract';
import type { SchemaFacts } from '../gateway/schema-facts';
import type { Runnable } from '../gateway/runnable';
import { NO_VALUES, readBindTail } from '../gateway/wire/client-messages';
import { claimsOf, isOpaque, isSetting, nameIn, relationsOf, throughViews } from './claims';
import { clausesOf } from './clauses';
import type { LogEntry } from './transaction';

/** A statement with its parameters. */
export interface Run {
  classified: Classified;
  /** As PostgreSQL gets it. */
  sql: string;
  /** Parameters as in a Bind message. */
  tail: Buffer;
  /** Schemas in which its names are looked for. */
  path: readonly string[];
}

/** A statement on its way to PostgreSQL, as the adjudicator looks at it. */
export const runOf = (
  { classified, sql, portal }: Pick<Runnable, 'classified' | 'sql' | 'portal'>,
  path: readonly string[],
): Run => ({
  classified,
  sql,
  tail: portal?.tail ?? NO_VALUES,
  path,
});

/** Whether the answer to `run` may depend on one of the writes. */
export function dependsOn(unapplied: Iterable<LogEntry>, run: Run, schema: SchemaFacts): boolean {
  let touched: Set<string> | undefined;
  const opaque = isOpaque(run.classified, schema);
  for (const { statement, tail } of unapplied) {
    const c = statement.classified;
    if (!c.writes) {
      if (c.locking || isSetting(c) || c.kind === 'set-constraints') continue;
      return true;
    }
    if ((opaque && !readsViews(run, schema)) || isOpaque(c, schema)) return true;
    const { written, removed } = claimsOf(statement, schema);
    if ([...removed].some(table => schema.cascading.has(nameIn(table)))) return true;
    touched ??= touchedBy(run, schema);
    const meets = [...written].some(table => touched!.has(nameIn(table)));
    if (meets && (opaque || !areApart({ ...statement, tail }, run))) return true;
  }
  return false;
}

/** It only reads, and what it reads through views is known: where clients have defined no functions, none is called by a view. */
const readsViews = ({ classified }: Run, { functions }: SchemaFacts): boolean =>
  classified.kind === 'query' && !classified.writes && classified.relations !== undefined && functions.size === 0;

/** Unqualified names of the tables a statement reads, writes, or has checked. */
function touchedBy(run: Run, schema: SchemaFacts): Set<string> {
  const { explain } = run.classified;
  const touched = new Set(throughViews(relationsOf(explain?.inner ?? run.classified) ?? [], schema));
  const { written, removed } = claimsOf(run, schema);
  const isIn = (tables: Set<string>, name: string): boolean => [...tables].some(table => nameIn(table) === name);
  for (const { child, parent } of schema.foreignKeys) {
    if (isIn(written, child)) touched.add(parent);
    if (isIn(removed, parent)) touched.add(child);
  }
  return touched;
}

/** A statement about the rows of one table in which one column has one value. */
interface Point {
  table: string;
  column: string;
  value: string;
  /** Columns it changes. */
  assigned: string[];
}

const NAME = String.raw`(?:(?:"[^"]+"|\w+)\s*\.\s*){0,2}(?:"([^"]+)"|(\w+))`;
const WHERE = new RegExp(String.raw`^${NAME}\s*=\s*(\$\d+|-?\d+|'[^']*')(?:::\w+)?$`);
/** Of a text without brackets: then it takes time that grows with the text alone. */
const POINT_SELECT =
  /^\s*select\s.*?\sfrom\s+(?:(?:"[^"]+"|\w+)\s*\.\s*)?("[^"]+"|\w+)(?:\s+(?:as\s+)?(?!where\b)\w+)?\s+where\s+(.*)$/is;
const SELECT_END = /(?<![\s;])(?:\s+for\s+(?:update|key\s+share))?\s*(?:;\s*)?$/i;
/** Values of which different spellings are different values, whatever their type. */
const CANONICAL = /^(?:0|-?[1-9]\d*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Both are about one column's value, not the same one, and the first leaves that column alone. */
function areApart(first: Pick<Run, 'sql' | 'tail'>, second: Pick<Run, 'sql' | 'tail'>): boolean {
  const a = pointOf(first);
  const b = a && pointOf(second);
  return (
    a !== undefined &&
    b !== undefined &&
    a.table === b.table &&
    a.column === b.column &&
    a.value !== b.value &&
    !a.assigned.includes(a.column) &&
    !b.assigned.includes(b.column)
  );
}

function pointOf({ sql, tail }: Pick<Run, 'sql' | 'tail'>): Point | undefined {
  if ((sql.match(/\bselect\b/gi) ?? []).length > (/^\s*select\b/i.test(sql) ? 1 : 0)) return undefined;
  const select = /[()]/.test(sql) ? null : POINT_SELECT.exec(sql);
  const clauses = select ? undefined : clausesOf(sql);
  if (!select && clauses?.type !== 'update' && clauses?.type !== 'delete') return undefined;
  if (clauses && 'from' in clauses && clauses.from !== undefined) return undefined;
  const where = select ? select[2]?.replace(SELECT_END, '') : clauses && 'where' in clauses ? clauses.where : undefined;
  const table = select ? select[1] : clauses && 'table' in clauses ? clauses.table : undefined;
  const match = WHERE.exec(where?.trim() ?? '');
  if (!match || table === undefined) return undefined;
  const value = valueOf(match[3]!, tail);
  if (value === undefined || !CANONICAL.test(value)) return undefined;
  const column = match[1] ?? match[2]!.toLowerCase();
  const assigned = clauses?.type === 'update' ? clauses.assignments.map(a => a.column) : [];
  return { table: table.toLowerCase(), column, value, assigned };
}

function valueOf(text: string, tail: Buffer): string | undefined {
  if (!text.startsWith('$')) return text.replace(/^'|'$/g, '');
  for (let format = tail.readUInt16BE(0); format > 0; format--)
    if (tail.readUInt16BE(2 * format) !== 0) return undefined; // binary
  return readBindTail(tail).values[Number(text.slice(1)) - 1]?.toString();
}
