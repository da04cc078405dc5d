import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';

/** PostgreSQL resolves the procedure and works out what it is given, as in any CALL. */
describe('CALL sys.wait_for_job', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  let id: string;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    await admin.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
    const { rows } = await admin.query<{ job_id: string }>('CREATE INDEX ASYNC ON t (v)');
    id = rows[0]!.job_id;
    await admin.query(`CREATE FUNCTION job() RETURNS text LANGUAGE sql RETURN '${id}'`);
  });
  after(() => cluster?.close());

  for (const [call, values] of [
    ['sys.wait_for_job($id)', undefined],
    ['sys.wait_for_job($id, NULL)', undefined],
    ['sys.wait_for_job($id, true)', undefined],
    ['sys.wait_for_job(succeeded => NULL, job_id => $id)', undefined],
    ['sys.wait_for_job(lower(upper($id)))', undefined],
    [`sys.wait_for_job(job_id => trim('  ' || $id))`, undefined],
    ['sys.wait_for_job(job())', undefined],
    ['sys.wait_for_job(sys.uuid_to_base32_str(sys.base32_str_to_uuid($id)))', undefined],
    ['postgres.sys.wait_for_job($id)', undefined],
    ['sys.wait_for_job($1)', ['$id']],
    ['sys.wait_for_job($1::varchar)', ['$id']],
    ['sys.wait_for_job(coalesce($2, $1))', ['$id', null]],
  ] as const)
    it(`waits for ${call}`, async () => {
      const text = `CALL ${call.replace('$id', `'${id}'`)}`;
      const answer = await admin.query<{ succeeded: boolean }>(
        text,
        values?.map(value => (value === '$id' ? id : value)),
      );
      assert.deepEqual(answer.rows, [{ succeeded: true }]);
      assert.equal(answer.command, 'CALL');
    });

  it('finds the procedure by the search path', async () => {
    await assert.rejects(admin.query(`CALL wait_for_job('${id}')`), {
      code: '42883',
      message: 'procedure wait_for_job(unknown) does not exist',
    });
    await admin.query('SET search_path = sys');
    assert.deepEqual((await admin.query(`CALL wait_for_job('${id}')`)).rows, [{ succeeded: true }]);
    await admin.query('RESET search_path');
  });

  for (const [argument, code, message, position] of [
    [`lower('ABC')`, '22P02', 'Unable to convert text to UUID', undefined],
    ['(SELECT job_id FROM sys.jobs LIMIT 1)', '0A000', 'cannot use subquery in CALL argument', '23'],
    ['1', '42883', 'procedure sys.wait_for_job(integer) does not exist', '6'],
    ['', '42883', 'procedure sys.wait_for_job() does not exist', '6'],
    [`job => 'x'`, '42883', 'procedure sys.wait_for_job(job => unknown) does not exist', '6'],
    ['nosuch', '42703', 'column "nosuch" does not exist', '23'],
    [`'x' || 1 / 0`, '22012', 'division by zero', undefined],
  ] as const)
    it(`refuses ${argument || 'no argument'}`, async () => {
      await assert.rejects(admin.query(`CALL sys.wait_for_job(${argument})`), { code, message, position });
    });

  it('is refused in a transaction, whatever it is given', async () => {
    for (const argument of [`'${id}'`, 'job()', 'nosuch']) {
      await admin.query('BEGIN');
      await assert.rejects(admin.query(`CALL sys.wait_for_job(${argument})`), {
        code: '0A000',
        message: 'CALL sys.wait_for_job not supported in transaction block',
        detail: undefined,
      });
      await admin.query('ROLLBACK');
    }
  });

  it('is a procedure for SELECT', async () => {
    await assert.rejects(admin.query('SELECT sys.wait_for_job(job())'), {
      code: '42809',
      message: 'sys.wait_for_job(text) is a procedure',
    });
  });
});
