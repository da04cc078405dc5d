/** What a transaction leaves behind of the rows that it locked and did not change. */
import type { NamedRelation } from '../../core/dialect/contract';
import { identifier } from '../../core/dialect/sql-text';
import { ENGINE } from '../engine-schema';
import type { SchemaFacts } from '../gateway/schema-facts';
import type { SharedStatement } from '../gateway/statements';
import { NO_OIDS, NO_VALUES, readBindTail } from '../gateway/wire/client-messages';
import { beneath } from './claims';
import { holdsOne, isShared, type HeldRows } from './held-rows';
import { MINE, type Asker, type ProbeQuery } from './lock-probe';
import { lockedRowsOf, type LockedRows } from './locking-select';

/** A statement with its parameters. */
export interface Run {
  statement: Pick<SharedStatement, 'classified' | 'sql' | 'oids'>;
  tail: Buffer;
  /** Schemas in which its names were looked for. */
  path: readonly string[];
  /** Whose statement it was. */
  asker: Asker;
  /** What it has answered; absent where it commits by itself. */
  tag?: string;
  /** Its client has read so many rows and not the others, which are not locked. */
  limit?: number;
  /** Another run tells of its rows. */
  readOn?: true;
}

/** It has locked something, as far as its answer tells. */
export const locks = ({ statement: { classified }, tag }: Run): boolean => classified.locking && tag !== 'SELECT 0';

/** Rows that a transaction locked and did not change: PostgreSQL forgets them when it commits, DSQL holds them against older snapshots. */
export interface Footprint {
  /** Of its commit; infinite while that is under way. */
  sequence: number;
  tables: readonly string[];
  /** FOR UPDATE claims a row against everybody, FOR KEY SHARE only against who removes it or changes its key. */
  strength: 'exclusive' | 'key';
  /** About a transaction that came after it. Absent where the rows cannot be told. */
  questions?: Questions;
}

/** Two of the probe's queries. */
interface Questions {
  /** Has a row when the transaction holds one of the rows. */
  held: ProbeQuery;
  /** Has no row, and fails when one of the rows is claimed by a transaction alone. */
  shared: ProbeQuery;
}

const COMMITTING = Infinity;

/**
 * What the text of a statement that locks tells of its rows:
 * - `nothing`: those of a view are its tables', those of a larger statement stand somewhere in it, some were not read
 * - `now`: others may change what decides which rows it finds, and it would find other ones
 * - `always`: only keys decide
 */
export type Telling = 'nothing' | 'now' | 'always';

export function tellingOf({ statement, limit }: Run, { views, keyColumns }: SchemaFacts): Telling {
  const { classified } = statement;
  const { relations, writes } = classified;
  if (limit !== undefined || writes || relations?.some(name => views.has(name))) return 'nothing';
  const rows = lockedRowsOf(statement);
  if (rows?.withHolders === undefined) return 'nothing';
  const isKey = (column: string): boolean => relations?.some(table => keyColumns.get(table)?.includes(column)) === true;
  return rows.chosenBy?.every(isKey) ? 'always' : 'now';
}

/** As SQL text: the relations, and those that the views among them rest on. */
export const searchedFor = (named: readonly NamedRelation[], schema: SchemaFacts): string[] =>
  named.flatMap(relation => [relation, ...beneath(relation.name, schema)].map(sqlName));

/** As SQL text: where the names of a statement are looked for. */
export const searchPathOf = ({ path }: Pick<Run, 'path'>): string => path.map(identifier).join(', ');

/** The relation as SQL text. */
const sqlName = ({ schema, name }: Pick<NamedRelation, 'schema' | 'name'>): string =>
  schema === undefined ? identifier(name) : `${identifier(schema)}.${identifier(name)}`;

/** Of rows that were found. `found` undefined: whoever has touched the tables conflicts */
export function footprintsOf(
  tables: readonly string[],
  strength: Footprint['strength'],
  found: readonly HeldRows[] | undefined,
): Footprint[] {
  const common = { sequence: COMMITTING, tables };
  const asked = { oids: NO_OIDS, tail: NO_VALUES, searchPath: 'pg_catalog' };
  return (
    found?.map(rows => ({
      ...common,
      strength: rows.isShared ? ('key' as const) : strength,
      questions: { held: { ...asked, sql: holdsOne(rows) }, shared: { ...asked, sql: isShared(rows) } },
    })) ?? [{ ...common, strength }]
  );
}

/** What a SELECT that locks rows claims; undefined where its text does not tell which. */
export function footprintOf(run: Run): Footprint | undefined {
  const rows = lockedRowsOf(run.statement);
  const tables = run.statement.classified.relations ?? [];
  return rows && { sequence: COMMITTING, tables, strength: rows.strength, questions: questionsOf(run, rows) };
}

function questionsOf(run: Run, rows: LockedRows): Questions {
  const { statement, tail, asker } = run;
  const { resultFormats } = readBindTail(tail);
  const values = tail.subarray(0, tail.length - 2 - 2 * resultFormats.length);
  const asked = {
    oids: statement.oids,
    tail: Buffer.concat([values, Buffer.alloc(2)]),
    searchPath: searchPathOf(run),
    asker,
  };
  const held = `SELECT 1 FROM (${rows.withHolders}) AS q WHERE EXISTS
    (SELECT FROM unnest(q.holders) AS holder WHERE ${ENGINE}.holds(holder, ${MINE}))`;
  const shared = `SELECT 1 FROM (SELECT count(*) AS n FROM (${rows.shared}) AS q) AS c WHERE n < 0`;
  return { held: { ...asked, sql: held }, shared: { ...asked, sql: shared } };
}
