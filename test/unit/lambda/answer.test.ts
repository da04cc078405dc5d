import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refusalOf, type Refusal } from '../../../src/core/lambda/answer';

describe('what a function answers', () => {
  const http = (statusCode: unknown, body?: unknown): object => ({
    statusCode,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });

  for (const payload of [
    { balance: 90, duration: 3, retries: 0 },
    { ok: true },
    { success: true, error: null, errors: [], errorCode: '' },
    { error: false },
    { error: '', balance: 90 },
    { error: 0, errorCode: 0 },
    { message: 'moved', code: 'OK', status: 'success' },
    { status: 200 },
    { status: 1_000, balance: 1 },
    http(200, '{"balance":90}'),
    http(201),
    http(302),
    http('200', 'moved'),
    // what cannot be made a number
    http({ toString: 1, valueOf: 500 }, { status: { toString: null } }),
    { '': 'empty', status: [500] },
    http(200, { error: null }),
    // what says nothing has thrown nothing
    {},
    null,
    true,
    'moved',
    90,
    [{ balance: 90 }],
  ])
    it(`is a yes: ${JSON.stringify(payload)}`, () => assert.equal(refusalOf(payload), undefined));

  const refusals: [unknown, Refusal][] = [
    [{ error: 'boom' }, { said: 'boom' }],
    [
      { error: 'lost (OC000)', errorCode: '40001' },
      { said: 'lost (OC000)', code: '40001' },
    ],
    [{ errorCode: '40001' }, { said: '40001', code: '40001' }],
    [
      { errorCode: '40001', message: 'lost' },
      { said: 'lost', code: '40001' },
    ],
    [{ error: true, message: 'no funds' }, { said: 'no funds' }],
    [{ error: {} }, { said: '{}' }],
    [{ error: { code: '40001', message: 'lost' } }, { said: 'lost', code: '40001' }],
    [{ error: { code: 40001, message: ' ' } }, { said: '{"code":40001,"message":" "}', code: '40001' }],
    [{ error: null, errorMessage: 'boom', errorType: 'Error' }, { said: 'boom' }],
    [{ errors: [{ message: 'boom' }] }, { said: '[{"message":"boom"}]' }],
    [{ success: false }, { said: '{"success":false}' }],
    [{ success: false, error: null }, { said: '{"success":false,"error":null}' }],
    [{ ok: false, reason: 'no funds' }, { said: 'no funds' }],
    [
      { ok: false, code: 'INSUFFICIENT_FUNDS' },
      { said: '{"ok":false,"code":"INSUFFICIENT_FUNDS"}', code: 'INSUFFICIENT_FUNDS' },
    ],
    [{ status: 'fail', message: 'no funds' }, { said: 'no funds' }],
    [{ status: 'Rejected', message: 'no funds' }, { said: 'no funds' }],
    [{ type: 'about:blank', title: 'Conflict', status: 409, detail: 'lost' }, { said: 'lost' }],
    [http(500), { said: JSON.stringify(http(500)) }],
    [http('503', 'try later'), { said: JSON.stringify(http('503', 'try later')) }],
    [http(409, '{"message":"lost (OC000)"}'), { said: 'lost (OC000)' }],
    [http(400, { error: 'no funds', code: '23514' }), { said: 'no funds', code: '23514' }],
    [http(200, '{"success":false,"message":"no funds"}'), { said: 'no funds' }],
    [false, { said: 'false' }],
  ];
  for (const [payload, refusal] of refusals)
    it(`is a no: ${JSON.stringify(payload)}`, () => assert.deepEqual(refusalOf(payload), refusal));

  it('is read whatever it is, and a no has words', () => {
    fc.assert(
      fc.property(fc.jsonValue(), payload => {
        for (const answer of [
          payload,
          { statusCode: payload, body: payload },
          { error: payload, errorCode: payload },
        ]) {
          const refusal = refusalOf(answer);
          assert.ok(refusal === undefined || (refusal.said.trim() !== '' && refusal.code?.trim() !== ''));
        }
      }),
    );
  });
});
