import type { Classified } from '../../core/dialect/contract';
import type { SchemaFacts } from './control';

/** Longest INSERT … VALUES text that cannot hold as many rows as the limit allows: a row takes at least "(1),". */
const SMALL_INSERT_CHARS = 4 * 2500;
const PLAIN_INSERT = /^\s*insert\s+into\s+[\w."]+\s*(\([^()]*\)\s*)?values\b/i;

/**
 * The statement must run again after a return to the savepoint: it writes, locks, or changes the transaction. Where functions that may
 * write exist, every query counts.
 */
export function leavesTrace(c: Classified, schema: SchemaFacts): boolean {
  return (
    c.writes ||
    c.locking ||
    c.kind === 'set-constraints' ||
    c.kind === 'call' ||
    (schema.queriesMayWrite && c.kind === 'query')
  );
}

/** The number in the command tag is not the number of rows modified: cascades, CTEs and functions write besides. */
export function writesUncounted(c: Classified, schema: SchemaFacts): boolean {
  if (c.explain) return c.explain.analyze && c.explain.inner.writes;
  if (c.writes && c.tag === 'SELECT') return true;
  if (c.kind === 'call') return true;
  if (schema.queriesMayWrite && c.kind === 'query') return true;
  if (!c.writes) return false;
  if (c.writeTargets.length !== 1) return true;
  const target = c.writeTargets[0]!;
  return schema.cascading.has(target.slice(target.lastIndexOf('.') + 1));
}

/** A write that, by its text alone, stays within the row limit, whatever the data. */
export function surelySmall(c: Classified): boolean {
  return (
    c.tag === 'INSERT' &&
    c.text.length < SMALL_INSERT_CHARS &&
    PLAIN_INSERT.test(c.text) &&
    !/\b(select|conflict)\b/i.test(c.text)
  );
}

/** DDL, as far as DSQL's rule of one DDL statement a transaction goes. */
export const isDdl = (c: Classified): boolean => c.kind === 'ddl';
