import { ruleMaker } from '../rule';

const rule = ruleMaker({ area: 'queries', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });

/** Clauses of queries. */
export const queryRules = [
  rule(
    'RangeTableSample',
    {
      id: 'tablesample',
      message: 'TABLESAMPLE clause not supported',
      remedy: 'Filter by a hash of the key, e.g. WHERE abs(hashtext(id::text)) % 100 = 0.',
    },
    sample => ({ location: sample.location }),
  ),
];
