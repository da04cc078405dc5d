/** What DSQL accepts and what bites later all the same. */
import type { LintRule, LintSeverity } from '../contract';
import { guidePage, type GuidePage } from '../documentation';

const advice = <I extends string>(
  id: I,
  severity: LintSeverity,
  page: GuidePage,
  texts: Pick<LintRule, 'message' | 'why' | 'remedy' | 'since' | 'grade' | 'source'>,
): LintRule & { id: I } => ({ id, severity, url: guidePage(page), ...texts });

const GUIDE = { since: '2026-09-17', grade: 'D' } as const;

export const ADVICE_RULES = {
  missing_primary_key: advice('missing_primary_key', 'warning', 'createTable', {
    ...GUIDE,
    message: 'the table has no primary key',
    why: 'DSQL stores a table in the order of its key; without one every search by value reads the whole table, and a key cannot be added later.',
    remedy: 'Declare a PRIMARY KEY, for instance id uuid DEFAULT gen_random_uuid() PRIMARY KEY.',
    source: 'User Guide, primary keys; ALTER TABLE … ADD PRIMARY KEY is refused (recorded)',
  }),
  monotonic_key: advice('monotonic_key', 'warning', 'createTable', {
    ...GUIDE,
    message: 'the primary key grows steadily',
    why: 'New rows then land on the same end of the key range, and that range becomes hot when many sessions insert.',
    remedy: 'Use uuid DEFAULT gen_random_uuid(), or put an evenly spread column first in the key.',
    source: 'User Guide: avoid monotonically increasing keys',
  }),
  bare_numeric: advice('bare_numeric', 'warning', 'types', {
    ...GUIDE,
    message: 'numeric without precision is numeric(18,6) in DSQL',
    why: 'PostgreSQL keeps any number of digits here; DSQL rounds to six places and refuses 13 digits before the point.',
    remedy: 'Write the precision: numeric(18,6), or numeric(19,2) for amounts of money.',
    source: 'User Guide, data types',
  }),
  float_money: advice('float_money', 'hint', 'types', {
    since: '2025-05-27',
    grade: 'D',
    message: 'floating point for an amount of money',
    why: 'real and double precision cannot hold most decimal fractions: cents get lost.',
    remedy: 'Use numeric(19,2), or bigint in the smallest unit.',
    source: 'PostgreSQL manual, numeric types',
  }),
  explain_analyze_writes: advice('explain_analyze_writes', 'warning', 'sql', {
    since: '2025-11-20',
    grade: 'D',
    message: 'EXPLAIN ANALYZE runs the statement: it writes',
    why: 'The rows are changed as if the statement stood alone, and the writes are billed.',
    remedy: 'Leave ANALYZE out, or write BEGIN; EXPLAIN ANALYZE …; ROLLBACK;',
    source: 'PostgreSQL manual, EXPLAIN',
  }),
  for_update_without_key: advice('for_update_without_key', 'info', 'concurrency', {
    since: '2026-08-18',
    grade: 'C',
    message: 'FOR UPDATE without an equality condition',
    why: 'Every row read joins the set that is checked at COMMIT, and any of them changed elsewhere fails this transaction with 40001; the older rule that DSQL demands equality on the key is gone.',
    remedy: 'Name the rows by key: WHERE id = $1.',
    source: 'ministack, measured 2026-08-18; User Guide, concurrency control',
  }),
  update_primary_key: advice('update_primary_key', 'info', 'concurrency', {
    ...GUIDE,
    message: 'the statement changes a primary key',
    why: 'Changing a key deletes the row and inserts it anew, and conflicts with everybody who holds the row FOR KEY SHARE, such as writers of rows that refer to it.',
    remedy: 'Keep keys as they are; carry what changes in another column.',
    source: 'User Guide, concurrency control: the conflict matrix',
  }),
  unbounded_write: advice('unbounded_write', 'info', 'quotas', {
    ...GUIDE,
    message: '{statement} without WHERE',
    why: 'A transaction may change at most 3,000 rows: a larger table answers 54000 transaction row limit exceeded.',
    remedy: 'Work in batches by key: … WHERE id IN (SELECT id FROM t LIMIT 3000), until no row is left.',
    source: 'User Guide quotas; dsql-emulator recordings',
  }),
  cascade_row_limit: advice('cascade_row_limit', 'info', 'quotas', {
    since: '2026-08-26',
    grade: 'D',
    message: 'rows changed by ON DELETE or ON UPDATE count to the transaction’s 3,000',
    why: 'The foreign key changes the referring rows in the same transaction; deleting one row with many fails with 54000.',
    remedy: 'Use NO ACTION or RESTRICT and delete the referring rows first, in batches.',
    source: 'User Guide, foreign keys; AWS DSQL skill 2026-10-01',
  }),
} as const satisfies Record<string, LintRule>;
