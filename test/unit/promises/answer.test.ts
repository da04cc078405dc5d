import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readAnswer } from '../../../src/core/promises/answer';

const invocation = (payload: unknown, more: object = {}) => ({ statusCode: 200, payload, durationMs: 5, ...more });
const conflict = 'change conflicts with another transaction, please retry: (OC000)';

describe('the answer of a transfer function', () => {
  for (const payload of [
    { balance: 90, retries: 0 },
    { ok: true },
    { success: true, error: null },
    { statusCode: 200, body: '{"balance":"90"}' },
    undefined,
    'done',
  ])
    it(`is a success: ${JSON.stringify(payload)}`, () => {
      assert.equal(readAnswer(invocation(payload)).accepted, true);
    });

  for (const [payload, said] of [
    [{ error: 'Insufficient balance' }, /Insufficient/],
    [{ error: { message: 'no' } }, /^no$/],
    [{ ok: false, reason: 'no funds' }, /no funds/],
    [{ success: false, message: 'no funds' }, /no funds/],
    [{ status: 'rejected', message: 'no funds' }, /no funds/],
    [{ statusCode: 409, body: '{"message":"no funds"}' }, /no funds/],
  ] as const)
    it(`is a refusal: ${JSON.stringify(payload)}`, () => {
      const answer = readAnswer(invocation(payload));
      assert.equal(answer.accepted, false);
      assert.match(answer.said, said);
      assert.equal(answer.conflict, false);
    });

  it('is a refusal when the function throws', () => {
    const payload = { errorType: 'Error', errorMessage: 'Insufficient balance', trace: [] };
    const answer = readAnswer(invocation(payload, { functionError: 'Unhandled' }));
    assert.deepEqual([answer.accepted, answer.said], [false, 'Error: Insufficient balance']);
  });

  it('is a conflict by code or by text, and a hang by the timeout of Lambda', () => {
    assert.equal(readAnswer(invocation({ error: 'x', errorCode: '40001' })).conflict, true);
    assert.equal(readAnswer(invocation({ ok: false, message: conflict })).conflict, true);
    const thrown = { errorType: 'error', errorMessage: conflict };
    assert.equal(readAnswer(invocation(thrown, { functionError: 'Unhandled' })).conflict, true);
    const timeout = {
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: x Error: Task timed out after 3.00 seconds',
    };
    assert.equal(readAnswer(invocation(timeout, { functionError: 'Unhandled' })).hung, true);
  });

  it('tells retries and balance where they are whole numbers, and the duration of the REPORT line', () => {
    const log = 'START RequestId: a\nREPORT RequestId: a\tDuration: 12.34 ms\tBilled Duration: 13 ms\n';
    const answer = readAnswer(invocation({ balance: '9007199254740993', retries: 2 }, { log }));
    assert.deepEqual([answer.balance, answer.retries, answer.durationMs], ['9007199254740993', 2, 12.34]);
    assert.equal(readAnswer(invocation({ retries: 'many', balance: 'much' })).retries, undefined);
  });

  it('is read whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (payload, failed) => {
        const answer = readAnswer(invocation(payload, failed ? { functionError: 'Unhandled' } : {}));
        assert.equal(answer.accepted, answer.said === '' && !failed);
      }),
    );
  });
});
