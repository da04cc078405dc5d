import assert from 'node:assert/strict';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Classified, Dialect } from '../../../src/core/dialect/contract';

describe('classification', () => {
  let dialect: Dialect;
  before(async () => void (dialect = await createDialect()));

  const kinds: [sql: string, kind: Classified['kind'], tag: string][] = [
    ['SELECT 1', 'query', 'SELECT'],
    ['(SELECT 1) UNION SELECT 2', 'query', 'SELECT'],
    ['VALUES (1)', 'query', 'SELECT'],
    ['TABLE t', 'query', 'SELECT'],
    ['INSERT INTO t VALUES (1)', 'dml', 'INSERT'],
    ['UPDATE t SET a = 1', 'dml', 'UPDATE'],
    ['DELETE FROM t', 'dml', 'DELETE'],
    ['WITH x AS (UPDATE t SET a = 1 RETURNING *) SELECT * FROM x', 'dml', 'SELECT'],
    ['BEGIN', 'begin', 'BEGIN'],
    ['START TRANSACTION', 'begin', 'START TRANSACTION'],
    ['END', 'commit', 'COMMIT'],
    ['ABORT', 'rollback', 'ROLLBACK'],
    ['SET a = 1', 'set', 'SET'],
    ['RESET ALL', 'reset', 'RESET'],
    ['SHOW timezone', 'show', 'SHOW'],
    ['SET CONSTRAINTS ALL IMMEDIATE', 'set-constraints', 'SET CONSTRAINTS'],
    ['CALL p()', 'call', 'CALL'],
    ['EXPLAIN SELECT 1', 'explain', 'EXPLAIN'],
    ['ANALYZE t', 'analyze', 'ANALYZE'],
    ['COPY t FROM STDIN', 'copy', 'COPY'],
    [' ; ', 'empty', ''],
    ['/* a /* b */ */', 'empty', ''],
    ['CREATE TABLE t (a int)', 'ddl', 'CREATE TABLE'],
    ['CREATE INDEX ASYNC ON t (a)', 'ddl', 'CREATE INDEX'],
    ['ALTER TABLE ASYNC t VALIDATE CONSTRAINT c', 'ddl', 'ALTER TABLE'],
    ['ALTER TABLE t RENAME COLUMN a TO b', 'ddl', 'ALTER TABLE'],
    ['ALTER VIEW v RENAME COLUMN a TO b', 'ddl', 'ALTER VIEW'],
    ['ALTER INDEX i RENAME TO j', 'ddl', 'ALTER INDEX'],
    ['ALTER DOMAIN d RENAME CONSTRAINT a TO b', 'ddl', 'ALTER DOMAIN'],
    ['ALTER ROUTINE f() STABLE', 'ddl', 'ALTER ROUTINE'],
    ['ALTER FUNCTION f() OWNER TO r', 'ddl', 'ALTER FUNCTION'],
    ['ALTER STATISTICS s SET SCHEMA u', 'ddl', 'ALTER STATISTICS'],
    ['ALTER SEQUENCE s RESTART', 'ddl', 'ALTER SEQUENCE'],
    ['ALTER USER r NOLOGIN', 'ddl', 'ALTER ROLE'],
    ['CREATE USER r', 'ddl', 'CREATE ROLE'],
    ['DROP TABLE t', 'ddl', 'DROP TABLE'],
    ['DROP STATISTICS s', 'ddl', 'DROP STATISTICS'],
    ['DROP ROLE r', 'ddl', 'DROP ROLE'],
    ['GRANT SELECT ON t TO r', 'ddl', 'GRANT'],
    ['REVOKE SELECT ON t FROM r', 'ddl', 'REVOKE'],
    ['GRANT a TO b', 'ddl', 'GRANT ROLE'],
    ["COMMENT ON TABLE t IS ''", 'ddl', 'COMMENT'],
    ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r', 'ddl', 'ALTER DEFAULT PRIVILEGES'],
    ["AWS IAM GRANT r TO 'arn'", 'ddl', 'AWS IAM GRANT'],
    ["aws iam revoke r from 'arn'", 'ddl', 'AWS IAM REVOKE'],
  ];
  it('tells of every statement the same properties in the same order, which is what makes them cheap to read', () => {
    const texts = [
      ...kinds.map(([sql]) => sql),
      'SELECT 1 FROM t WHERE a = 2',
      'SELECT 1 FROM t WHERE a = 3',
      'nonsense',
    ];
    const forms = new Set(texts.map(sql => Object.keys(dialect.classify(sql)).join()));
    assert.equal(forms.size, 1);
  });

  it('knows what CREATE INDEX is in a session that may build at once', () => {
    const plain = dialect.classify('CREATE INDEX i ON "s"."t" (a)');
    assert.equal(plain.refusal?.ruleId, 'index_async');
    assert.equal(plain.onEmptyTable?.refusal, undefined);
    assert.equal(plain.onEmptyTable?.special, undefined);
    const question = plain.onEmptyTable?.preconditions?.at(-1);
    assert.equal(question?.sql, 'SELECT 1 FROM ONLY "s"."t" LIMIT 1');
    assert.equal(question?.refusal.ruleId, 'index_async');
    assert.equal(dialect.classify('CREATE INDEX i ON t (a DESC)').onEmptyTable?.refusal?.ruleId, 'index_sort_order');
    assert.equal(dialect.classify('CREATE INDEX ASYNC i ON t (a)').onEmptyTable, undefined);
    assert.equal(dialect.classify('CREATE INDEX CONCURRENTLY i ON t (a)').onEmptyTable, undefined);
  });
  for (const [sql, kind, tag] of kinds) {
    it(`${sql} is ${kind}`, () => {
      const classified = dialect.classify(sql);
      assert.deepEqual([classified.kind, classified.tag], [kind, tag]);
    });
  }

  const facts = (sql: string) => {
    const { writes, locking, returnsRows, writeTargets, maxRows } = dialect.classify(sql);
    return { writes, locking, returnsRows, writeTargets, maxRows };
  };
  const read = { writes: false, locking: false, returnsRows: true, writeTargets: [], maxRows: undefined };

  it('knows what writes, locks and answers rows', () => {
    assert.deepEqual(facts('SELECT 1'), read);
    assert.deepEqual(facts('SELECT * FROM (SELECT * FROM t FOR UPDATE) s'), { ...read, locking: true });
    assert.deepEqual(facts('SELECT * FROM t FOR KEY SHARE'), { ...read, locking: true });
    assert.deepEqual(facts('UPDATE s.t SET a = 1'), {
      ...read,
      writes: true,
      returnsRows: false,
      writeTargets: ['s\0t'],
    });
    assert.deepEqual(facts('WITH x AS (DELETE FROM t RETURNING *), y AS (INSERT INTO u VALUES (1)) SELECT 1'), {
      ...read,
      writes: true,
      writeTargets: ['t', 'u'],
    });
    assert.deepEqual(facts('COPY t (a) FROM STDIN'), {
      ...read,
      writes: true,
      returnsRows: false,
      writeTargets: ['t'],
    });
    assert.deepEqual(facts('COPY t TO STDOUT'), { ...read, returnsRows: false });
    assert.equal(facts('DELETE FROM t RETURNING 1').returnsRows, true);
    assert.equal(facts('SHOW ALL').returnsRows, true);
  });

  it('proves how many rows an INSERT … VALUES writes, and nothing else', () => {
    assert.equal(facts('INSERT INTO t VALUES (1), (2), (3)').maxRows, 3);
    assert.equal(facts('INSERT INTO t DEFAULT VALUES').maxRows, 1);
    assert.equal(facts('INSERT INTO t VALUES ((SELECT count(*) FROM u)) ON CONFLICT DO NOTHING').maxRows, 1);
    assert.equal(facts('INSERT INTO t SELECT 1').maxRows, undefined);
    assert.equal(facts('WITH x AS (DELETE FROM u RETURNING 1) INSERT INTO t VALUES (1)').maxRows, undefined);
    assert.equal(facts('UPDATE t SET a = 1 WHERE id = 1').maxRows, undefined);
  });

  it('knows which columns an UPDATE sets, as PostgreSQL knows them', () => {
    const assigns = (sql: string) => dialect.classify(sql).assigns;
    assert.deepEqual(assigns('UPDATE t SET A = 1, "B" = DEFAULT, c[2] = 3'), ['a', 'B', 'c']);
    assert.deepEqual(assigns('UPDATE t SET (a, b) = (SELECT 1, 2) WHERE c = 3'), ['a', 'b']);
    assert.deepEqual(assigns("UPDATE t SET a = 'set b = 1'"), ['a']);
    assert.deepEqual(assigns('INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = excluded.b'), ['b']);
    for (const sql of [
      'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING',
      'DELETE FROM t',
      'EXPLAIN ANALYZE UPDATE t SET a = 1',
      'WITH x AS (UPDATE t SET a = 1 RETURNING a) UPDATE t SET b = 1 FROM x',
    ])
      assert.equal(assigns(sql), undefined, sql);
  });

  it('reads BEGIN, SET and SHOW', () => {
    assert.deepEqual(dialect.classify('BEGIN').begin, { readOnly: false });
    assert.deepEqual(dialect.classify('BEGIN READ ONLY').begin, { readOnly: true });
    assert.deepEqual(dialect.classify('BEGIN READ WRITE').begin, { readOnly: false, readWrite: true });
    assert.equal(dialect.classify('COMMIT AND CHAIN').chain, true);
    assert.equal(dialect.classify('COMMIT AND NO CHAIN').chain, undefined);
    const parameter = (sql: string) => dialect.classify(sql).parameter;
    assert.deepEqual(parameter("SET LOCAL Search_Path = a, \"B\", 'c''d'"), {
      name: 'search_path',
      value: "'a', 'B', 'c''d'",
      local: true,
    });
    assert.deepEqual(parameter('SET extra_float_digits TO -3'), {
      name: 'extra_float_digits',
      value: '-3',
      local: false,
    });
    assert.deepEqual(parameter("SET TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE"), {
      name: 'timezone',
      value: "'INTERVAL ''+02:00'''",
      local: false,
    });
    assert.deepEqual(parameter('SET timezone TO DEFAULT'), { name: 'timezone', local: false });
    assert.deepEqual(parameter('RESET ALL'), { name: 'all', local: false });
    assert.deepEqual(parameter('SHOW TimeZone'), { name: 'timezone', local: false });
    assert.equal(dialect.classify('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY').sessionReadOnly, true);
    assert.equal(dialect.classify('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE').sessionReadOnly, false);
  });

  it('names the functions called, and those that belong to the session', () => {
    assert.deepEqual(dialect.classify('SELECT pg_catalog.lower(a), my.f(1) FROM t').functions, ['lower', 'my.f']);
    assert.equal(dialect.classify("SELECT currval('s')").readsSequences, true);
    assert.equal(dialect.classify("SELECT nextval('s')").readsSequences, undefined);
    assert.equal(dialect.classify("SELECT set_config('search_path', 'a', false)").configures, 'session');
    assert.equal(dialect.classify('SELECT set_config($1, $2, $3)').configures, 'session');
    assert.equal(dialect.classify("SELECT set_config('search_path', 'a', true)").configures, 'transaction');
    assert.equal(
      dialect.classify("SELECT set_config('a.b', $1, true), set_config($1, $2, false)").configures,
      'session',
    );
  });

  it('understands EXPLAIN and what is explained', () => {
    const { explain, writes, kind } = dialect.classify(
      'EXPLAIN (ANALYZE, VERBOSE off, FORMAT JSON, SETTINGS, COSTS 0, TIMING false) DELETE FROM t;',
    );
    const { inner, ...options } = explain ?? assert.fail();
    assert.deepEqual(options, {
      analyze: true,
      verbose: false,
      settings: true,
      costs: false,
      format: 'json',
      otherOptions: ['timing false'],
    });
    assert.deepEqual([inner.text, inner.kind, kind, writes], ['DELETE FROM t', 'dml', 'explain', true]);
    const passedOn = (list: string): string[] | undefined =>
      dialect.classify(`EXPLAIN (${list}) SELECT 1`).explain?.otherOptions;
    assert.deepEqual(passedOn(`ANALYZE maybe, COSTS 2, FORMAT 'JSON', "a b" 1, SUMMARY`), [
      '"analyze" maybe',
      'costs 2',
      "format 'JSON'",
      '"a b" 1',
      'summary',
    ]);
    assert.equal(dialect.classify('EXPLAIN DELETE FROM t').writes, false);
    assert.equal(dialect.classify('EXPLAIN ANALYZE VERBOSE (SELECT 1)').explain?.inner.text, '(SELECT 1)');
    assert.equal(dialect.classify('EXPLAIN (SELECT 1)').explain?.inner.text, '(SELECT 1)');
    const refused = 'EXPLAIN (VERBOSE) SELECT * FROM a TABLESAMPLE system (1)';
    const { ruleId, position } = dialect.classify(refused).refusal ?? assert.fail();
    assert.deepEqual([ruleId, position], ['tablesample', refused.indexOf('system')]);
  });

  it('asks the catalogue where the text cannot decide', () => {
    const rules = (sql: string) => dialect.classify(sql).preconditions?.map(({ refusal }) => refusal.ruleId);
    assert.deepEqual(rules('ALTER TABLE t DROP COLUMN a'), ['drop_key_column']);
    assert.deepEqual(rules('ALTER TABLE t DROP CONSTRAINT c'), ['drop_primary_key']);
    assert.deepEqual(rules('CREATE INDEX ASYNC ON t (a)'), ['too_many_indexes', 'key_type', 'key_size']);
    assert.deepEqual(
      rules('SELECT x.i FROM p LEFT JOIN LATERAL (SELECT p.id AS i FROM c WHERE c.p = p.id) x ON true'),
      ['left_join_lateral'],
    );
    assert.equal(
      rules('SELECT x.i FROM p LEFT JOIN LATERAL (SELECT c.id AS i FROM c WHERE c.p = p.id) x ON true'),
      undefined,
    );
    assert.equal(rules('SELECT 1'), undefined);
  });
});
