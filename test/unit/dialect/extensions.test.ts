import assert from 'node:assert/strict';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Dialect } from '../../../src/core/dialect/contract';

describe('what PostgreSQL has no grammar for', () => {
  let dialect: Dialect;
  before(async () => void (dialect = await createDialect()));

  it('CREATE INDEX ASYNC', () => {
    const sql = 'CREATE UNIQUE INDEX /* a */ async IF NOT EXISTS "I" ON s.t (a, (lower(b))) WHERE a > 0';
    const classified = dialect.classify(sql);
    assert.deepEqual(classified.special, {
      type: 'create-index-async',
      unique: true,
      ifNotExists: true,
      indexName: 'I',
      schema: 's',
      table: 't',
      concurrentSql: sql.replace('async', 'CONCURRENTLY'),
      plainSql: sql.replace('async ', ''),
    });
    assert.deepEqual([classified.sql, classified.returnsRows], [sql.replace('async', 'CONCURRENTLY'), true]);
  });

  it('CREATE INDEX ASYNC without a name is not an index called async', () => {
    const { special } = dialect.classify('CREATE INDEX ASYNC ON t(c)');
    assert.ok(special?.type === 'create-index-async');
    assert.deepEqual([special.indexName, special.table], [undefined, 't']);
    assert.equal(special.concurrentSql, 'CREATE INDEX CONCURRENTLY ON t(c)');
    const quoted = dialect.classify('CREATE INDEX ASYNC "async" ON t(c)').special;
    assert.ok(quoted?.type === 'create-index-async' && quoted.indexName === 'async');
    assert.equal(dialect.classify('CREATE INDEX "async" ON t(c)').refusal?.ruleId, 'index_async');
  });

  it('ALTER TABLE ASYNC … VALIDATE CONSTRAINT', () => {
    const classified = dialect.classify('alter table async IF EXISTS s."T" validate constraint c');
    assert.deepEqual(classified.special, {
      type: 'validate-constraint-async',
      ifExists: true,
      schema: 's',
      table: 'T',
      constraint: 'c',
      sql: 'alter table IF EXISTS s."T" validate constraint c',
    });
    assert.equal(classified.refusal, undefined);
  });

  it('a table called async stays one', () => {
    const { special, sql, refusal } = dialect.classify('ALTER TABLE async RENAME TO b');
    assert.deepEqual([special, sql, refusal], [undefined, 'ALTER TABLE async RENAME TO b', undefined]);
    assert.equal(
      dialect.classify('ALTER TABLE async VALIDATE CONSTRAINT c').refusal?.ruleId,
      'validate_constraint_sync',
    );
  });

  it('AWS IAM GRANT and REVOKE', () => {
    assert.deepEqual(dialect.classify('aws  iam grant "My""App" to \'arn:it\'\'s\' ;').special, {
      type: 'iam-grant',
      role: 'My"App',
      arn: "arn:it's",
    });
    assert.deepEqual(dialect.classify("AWS IAM REVOKE App FROM 'arn'").special, {
      type: 'iam-revoke',
      role: 'app',
      arn: 'arn',
    });
    for (const [sql, message] of [
      ['AWS IAM DROP', 'syntax error at or near "DROP"'],
      ["AWS IAM GRANT r FROM 'a'", 'syntax error at or near "FROM"'],
      ['AWS IAM GRANT r TO a', 'syntax error at or near "a"'],
      ['AWS IAM GRANT r TO', 'syntax error at end of input'],
      ["AWS IAM GRANT r TO 'a', 'b'", 'syntax error at or near ","'],
      ['AWS S3 LIST', 'syntax error at or near "AWS"'],
    ] as const) {
      assert.deepEqual(
        [dialect.classify(sql).refusal?.sqlstate, dialect.classify(sql).refusal?.message],
        ['42601', message],
        sql,
      );
    }
  });

  it('CALL sys.wait_for_job with a literal, a cast or a parameter', () => {
    const job = (sql: string) => dialect.classify(sql).special;
    assert.deepEqual(job("CALL sys.wait_for_job('abc')"), { type: 'wait-for-job', jobId: 'abc' });
    assert.deepEqual(job("call SYS.Wait_For_Job('abc'::text)"), { type: 'wait-for-job', jobId: 'abc' });
    assert.deepEqual(job('CALL sys.wait_for_job($2)'), { type: 'wait-for-job', jobId: { parameter: 2 } });
    assert.deepEqual(job('CALL sys.wait_for_job($1::text)'), { type: 'wait-for-job', jobId: { parameter: 1 } });
    for (const none of ['NULL', 'NULL::text', 'job_id => NULL'])
      assert.deepEqual(job(`CALL sys.wait_for_job(${none})`), { type: 'wait-for-job', jobId: '' });
    for (const [call, parameters] of [
      ["sys.wait_for_job('a' || 'b')", 0],
      ['sys.wait_for_job((SELECT 1))', 0],
      ['sys.wait_for_job(job => NULL)', 0],
      ['sys.wait_for_job(coalesce($2, $1))', 2],
      ['wait_for_job($1)', 1],
    ] as const)
      assert.deepEqual(job(`CALL ${call}`), { type: 'wait-for-job', jobId: { parameters } });
    assert.equal(job("CALL public.wait_for_job('abc')"), undefined);
  });

  it('DROP INDEX tells which', () => {
    assert.deepEqual(dialect.classify('DROP INDEX IF EXISTS a, s."B"').special, {
      type: 'drop-index',
      names: ['a', 's.B'],
    });
  });

  it('nothing is locked: NOWAIT and SKIP LOCKED do not reach PostgreSQL, and positions stay', () => {
    const sql = (text: string) => dialect.classify(text).sql;
    for (const [given, sent] of [
      ['SELECT nowait FROM t FOR UPDATE NOWAIT', 'SELECT nowait FROM t FOR UPDATE       '],
      [
        'SELECT 1 FROM t FOR KEY SHARE OF s . t, "u" SKIP\nLOCKED LIMIT é',
        'SELECT 1 FROM t FOR KEY SHARE OF s . t, "u"     \n       LIMIT é',
      ],
      [
        'WITH x AS (SELECT FROM t FOR UPDATE NOWAIT) UPDATE t SET a = 1',
        'WITH x AS (SELECT FROM t FOR UPDATE       ) UPDATE t SET a = 1',
      ],
      ['SELECT 1 AS skip FROM t locked FOR UPDATE', 'SELECT 1 AS skip FROM t locked FOR UPDATE'],
    ] as const) {
      assert.equal(sql(given), sent);
      assert.equal(dialect.classify(given).locking, true);
    }
    const { explain } = dialect.classify('EXPLAIN ANALYZE SELECT 1 FROM t FOR UPDATE NOWAIT');
    assert.equal(explain?.inner.sql, 'SELECT 1 FROM t FOR UPDATE       ');
  });

  it('bare numeric columns get the service’s precision', () => {
    const sql = (text: string) => dialect.classify(text).sql;
    assert.equal(
      sql(
        'CREATE TABLE "ü" (é text DEFAULT \'numeric\', a numeric, b NUMERIC (5), c decimal NOT NULL, d pg_catalog . numeric)',
      ),
      'CREATE TABLE "ü" (é text DEFAULT \'numeric\', a numeric(18,6), b NUMERIC (5), c decimal(18,6) NOT NULL, d pg_catalog . numeric(18,6))',
    );
    assert.equal(sql('ALTER TABLE t ADD a dec'), 'ALTER TABLE t ADD a dec(18,6)');
    assert.equal(sql('CREATE DOMAIN d AS numeric'), 'CREATE DOMAIN d AS numeric(18,6)');
    assert.equal(
      sql('ALTER TABLE "all" DISABLE TRIGGER /* */ ALL, ADD a numeric, ENABLE trigger all'),
      'ALTER TABLE "all" DISABLE TRIGGER /* */ USER, ADD a numeric(18,6), ENABLE trigger USER',
    );
    assert.equal(sql('SELECT 1::numeric'), 'SELECT 1::numeric');
  });
});
