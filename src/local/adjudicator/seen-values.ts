/**
 * Values that a statement makes anew each time it runs: numbers of a sequence, random ones, the time of day. A transaction that has looked
 * at those it wrote cannot be put back to its savepoint and run again: its client knows the values that were.
 */
import type { Classified } from '../../core/dialect/contract';
import type { SchemaFacts } from '../gateway/schema-facts';
import { callsOneOf, callsWriter, isOpaque, targetsOf, throughViews } from './claims';
import { clausesOf } from './clauses';
import type { LogEntry, Transaction } from './transaction';

/** Functions of PostgreSQL's whose value changes within a transaction. */
export const CHANGING =
  /^(?:nextval|random|random_normal|gen_random_uuid|clock_timestamp|statement_timestamp|timeofday|(?:sys\.)?current_session_id)$/;

/** Words without which a statement takes no column's default. */
const TAKES_DEFAULTS = /\b(?:insert|default)\b/i;

/** Whether the client knows values that running the log again would change: RETURNING has told them, or a query since. */
export function hasSeenValues({ looks, log }: Pick<Transaction, 'looks' | 'log'>, schema: SchemaFacts): boolean {
  return log.some(entry => {
    const { classified } = entry.statement;
    const byFunction = callsChanging(classified, schema);
    const columns = byFunction ? [] : defaultsTaken(classified, schema);
    if (!byFunction && columns.length === 0) return false;
    const told = entry.rows !== '' && classified.writes && (byFunction || mayReturn(entry, columns));
    return told || looks.some(look => sees(look, classified, schema));
  });
}

/** It writes what a function makes anew each time, or runs a function of a client's that does. */
export const callsChanging = ({ writes, functions }: Classified, schema: SchemaFacts): boolean =>
  (writes && functions?.some(name => CHANGING.test(name)) === true) || callsOneOf(functions, schema.changingFunctions);

/** Columns that get values made anew from their defaults. */
function defaultsTaken(c: Classified, schema: SchemaFacts): readonly string[] {
  if (!c.writes || !TAKES_DEFAULTS.test(c.text)) return [];
  return targetsOf(c, schema).flatMap(name => schema.changingDefaults.get(name) ?? []);
}

/** What RETURNING tells may be one of the columns. */
function mayReturn({ statement }: LogEntry, columns: readonly string[]): boolean {
  const clauses = clausesOf(statement.sql);
  const returning = clauses && 'returning' in clauses ? clauses.returning?.toLowerCase() : undefined;
  return (
    returning === undefined || returning.includes('*') || columns.some(name => returning.includes(name.toLowerCase()))
  );
}

/** A query may show what the other statement wrote. */
const sees = (look: Classified, written: Classified, schema: SchemaFacts): boolean =>
  look.readsSequences === true ||
  callsWriter(written, schema) ||
  isOpaque(look, schema) ||
  throughViews(look.relations ?? [], schema).some(name => targetsOf(written, schema).includes(name));
