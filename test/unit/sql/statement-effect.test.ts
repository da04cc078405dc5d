import assert from 'node:assert/strict';
import fc from 'fast-check';
import { effectOf, leavesReadOnly, mayBeCutShort, type StatementEffect } from '../../../src/core/sql/statement-effect';
import { anyCharacter } from '../../support/any-character';

const EFFECTS: Record<StatementEffect, string[]> = {
  none: [
    '',
    '-- nothing',
    'SELECT 1',
    '/* a */ (SELECT 1)',
    'TABLE accounts',
    'VALUES (1), (2)',
    'SELECT count(*), sum(balance) FROM accounts GROUP BY owner HAVING max(balance) > 0',
    'SELECT * FROM accounts WHERE id = $1 FOR UPDATE',
    'SELECT * FROM accounts FOR KEY SHARE',
    'SELECT \'INSERT INTO t\' AS insert_text, "delete" FROM t',
    'WITH a AS (SELECT 1), b AS (TABLE t) SELECT * FROM a, b WHERE x IN (1, 2) AND y = ANY (ARRAY[1])',
    'EXPLAIN SELECT 1',
    'EXPLAIN (ANALYZE, VERBOSE) SELECT count(*) FROM t',
    'SHOW search_path',
    "SET search_path TO 'x'",
    'RESET ALL',
  ],
  begin: ['BEGIN', 'begin read only', 'START TRANSACTION ISOLATION LEVEL REPEATABLE READ'],
  commit: ['COMMIT', 'end;', 'COMMIT AND CHAIN'],
  rollback: ['ROLLBACK', 'ABORT'],
  unknown: [
    'INSERT INTO t VALUES (1)',
    'update t set a = 1',
    'DELETE FROM t',
    'CREATE TABLE t (id int)',
    'CALL sys.wait_for_job($1)',
    'GRANT SELECT ON t TO r',
    'WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone',
    'EXPLAIN ANALYZE INSERT INTO t VALUES (1)',
    'EXPLAIN (ANALYZE) UPDATE t SET a = 1',
    'SELECT * INTO u FROM t',
    'SELECT transfer(1, 2, 10)',
    'SELECT bank.transfer(1)',
    'SELECT "Transfer" (1)',
    "SELECT nextval('s')",
    'AWS IAM GRANT r TO $$arn$$',
    '"odd"',
  ],
};

describe('what is at stake when a statement is lost', () => {
  for (const [effect, statements] of Object.entries(EFFECTS)) {
    for (const sql of statements) it(`${effect}: ${sql || '(empty)'}`, () => assert.equal(effectOf(sql), effect));
  }

  it('is never nothing when a word of the statement writes', () => {
    const piece = fc.constantFrom(
      'SELECT',
      'FROM',
      't',
      '(',
      ')',
      ',',
      '1',
      '"x"',
      "'INSERT'",
      'WITH',
      'AS',
      '-- INSERT\n',
    );
    const write = fc.constantFrom('INSERT INTO t', 'UPDATE t SET', 'DELETE FROM t', 'MERGE INTO t');
    fc.assert(
      fc.property(fc.array(piece), write, fc.array(piece), (before, writing, after) => {
        assert.equal(effectOf(['SELECT', ...before, writing, ...after].join(' ')), 'unknown');
      }),
    );
  });

  it('is known for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), sql => {
        effectOf(sql);
        mayBeCutShort(sql);
        leavesReadOnly(sql);
      }),
    );
  });
});

describe('whether a limit may be left to the server', () => {
  it('holds for reads, not for what writes or answers a few lines', () => {
    for (const sql of [
      'SELECT my_function(1)',
      'TABLE t',
      'WITH a AS (SELECT 1) SELECT * FROM a',
      '(VALUES (1))',
      'SELECT 1 FOR UPDATE',
    ])
      assert.equal(mayBeCutShort(sql), true, sql);
    for (const sql of [
      'INSERT INTO t SELECT 1 RETURNING *',
      'EXPLAIN SELECT 1',
      'SHOW ALL',
      'WITH d AS (DELETE FROM t RETURNING 1) SELECT 1 FROM d',
      '',
    ])
      assert.equal(mayBeCutShort(sql), false, sql);
  });
});

describe('whether a statement leaves a read-only session', () => {
  it('holds for what begins or sets read-write, and resets everything', () => {
    for (const sql of [
      'BEGIN READ WRITE',
      'START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE',
      'set session characteristics as transaction /* x */ read write',
      'RESET ALL',
      'DISCARD ALL',
    ])
      assert.equal(leavesReadOnly(sql), true, sql);
    for (const sql of [
      'BEGIN',
      'BEGIN READ ONLY',
      "SELECT 'read write'",
      'SET search_path TO read, write',
      'RESET ROLE',
    ])
      assert.equal(leavesReadOnly(sql), false, sql);
  });
});
