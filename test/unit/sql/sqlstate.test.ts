import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { sqlstateOf } from '../../../src/core/sql/sqlstate';

describe('the SQLSTATE of an error', () => {
  it('is that of the server, wherever it stands among the causes', () => {
    const cause = Object.assign(new Error('duplicate key'), { code: '23505' });
    assert.equal(sqlstateOf(new Error('it failed', { cause })), '23505');
    assert.equal(sqlstateOf(new CodedError('DATABASE', 'x', { details: { sqlstate: '0A000' } })), '0A000');
  });

  it('is none of those of the system, though they may be as long', () => {
    for (const code of ['EPIPE', 'EBUSY', 'ECONNRESET'])
      assert.equal(sqlstateOf(Object.assign(new Error(`write ${code}`), { code })), undefined);
  });
});
