import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { transferStatements } from '../../../src/core/cost/transfer-statements';

describe('the statements of a transfer that are measured', () => {
  const failing = (error: Error) => transferStatements({ query: () => Promise.reject(error) });
  const databaseError = (code: string, message: string) => Object.assign(new Error(message), { code });

  it('are of the first two accounts, with history where the bank keeps it', async () => {
    for (const history of ['t', 'f']) {
      const query = async (sql: string) => ({ rows: /regclass/.test(sql) ? [[history]] : [['3'], ['8']] });
      const statements = await transferStatements({ query });
      assert.deepEqual(
        statements.map(({ name }) => name),
        ['debit', 'credit', ...(history === 't' ? ['record'] : [])],
      );
      assert.ok(statements.every(({ sql }) => !sql.includes('$')));
    }
  });

  it('want accounts: without them, or their table, they say what to load', async () => {
    const missing = { code: 'ACCOUNTS_MISSING', nextStep: /dsql-workshop run 1/ };
    await assert.rejects(transferStatements({ query: async () => ({ rows: [['1']] }) }), missing);
    const gone = databaseError('42P01', 'relation "accounts" does not exist');
    await assert.rejects(failing(gone), missing);
    await assert.rejects(failing(new CodedError('SQL_FAILED', 'refused', { cause: gone })), missing);
  });

  it('do not take a database that cannot be asked for one without accounts', async () => {
    for (const error of [
      new CodedError('CONNECTION_REFUSED', 'nobody answers'),
      databaseError('42501', 'permission denied for table accounts'),
    ])
      await assert.rejects(failing(error), error);
  });
});
