import assert from 'node:assert/strict';
import type pg from 'pg';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC001 } from '../../support/isolation-session';
import { until } from '../../support/postgres';

/** DDL about table `t`; `also` comes before it. */
interface Form {
  sql: string;
  also?: string;
}

const FORMS: Form[] = [
  { sql: 'ALTER TABLE t ADD COLUMN w int' },
  { sql: 'ALTER TABLE t DROP COLUMN v' },
  { sql: 'ALTER TABLE t ALTER COLUMN v SET DEFAULT 5' },
  { sql: 'ALTER TABLE t ALTER COLUMN v DROP NOT NULL' },
  { sql: 'ALTER TABLE t RENAME COLUMN v TO w' },
  { sql: 'ALTER TABLE t RENAME TO t_other' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT c CHECK (v > 0) NOT VALID' },
  { sql: 'ALTER TABLE t DROP CONSTRAINT c', also: 'ALTER TABLE t ADD CONSTRAINT c CHECK (v > 0) NOT VALID' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (v) REFERENCES t NOT VALID' },
  { sql: 'ALTER TABLE t SET SCHEMA s' },
  { sql: 'ALTER TABLE t OWNER TO CURRENT_USER' },
  { sql: 'CREATE TABLE t_child (id int PRIMARY KEY, t int REFERENCES t)' },
  { sql: 'CREATE TABLE t_like (LIKE t)' },
  { sql: 'CREATE VIEW t_view AS SELECT id FROM t' },
  { sql: 'CREATE STATISTICS t_statistics ON id, v FROM t' },
  { sql: 'CREATE INDEX ASYNC t_index ON t (v)' },
  {
    sql: 'ALTER TABLE ASYNC t VALIDATE CONSTRAINT c',
    also: 'ALTER TABLE t ADD CONSTRAINT c CHECK (v > 0) NOT VALID',
  },
  { sql: 'DROP INDEX t_index', also: 'CREATE INDEX ASYNC t_index ON t (v)' },
  { sql: 'ALTER INDEX t_pkey RENAME TO t_key' },
  { sql: 'DROP STATISTICS t_statistics', also: 'CREATE STATISTICS t_statistics ON id, v FROM t' },
  { sql: 'ALTER STATISTICS t_statistics RENAME TO t_other', also: 'CREATE STATISTICS t_statistics ON id, v FROM t' },
  { sql: "COMMENT ON TABLE t IS 'changed'" },
  { sql: "COMMENT ON COLUMN t.v IS 'changed'" },
  { sql: "COMMENT ON CONSTRAINT t_pkey ON t IS 'changed'" },
  { sql: "COMMENT ON INDEX t_pkey IS 'changed'" },
  { sql: "COMMENT ON STATISTICS t_statistics IS 'changed'", also: 'CREATE STATISTICS t_statistics ON id, v FROM t' },
  { sql: 'GRANT SELECT ON t TO teller' },
  { sql: 'REVOKE SELECT ON t FROM teller', also: 'GRANT SELECT ON t TO teller' },
  { sql: 'DROP TABLE t' },
];

/** The row that an asynchronous statement answers with. */
const JOB = /^ {2}([a-z2-7]{26})$/m;

describe('DDL of every form beside who uses its table', () => {
  let cluster: TestGateway;
  let ddl: pg.Client;
  let user: pg.Client;
  let superuser: pg.Client;
  let tables = 0;
  before(async () => {
    cluster = await startTestGateway();
    ddl = await cluster.connect();
    user = await cluster.connect();
    superuser = await connectSuperuser(cluster.postgres.address);
    await ddl.query('CREATE ROLE teller');
    await ddl.query('CREATE SCHEMA s');
  });
  after(async () => {
    await superuser?.end();
    await cluster?.close();
  });

  /** A statement of somebody's sleeps. */
  async function isAsleep(): Promise<boolean> {
    const { rows } = await superuser.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    return rows.length > 0;
  }

  /** @returns the answers of the steps; `d:` and `u:` tell who says them, `DDL` and `USE` stand for the statements */
  async function play(form: Form, steps: readonly string[]): Promise<string[]> {
    const table = `t${++tables}`;
    const named = (sql: string): string => sql.replace(/\bt\b/g, table).replace(/\bt_/g, `${table}_`);
    for (const sql of [
      'CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL)',
      'INSERT INTO t VALUES (1, 1)',
      form.also ?? 'SELECT 1',
    ]) {
      const answer = await answerOf(ddl, named(sql));
      assert.doesNotMatch(answer, /^ERROR/);
      const [, job] = answer.match(JOB) ?? [];
      if (job) await ddl.query(`CALL sys.wait_for_job('${job}')`);
    }
    const answers: string[] = [];
    for (const step of steps) {
      const [who, what] = step.split(':') as ['d' | 'u', string];
      const sql = what === 'DDL' ? form.sql : what === 'USE' ? 'UPDATE t SET id = 2 WHERE id = 1' : what;
      const [answer] = (await answerOf(who === 'd' ? ddl : user, named(sql))).split('\n');
      if (what !== 'BEGIN')
        answers.push(what === 'DDL' ? answer!.replace(/^(?:ALTER|CREATE|DROP|COMMENT|GRANT|REVOKE)$/, 'DDL') : answer!);
    }
    return answers;
  }

  function order(name: string, steps: readonly string[], wanted: readonly string[]): void {
    it(name, async () => {
      const wrong: string[] = [];
      for (const form of FORMS) {
        const answers = await play(form, steps);
        if (answers.join() !== wanted.join())
          wrong.push(`${form.sql}: ${answers.join(', ')}; expected ${wanted.join(', ')}`);
      }
      assert.deepEqual(wrong, []);
      assert.deepEqual(cluster.log, []);
    });
  }

  order(
    'an open writer does not hold it up, and hears of it',
    ['u:BEGIN', 'u:USE', 'd:DDL', 'u:COMMIT'],
    ['UPDATE 1', 'DDL', OC001],
  );
  order(
    'open, it holds up nobody, and commits after them',
    ['d:BEGIN', 'd:DDL', 'u:USE', 'd:COMMIT'],
    ['DDL', 'UPDATE 1', 'COMMIT'],
  );
  order(
    'it commits before a writer that began beside it',
    ['d:BEGIN', 'd:DDL', 'u:BEGIN', 'u:USE', 'd:COMMIT', 'u:COMMIT'],
    ['DDL', 'UPDATE 1', 'COMMIT', OC001],
  );
  order(
    'rolled back, it has never been',
    ['u:BEGIN', 'u:USE', 'd:BEGIN', 'd:DDL', 'd:ROLLBACK', 'u:COMMIT'],
    ['UPDATE 1', 'DDL', 'ROLLBACK', 'COMMIT'],
  );

  for (const block of [false, true])
    it(`does not wait for a statement that runs for long ${block ? 'in a block' : 'outside one'}, nor do those behind it`, async () => {
      const table = `read_${block}`;
      await ddl.query(`CREATE TABLE ${table} (id int PRIMARY KEY)`);
      await ddl.query(`INSERT INTO ${table} VALUES (1)`);
      const behind = await cluster.connect();
      if (block) await user.query('BEGIN');
      const read = answerOf(user, `SELECT pg_sleep(600) FROM ${table}`);
      await until(isAsleep, 'a statement that runs');
      const changed = answerOf(ddl, `ALTER TABLE ${table} ADD COLUMN v int`);
      const seen = answerOf(behind, `SELECT id FROM ${table}`);
      assert.deepEqual(await Promise.all([read, changed, seen]), [OC001, 'ALTER', 'SELECT 1\n  1']);
      if (block) assert.equal(await answerOf(user, 'COMMIT'), 'ROLLBACK');
      assert.equal(await answerOf(user, `SELECT v FROM ${table}`), 'SELECT 1\n  NULL');
      await behind.end();
    });
});
