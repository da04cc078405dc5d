import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/core/connections/connection-profile';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';
import { explainRequest, looksExplainable } from '../../../src/core/sql/explain-request';
import { planScript } from '../../../src/core/sql/script-plan';
import { transactionAge } from '../../../src/core/sql/transaction-age';
import { retryPolicy } from '../../../src/core/sql/retry-policy';
import { permissionFor } from '../../../src/core/sql/write-policy';

let dialect: Dialect;
before(async () => {
  dialect = await createDialect();
});

describe('the plan of a script', () => {
  const plan = (sql: string, transaction: 'idle' | 'open' | 'failed' = 'idle') =>
    planScript(sql, { dialect, transaction, offset: 100 });

  it('knows transaction blocks and where they end', () => {
    const { statements, leavesOpen } = plan('SELECT 1; BEGIN; UPDATE t SET a = 1; COMMIT; CREATE TABLE u (a int)');
    assert.deepEqual(
      statements.map(({ place, blockStart, blockEnd }) => [place, blockStart, blockEnd]),
      [
        ['autocommit', undefined, undefined],
        ['begin', 1, 3],
        ['inside', 1, 3],
        ['end', 1, 3],
        ['autocommit', undefined, undefined],
      ],
    );
    assert.equal(leavesOpen, false);
  });

  it('knows a block that the script leaves open, and one that was open before', () => {
    assert.ok(plan('BEGIN; SELECT 1').leavesOpen);
    const { statements, leavesOpen } = plan('SELECT 1; ROLLBACK; SELECT 2', 'open');
    assert.deepEqual(
      statements.map(({ place, blockStart }) => [place, blockStart]),
      [
        ['inside', undefined],
        ['end', undefined],
        ['autocommit', undefined],
      ],
    );
    assert.equal(leavesOpen, false);
    assert.ok(plan('COMMIT AND CHAIN; SELECT 1', 'open').leavesOpen);
  });

  it('keeps two blocks apart', () => {
    const ends = plan('BEGIN; SELECT 1; END; START TRANSACTION; SELECT 2; ABORT').statements.map(
      ({ blockStart, blockEnd }) => `${blockStart}-${blockEnd}`,
    );
    assert.deepEqual(ends, ['0-2', '0-2', '0-2', '3-5', '3-5', '3-5']);
  });

  it('knows which statements start jobs, take parameters or are psql’s', () => {
    const { statements } = plan(
      `CREATE INDEX ASYNC i ON t (a);\nALTER TABLE ASYNC t VALIDATE CONSTRAINT c;\n\\d t\nSELECT $1::uuid`,
    );
    assert.deepEqual(
      statements.map(({ type, startsJob, parameters }) => [type, startsJob, parameters.length]),
      [
        ['statement', true, 0],
        ['statement', true, 0],
        ['meta', false, 0],
        ['statement', false, 1],
      ],
    );
  });

  it('gives offsets in the document', () => {
    const [, second] = plan('SELECT 1;\n SELECT 2').statements;
    assert.equal(second?.offset, 111);
    assert.equal(planScript('SELECT 1', { dialect }).statements[0]?.offset, undefined);
  });
});

