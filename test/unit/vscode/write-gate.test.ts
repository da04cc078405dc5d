import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/core/connections/connection-profile';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';
import { WriteGate } from '../../../src/vscode/sql-editor/write-gate';

const production: ConnectionProfile = {
  id: 'p',
  name: 'Payments',
  kind: 'aws',
  host: 'h',
  port: 5432,
  region: 'us-east-1',
  user: 'admin',
  readOnly: false,
  environment: 'production',
};

describe('the gate before statements', () => {
  let dialect: Dialect;
  let asked: string[];
  let answers: ('one' | 'all' | undefined)[];
  let gate: WriteGate;

  before(async () => {
    dialect = await createDialect();
  });
  beforeEach(() => {
    asked = [];
    answers = [];
    gate = new WriteGate((profile, sql, others) => {
      asked.push(`${profile.name}: ${sql} +${others}`);
      return Promise.resolve(answers.shift());
    });
  });
  const pass = async (sqls: string[], profile = production): Promise<string[]> => {
    const permit = gate.forRun(profile, sqls.filter(sql => !sql.startsWith('SELECT')).length);
    const codes: string[] = [];
    for (const sql of sqls)
      codes.push(
        await permit({ sql, classified: dialect.classify(sql) }).then(
          () => 'sent',
          (error: { code: string }) => error.code,
        ),
      );
    return codes;
  };

  it('asks once for each text of a write on production, and never for reads', async () => {
    answers = ['one', 'one'];
    assert.deepEqual(await pass(['SELECT 1', 'DELETE FROM a', 'DELETE FROM b']), ['sent', 'sent', 'sent']);
    assert.deepEqual(asked, ['Payments: DELETE FROM a +1', 'Payments: DELETE FROM b +0']);
    assert.deepEqual(await pass(['DELETE FROM a']), ['sent']);
    assert.equal(asked.length, 2);
  });

  it('sends nothing that was not confirmed, and asks again the next time', async () => {
    assert.deepEqual(await pass(['DELETE FROM a']), ['WRITE_NOT_CONFIRMED']);
    answers = ['one'];
    assert.deepEqual(await pass(['DELETE FROM a']), ['sent']);
  });

  it('takes one answer for all writes of a run, not of the next one', async () => {
    answers = ['all'];
    assert.deepEqual(await pass(['DELETE FROM a', 'DELETE FROM b', 'DROP TABLE c']), ['sent', 'sent', 'sent']);
    assert.equal(asked.length, 1);
    assert.deepEqual(await pass(['DELETE FROM d']), ['WRITE_NOT_CONFIRMED']);
  });

  it('confirms for one cluster only', async () => {
    answers = ['one'];
    await pass(['DELETE FROM a']);
    assert.deepEqual(await pass(['DELETE FROM a'], { ...production, id: 'q' }), ['WRITE_NOT_CONFIRMED']);
  });

  it('refuses writes on a read-only profile without asking, with what to do instead', async () => {
    const readOnly = { ...production, readOnly: true };
    assert.deepEqual(await pass(['SELECT 1', 'DELETE FROM a', 'BEGIN READ WRITE'], readOnly), [
      'sent',
      'READ_ONLY_PROFILE',
      'READ_ONLY_PROFILE',
    ]);
    assert.deepEqual(asked, []);
  });
});
