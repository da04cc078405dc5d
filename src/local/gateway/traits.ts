import type { Classified } from '../../core/dialect/contract';
import { callsWriter, runsKept, targetsOf } from '../adjudicator/claims';
import type { SchemaFacts } from './schema-facts';
import { generatesValues } from './transaction-size';

/** No WITH before it, which may write besides. */
const INSERT_FIRST = /^\s*insert\s/i;

/**
 * The statement must run again after a return to the savepoint: it writes, locks, or changes the catalogue or the transaction. What
 * such a statement answers waits until its end.
 */
export function leavesTrace(c: Classified, schema: SchemaFacts): boolean {
  return (
    c.writes || c.locking || isDdl(c) || c.kind === 'set-constraints' || c.kind === 'call' || queryMayWrite(c, schema)
  );
}

/** A query that may write by a function: it names one, also as a column (`t.f` is f(t)), or a view, which may call some. */
const queryMayWrite = (c: Classified, schema: SchemaFacts): boolean =>
  c.kind === 'query' && schema.queriesMayWrite && (runsKept(c, schema) || namesAsColumn(c.text, schema.functions));

function namesAsColumn(text: string, functions: ReadonlySet<string>): boolean {
  const folded = text.toLowerCase();
  const isNamed = (name: string): boolean => folded.includes(`.${name}`) || folded.includes(`."${name}"`);
  return [...functions].some(name => isNamed(name.toLowerCase()));
}

/** It writes or locks, or runs a function that may: its transaction can lose to another one, unless that is read-only. */
export const mayConflict = (c: Classified, schema: SchemaFacts): boolean =>
  c.writes || c.locking || c.kind === 'call' || callsWriter(c, schema);

/** The number in the command tag is not the number of rows modified: cascades, CTEs and functions write besides. */
export function writesUncounted(c: Classified, schema: SchemaFacts): boolean {
  if (c.explain) return c.explain.analyze && c.explain.inner.writes;
  if (c.writes && c.tag === 'SELECT') return true;
  if (c.kind === 'call') return true;
  if (queryMayWrite(c, schema)) return true;
  if (!c.writes) return false;
  if (c.writeTargets.length !== 1) return true;
  return targetsOf(c, schema).some(table => schema.cascading.has(table));
}

/** What by its text alone stays within the limits of rows and bytes, whatever the data: it commits in one round trip. */
export function surelySmall(c: Classified, rowsPerTransaction: number, schema: SchemaFacts): boolean {
  if (isDdl(c)) return true;
  return (
    !callsWriter(c, schema) &&
    c.tag === 'INSERT' &&
    c.maxRows !== undefined &&
    c.maxRows <= rowsPerTransaction &&
    !generatesValues(c) &&
    INSERT_FIRST.test(c.text)
  );
}

/** DDL, as far as DSQL's rule of one DDL statement a transaction goes. */
export const isDdl = (c: Classified): boolean => c.kind === 'ddl';
