import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';

describe('ALTER TABLE ASYNC … VALIDATE CONSTRAINT', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  const notices: (string | undefined)[] = [];
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    admin.on('notice', ({ code, message }) => notices.push(`${code} ${message}`));
    await admin.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
    await admin.query('ALTER TABLE t ADD CONSTRAINT positive CHECK (v > 0) NOT VALID');
  });
  beforeEach(() => notices.splice(0));
  after(() => cluster?.close());

  // User Guide, ALTER TABLE: the form takes IF EXISTS; what is said is PostgreSQL's of its own forms
  for (const protocol of ['simple', 'extended'])
    it(`says that the table is missing, and starts no job, by the ${protocol} protocol`, async () => {
      for (const table of ['gone', 'public.gone', 'nowhere.gone']) {
        const statement = { text: `ALTER TABLE ASYNC IF EXISTS ${table} VALIDATE CONSTRAINT c`, queryMode: protocol };
        const answer = await admin.query(statement);
        assert.deepEqual([answer.command, answer.rows], ['ALTER', []]);
      }
      assert.deepEqual(notices, Array(3).fill('00000 relation "gone" does not exist, skipping'));
      const { rows } = await admin.query(`SELECT FROM sys.jobs WHERE job_type = 'VALIDATE_CONSTRAINT'`);
      assert.equal(rows.length, 0);
    });

  it('refuses a table that is missing, and a constraint that is', async () => {
    await assert.rejects(admin.query('ALTER TABLE ASYNC gone VALIDATE CONSTRAINT c'), {
      code: '42P01',
      message: 'relation "gone" does not exist',
    });
    await assert.rejects(admin.query('ALTER TABLE ASYNC IF EXISTS t VALIDATE CONSTRAINT c'), {
      code: '42704',
      message: 'constraint "c" of relation "t" does not exist',
    });
  });

  it('starts a job for a table that is there', async () => {
    const sql = 'ALTER TABLE ASYNC IF EXISTS t VALIDATE CONSTRAINT positive';
    const { rows } = await admin.query<{ job_id: string }>(sql);
    assert.deepEqual((await admin.query(`CALL sys.wait_for_job('${rows[0]!.job_id}')`)).rows, [{ succeeded: true }]);
    assert.deepEqual(notices, []);
  });
});
