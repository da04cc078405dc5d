import assert from 'node:assert/strict';
import { StatementResult } from '../../../src/core/results/statement-result';

describe('a statement that is run again after its failure', () => {
  it('forgets what it came to before, and keeps its messages', () => {
    const result = new StatementResult(0, 'SELECT 1', 0, false);
    result.start(1_000);
    result.begin([{ name: 'a', typeOid: 23, typeName: 'int4' }]);
    result.say({ severity: 'info', text: 'a message' });
    result.fail({ code: 'DATABASE', message: 'nope' }, 2_000);
    result.start(3_000);
    const running = result.view(3_500, false);
    assert.equal(running.status, 'running');
    assert.equal(running.error, undefined);
    assert.equal(running.durationMs, undefined);
    assert.deepEqual(running.columns, []);
    result.succeed({ tag: 'SELECT 0', rowCount: 0, limited: false, durationMs: 7, retries: 0 }, 4_000);
    const done = result.view(4_000, false);
    assert.deepEqual([done.status, done.error, done.durationMs, done.messages.length], ['done', undefined, 7, 1]);
  });
});
