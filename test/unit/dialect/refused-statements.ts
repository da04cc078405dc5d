import type { RefusedCase } from './refused-case';
import { routinesAndSequences, sessionsAndQueries, statements } from './refused-commands';
import { alterTable, columnsAndConstraints, indexes, objects, tables, types } from './refused-definitions';

/** Every statement known to be refused. */
export const refusedStatements: readonly RefusedCase[] = [
  ...statements,
  ...tables,
  ...types,
  ...columnsAndConstraints,
  ...alterTable,
  ...objects,
  ...indexes,
  ...routinesAndSequences,
  ...sessionsAndQueries,
];
