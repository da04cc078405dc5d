import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { withOpenOutcome } from '../../../src/node/sql/errors';

describe('a refusal after which nobody knows what happened', () => {
  const refusal = (sqlstate: string): CodedError =>
    new CodedError('DATABASE', 'server unavailable', { details: { sqlstate, severity: 'ERROR' } });

  it('says so for writes and COMMIT, and keeps what the server said', () => {
    const error = withOpenOutcome(refusal('XX000'), true);
    assert.deepEqual([error.code, error.message], ['DATABASE', 'server unavailable']);
    assert.deepEqual(error.details, { sqlstate: 'XX000', severity: 'ERROR', outcomeUnknown: true });
    assert.match(error.nextStep ?? '', /look at the data first/);
  });

  it('stays as it is for reads, and for errors that undo the statement', () => {
    for (const [sqlstate, mayTakeEffect] of [
      ['XX000', false],
      ['40001', true],
      ['23505', true],
    ] as const) {
      const error = refusal(sqlstate);
      assert.equal(withOpenOutcome(error, mayTakeEffect), error);
    }
  });
});