describe('what may be sent to a profile', () => {
  const profile = (part: Partial<ConnectionProfile>): ConnectionProfile => ({
    id: 'p',
    name: 'P',
    kind: 'aws',
    host: 'h',
    port: 5432,
    region: 'us-east-1',
    user: 'admin',
    readOnly: false,
    environment: 'development',
    ...part,
  });
  const permission = (sql: string, part: Partial<ConnectionProfile>) =>
    permissionFor(dialect.classify(sql), profile(part));

  const READS = [
    'SELECT 1',
    'TABLE t',
    'SHOW timezone',
    'EXPLAIN UPDATE t SET a = 1',
    'BEGIN',
    'BEGIN READ ONLY',
    'COMMIT',
  ];
  const WRITES = [
    'INSERT INTO t VALUES (1)',
    'UPDATE t SET a = 1',
    'DELETE FROM t',
    'WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x',
    'CREATE TABLE t (a int)',
    'DROP TABLE t',
    'CREATE INDEX ASYNC ON t (a)',
    'GRANT SELECT ON t TO r',
    `AWS IAM GRANT r TO 'arn:aws:iam::123456789012:role/x'`,
    'EXPLAIN ANALYZE DELETE FROM t',
    `SELECT nextval('s')`,
    'COPY t FROM stdin',
    'CALL p()',
  ];

  for (const sql of READS) {
    it(`allows ${sql} everywhere`, () => {
      assert.equal(permission(sql, { readOnly: true, environment: 'production' }), 'allow');
    });
  }
  for (const sql of WRITES) {
    it(`refuses ${sql} where it is read-only, and asks on production`, () => {
      assert.equal(permission(sql, { readOnly: true }), 'refuse');
      assert.equal(permission(sql, { environment: 'production' }), 'confirm');
      assert.equal(permission(sql, { environment: 'test' }), 'allow');
    });
  }
  for (const sql of [
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE',
    'BEGIN READ WRITE',
    'START TRANSACTION READ WRITE',
    'RESET ALL',
    'SET default_transaction_read_only = off',
    `SELECT set_config('default_transaction_read_only', 'off', false)`,
  ]) {
    it(`does not let ${sql} lift a profile's read-only state`, () => {
      assert.equal(permission(sql, { readOnly: true }), 'refuse');
      assert.equal(permission(sql, {}), 'allow');
    });
  }
  it('asks on production before what it cannot read, and lets a read-only session’s server answer it', () => {
    assert.equal(permission('FROBNICATE t', { environment: 'production' }), 'confirm');
    assert.equal(permission('FROBNICATE t', { readOnly: true }), 'allow');
  });
  it('waits for jobs without asking', () => {
    assert.equal(permission(`CALL sys.wait_for_job('x')`, { readOnly: true }), 'allow');
  });
});

describe('explaining a statement', () => {
  const request = (sql: string, mode: 'explain' | 'analyze' = 'analyze') => explainRequest(dialect.classify(sql), mode);

  it('asks for the verbose plan, which holds the DPU estimate', () => {
    assert.equal(request('SELECT 1', 'explain').sql, 'EXPLAIN VERBOSE SELECT 1');
    assert.equal(request('SELECT 1').sql, 'EXPLAIN ANALYZE VERBOSE SELECT 1');
    assert.equal(request('SELECT 1').prefixLength, 'EXPLAIN ANALYZE VERBOSE '.length);
  });

  it('takes an EXPLAIN for what is in it', () => {
    const asked = request('EXPLAIN (VERBOSE) UPDATE t SET a = 1');
    assert.equal(asked.statement, 'UPDATE t SET a = 1');
    assert.equal(asked.statementOffset, 'EXPLAIN (VERBOSE) '.length);
    assert.ok(asked.changesRows);
  });

  it('knows what would change rows', () => {
    assert.equal(request('SELECT 1').changesRows, false);
    assert.equal(request('DELETE FROM t', 'explain').changesRows, false);
    assert.ok(request('DELETE FROM t').changesRows);
    assert.ok(request('WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x').changesRows);
  });

  it('refuses what has no plan', () => {
    for (const sql of ['CREATE TABLE t (a int)', 'BEGIN', 'SHOW timezone', 'nonsense'])
      assert.throws(() => request(sql), { code: 'CANNOT_EXPLAIN' });
  });

  it('is offered by the first word', () => {
    for (const sql of ['select 1', ' (VALUES (1))', 'WITH a AS (SELECT 1) TABLE a', 'delete from t'])
      assert.ok(looksExplainable(sql), sql);
    for (const sql of ['CREATE TABLE selects (a int)', '\\d', 'BEGIN', 'selection'])
      assert.ok(!looksExplainable(sql), sql);
  });
});

describe('a transaction’s age', () => {
  it('counts down from 300 seconds', () => {
    assert.deepEqual(transactionAge(0, 0), { text: '5:00', level: 'plain' });
    assert.deepEqual(transactionAge(0, 240_000), { text: '1:00', level: 'warning' });
    assert.deepEqual(transactionAge(0, 290_500), { text: '0:10', level: 'warning' });
    assert.deepEqual(transactionAge(0, 999_999), { text: '0:00', level: 'over' });
  });
});

describe('the retry policy of the settings', () => {
  it('takes sensible numbers and no others', () => {
    assert.deepEqual(retryPolicy(3, 20, 500), { maxAttempts: 3, baseDelayMs: 20, maxDelayMs: 500 });
    assert.deepEqual(retryPolicy('x', -1, undefined), { maxAttempts: 5, baseDelayMs: 50, maxDelayMs: 5_000 });
    assert.deepEqual(retryPolicy(1, 800, 100), { maxAttempts: 1, baseDelayMs: 800, maxDelayMs: 800 });
  });
});
