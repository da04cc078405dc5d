import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { ERROR_GUIDES } from '../../../src/core/sql/error-guide';
import { explainDatabaseError, offsetOfPosition } from '../../../src/core/sql/explain-database-error';

const error = (sqlstate: string, message: string, hint?: string) =>
  new CodedError('DATABASE', message, { details: { sqlstate, severity: 'ERROR', hint, position: 8 } });

describe('explaining a database error', () => {
  for (const [sqlstate, message, guide, hint] of [
    ['40001', 'change conflicts with another transaction (OC000)', 'data_conflict'],
    ['40001', 'change conflicts with another transaction, please retry: (OC000)', 'data_conflict'],
    ['40001', 'mutation conflicts with another transaction, retry as needed', 'data_conflict'],
    ['40001', 'schema has been updated by another transaction (OC001)', 'schema_conflict'],
    ['25P02', 'current transaction is aborted, commands ignored until end of transaction block', 'aborted_transaction'],
    ['54000', 'transaction row limit exceeded', 'row_limit'],
    ['54000', 'transaction size limit 10mb exceeded', 'transaction_size'],
    ['54000', 'transaction age limit of 300s exceeded', 'transaction_age'],
    ['54000', 'query requires more than allowed temp space of 131072 KB to execute', 'query_memory'],
    ['53200', 'query requires too much temp space, out of memory.', 'query_memory'],
    ['54000', 'more than 24 indexes per table are not allowed', 'object_count'],
    ['54011', 'tables can have at most 255 columns', 'object_count'],
    ['54000', 'key size greater than 2000 bytes not supported', 'key_size'],
    ['53300', 'Unable to accept connection, too many open connections.', 'too_many_connections'],
    ['53400', 'Unable to accept connection, rate exceeded.', 'connection_rate'],
    ['08006', 'unable to accept connection, access denied', 'access_denied'],
    ['08006', 'unable to accept connection, access denied', 'token_expired', 'Signature expired: 20261001'],
    ['08006', 'unable to accept connection, access denied', 'token_expired', 'Signature not yet current: 20261001'],
    [
      '08006',
      'unable to accept connection, access denied',
      'wrong_action',
      'Wrong user to action mapping. user: admin, action: DbConnect',
    ],
    ['08006', 'Connection terminated unexpectedly', 'connection_lost'],
    ['XX000', 'server unavailable', 'server_unavailable'],
    ['0A000', 'unsupported statement: Truncate', 'truncate'],
    ['0A000', 'multiple ddl statements not supported in a transaction', 'multiple_ddl'],
    ['0A000', 'ddl and dml are not supported in the same transaction', 'ddl_with_dml'],
    ['0A000', 'unsupported mode. please use CREATE INDEX ASYNC.', 'synchronous_index'],
    ['0A000', 'setting configuration parameter "statement_timeout" not supported', 'setting_parameter'],
    ['0A000', 'unsupported transaction statement: SAVEPOINT', 'savepoint'],
    ['0A000', 'locking clauses other than FOR UPDATE/FOR KEY SHARE are not supported', 'locking_clause'],
    ['0A000', 'ALTER TABLE ADD COLUMN with constraint not supported', 'add_column'],
    ['0A000', 'unsupported ALTER TABLE ADD CONSTRAINT statement', 'add_constraint'],
    ['0A000', 'unsupported ALTER TABLE ALTER COLUMN ... SET DATA TYPE statement', 'alter_table'],
    ['0A000', 'datatype money not supported', 'data_type'],
    ['0A000', 'CREATE TRIGGER not supported', 'procedural_code'],
    ['0A000', 'something of next year not supported', 'not_supported'],
    ['42704', 'type "serial" does not exist', 'serial_type'],
    ['42809', 'sys.wait_for_job(text) is a procedure', 'job_procedure'],
    ['55000', 'index "x" is not valid', 'index_not_valid'],
    ['42501', 'permission denied for table accounts', 'missing_privilege'],
    ['42501', 'permission denied for function database_to_xml', 'function_privilege'],
    ['42501', 'must be owner of schema public', 'not_owner'],
    ['25006', 'cannot execute CREATE TABLE in a read-only transaction', 'read_only_transaction'],
  ] as const) {
    it(`${sqlstate} ${message.slice(0, 50)}${hint ? ' …' : ''} → ${guide}`, () => {
      const explained = explainDatabaseError(error(sqlstate, message, hint));
      assert.equal(explained.guide?.id, guide);
      assert.ok(explained.why && explained.nextStep);
      assert.equal(explained.message, message);
      assert.equal(explained.position, 8);
      assert.equal(explained.hint, hint);
    });
  }

  it('says what may be sent again', () => {
    assert.equal(explainDatabaseError(error('40001', '(OC000)')).retry, 'whole-transaction');
    assert.equal(explainDatabaseError(error('25P02', 'aborted')).retry, 'no');
    assert.equal(explainDatabaseError(new CodedError('CONNECTION_LOST', 'gone')).retry, 'unknown-outcome');
  });

  it('reads the driver’s own error among the causes', () => {
    const driver = Object.assign(new Error('change conflicts (OC000)'), { code: '40001', hint: '', position: '3' });
    const explained = explainDatabaseError(
      new Error('query failed', { cause: new Error('wrapped', { cause: driver }) }),
    );
    assert.equal(explained.sqlstate, '40001');
    assert.equal(explained.position, 3);
    assert.equal(explained.hint, undefined);
  });

  it('keeps the next step of errors that are not the server’s, and invents no SQLSTATE', () => {
    const refused = explainDatabaseError(new CodedError('HOST_NOT_FOUND', 'unknown host', { nextStep: 'Check it.' }));
    assert.deepEqual([refused.sqlstate, refused.why, refused.nextStep], [undefined, undefined, 'Check it.']);
    assert.equal(explainDatabaseError(Object.assign(new Error('broken pipe'), { code: 'EPIPE' })).sqlstate, undefined);
    assert.equal(explainDatabaseError('odd').message, 'odd');
    assert.equal(explainDatabaseError(undefined).message, 'undefined');
  });

  it('has data with a date, a source and a sentence each', () => {
    const ids = ERROR_GUIDES.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const guide of ERROR_GUIDES) {
      assert.match(guide.asOf, /^20\d\d-\d\d-\d\d$/, guide.id);
      assert.match(guide.why, /[.]$/, guide.id);
      assert.match(guide.nextStep, /[.…)]$/, guide.id);
      assert.ok(guide.source && guide.sqlstates.length > 0, guide.id);
    }
  });
});

describe('the place of an error', () => {
  it('is counted in characters by the server and in UTF-16 units by the editor', () => {
    assert.equal(offsetOfPosition('SELECT x', 8), 7);
    assert.equal(offsetOfPosition(`SELECT '😀', x`, 13), 13);
    assert.equal(offsetOfPosition('abc', 99), 3);
    assert.equal(offsetOfPosition('', 1), 0);
  });
});
