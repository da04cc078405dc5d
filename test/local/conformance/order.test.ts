import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { clientOptions, startTestCluster } from '../../support/cluster';
import { RecordingSession } from './session';

const NO_SHARE = '0A000 locking clauses other than FOR UPDATE/FOR KEY SHARE are not supported';
const NO_CONFIGURATION = '42704 text search configuration "english" does not exist';

/** Statements with two faults. What PostgreSQL itself says of them, also in DSQL, it says in its own order: as it reads and resolves them. */
describe('which of two faults the local cluster names', () => {
  let cluster: LocalCluster;
  let session: RecordingSession;

  before(async () => {
    cluster = await startTestCluster();
    session = await RecordingSession.connect(await clientOptions(cluster.info));
    await session.observe('CREATE TABLE notes (id int PRIMARY KEY, body text)');
  });
  after(async () => {
    await session?.close();
    await cluster?.close();
  });

  const cases: [sql: string, answer: string][] = [
    ['CREATE TABLE t (v missing, w money)', '42704 type "missing" does not exist'],
    ['CREATE TABLE t (w money, v missing)', '0A000 datatype money not supported'],
    ['CREATE TABLE t (v missing, w numeric(1001))', '42704 type "missing" does not exist'],
    ['CREATE TABLE t (v numeric(1001), w missing)', '22023 NUMERIC precision 1001 must be between 1 and 1000'],
    ["SELECT to_tsvector('english', body) FROM missing", '42P01 relation "missing" does not exist'],
    ["SELECT to_tsvector('english', missing) FROM notes", '42703 column "missing" does not exist'],
    ["SELECT to_tsvector('english', body), missing FROM notes", NO_CONFIGURATION],
    ["EXPLAIN SELECT to_tsvector('english', body) FROM missing", '42P01 relation "missing" does not exist'],
    ["CREATE INDEX ASYNC ON missing (to_tsvector('english', body))", '42P01 relation "missing" does not exist'],
    ["CREATE INDEX ASYNC ON notes (to_tsvector('english', body))", NO_CONFIGURATION],
    ["CREATE VIEW v AS SELECT to_tsvector('english', body) FROM notes", NO_CONFIGURATION],
    ["SELECT to_tsvector('english', body) FROM notes TABLESAMPLE SYSTEM (1)", '0A000 TABLESAMPLE clause not supported'],
    ['SELECT id FROM notes FOR SHARE', NO_SHARE],
    ['SELECT id FROM missing FOR SHARE', '42P01 relation "missing" does not exist'],
    ['SELECT missing FROM notes FOR SHARE', '42703 column "missing" does not exist'],
    ['SELECT missing() FROM notes FOR NO KEY UPDATE', '42883 function missing() does not exist'],
    ['INSERT INTO missing SELECT * FROM notes FOR SHARE', '42P01 relation "missing" does not exist'],
    ['SELECT DISTINCT id FROM notes FOR SHARE', '0A000 FOR SHARE is not allowed with DISTINCT clause'],
    ['EXPLAIN SELECT id FROM notes FOR SHARE', NO_SHARE],
    ['CREATE VIEW v AS SELECT id FROM notes FOR SHARE', NO_SHARE],
    [
      "CREATE FUNCTION missing.f() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
      '3F000 schema "missing" does not exist',
    ],
  ];
  for (const protocol of ['extended', 'simple'] as const) {
    for (const [sql, answer] of cases) {
      it(`${sql.slice(0, 90)} (${protocol})`, async () => {
        const { sqlstate, message } = await session.observe(sql, protocol);
        assert.equal(`${sqlstate} ${message}`, answer);
      });
    }
  }

  for (const protocol of ['extended', 'simple'] as const)
    it(`has the names of a statement before its place in a transaction (${protocol})`, async () => {
      for (const [sql, answer] of [
        ['INSERT INTO missing VALUES (1)', '42P01 relation "missing" does not exist'],
        ['INSERT INTO made (missing) VALUES (1)', '42703 column "missing" of relation "made" does not exist'],
        ['INSERT INTO made VALUES (1)', '0A000 ddl and dml are not supported in the same transaction'],
      ] as const) {
        await session.observe('BEGIN');
        await session.observe('CREATE TABLE made (id int)');
        const { sqlstate, message } = await session.observe(sql, protocol);
        assert.equal(`${sqlstate} ${message}`, answer);
        assert.equal((await session.observe('SELECT 1')).sqlstate, '25P02');
        await session.observe('ROLLBACK');
      }
    });

  it('aborts the block it stands in', async () => {
    const seen: (string | undefined)[] = [];
    for (const sql of ['BEGIN', "SELECT to_tsvector('english', body) FROM notes", 'SELECT 1', 'COMMIT']) {
      const { command_tag, sqlstate } = await session.observe(sql);
      seen.push(command_tag ?? sqlstate);
    }
    assert.deepEqual(seen, ['BEGIN', '42704', '25P02', 'ROLLBACK']);
  });
});
