/**
 * Values that a statement makes anew each time it runs: numbers of a sequence, random ones, the time of day. A transaction that has looked
 * at those it wrote cannot be put back to its savepoint and run again: its client knows the values that were.
 */
import type { Classified } from '../../core/dialect/contract';
import type { SchemaFacts } from '../gateway/control';
import { isOpaque, plainName } from './claims';
import type { LogEntry, Transaction } from './transaction';

/** Functions of PostgreSQL's whose value changes within a transaction. */
const CHANGING =
  /^(?:nextval|random|random_normal|gen_random_uuid|clock_timestamp|statement_timestamp|timeofday|(?:sys\.)?current_session_id)$/;

/** Whether the client may know values that running the log again would change. What RETURNING told is compared in any case. */
export function hasSeenValues({ looks, log }: Pick<Transaction, 'looks' | 'log'>, schema: SchemaFacts): boolean {
  if (looks.length === 0) return false;
  const changing = log.filter(entry => makesValues(entry, schema));
  return changing.some(({ statement }) => looks.some(look => sees(look, statement.classified, schema)));
}

function makesValues({ statement: { classified } }: LogEntry, schema: SchemaFacts): boolean {
  if (!classified.writes) return false;
  const byName = classified.functions?.some(name => CHANGING.test(name) || schema.functions.has(plainName(name)));
  return byName === true || classified.writeTargets.some(name => schema.changingDefaults.has(plainName(name)));
}

/** A query may show what the other statement wrote. */
const sees = (look: Classified, written: Classified, schema: SchemaFacts): boolean =>
  look.readsSequences === true ||
  isOpaque(look, schema) ||
  written.writeTargets.some(name => look.relations?.includes(plainName(name)));
