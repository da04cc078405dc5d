import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outcomeOfAnswer } from '../../../src/core/stress/answer';
import { classifyCode, classifyThrown, ERROR_CLASSES } from '../../../src/core/stress/classify';
import type { ErrorClass } from '../../../src/core/stress/contract';

const answered = (payload: object, change: object = {}): ErrorClass | undefined =>
  outcomeOfAnswer({ status: 200, payload: JSON.stringify(payload), ...change }).errorClass;

describe('error classes', () => {
  const codes: [string, string, ErrorClass][] = [
    ['40001', 'change conflicts with another transaction (OC000)', 'occ-data'],
    ['40001', 'change conflicts with another transaction, please retry: (OC000)', 'occ-data'],
    ['40001', 'schema has been updated by another transaction (OC001)', 'occ-schema'],
    ['OC001', '', 'occ-schema'],
    ['INSUFFICIENT_FUNDS', '', 'insufficient-funds'],
    ['08006', 'unable to accept connection, access denied', 'auth'],
    ['08006', 'connection failure', 'connection'],
    ['28P01', '', 'auth'],
    ['53300', '', 'throttled'],
    ['53400', 'connection rate', 'throttled'],
    ['57P01', '', 'connection'],
    ['42P01', 'relation "accounts" does not exist', 'database'],
    ['54000', 'transaction row limit exceeded', 'database'],
    ['ECONNREFUSED', '', 'connection'],
    ['ENOENT', 'connect ENOENT /run/cluster/.s.gateway', 'connection'],
    ['ENOENT', 'no such file or directory, open amounts.json', 'other'],
    ['UND_ERR_SOCKET', 'other side closed', 'connection'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', '', 'connection'],
    ['UND_ERR_HEADERS_TIMEOUT', '', 'timeout'],
    ['ETIMEDOUT', '', 'timeout'],
    ['TooManyRequestsException', '', 'throttled'],
    ['UnrecognizedClientException', '', 'auth'],
    ['SOMETHING', '', 'other'],
  ];
  for (const [code, message, expected] of codes)
    it(`${code} ${message} is ${expected}`, () => assert.equal(classifyCode(code, message), expected));

  it('looks through causes, as ORMs wrap the error', () => {
    const driver = Object.assign(new Error('x (OC000)'), { code: '40001' });
    assert.equal(classifyThrown(new Error('Failed query', { cause: driver })), 'occ-data');
    assert.equal(classifyThrown(new Error('Connection terminated unexpectedly')), 'connection');
    assert.equal(classifyThrown('text'), 'other');
  });

  const texts: [string, ErrorClass][] = [
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connection'],
    ['getaddrinfo ENOTFOUND abc.dsql.us-east-1.on.aws', 'connection'],
    ['getaddrinfo EAI_AGAIN abc.dsql.us-east-1.on.aws', 'connection'],
    ['connect ETIMEDOUT 10.0.0.1:5432', 'timeout'],
    ['Connection terminated unexpectedly', 'connection'],
    ['Connection terminated due to connection timeout', 'connection'],
    ['timeout exceeded when trying to connect', 'timeout'],
    ['change conflicts with another transaction, please retry: (OC000)', 'occ-data'],
    ['Insufficient balance', 'insufficient-funds'],
    ['unable to accept connection, access denied', 'auth'],
    ['ERROR: EVERYTHING is wrong', 'function-error'],
    ['boom', 'function-error'],
  ];
  for (const [message, expected] of texts)
    it(`“${message}” is ${expected}, whether a function answers it or throws it`, () => {
      assert.equal(answered({ error: message }), expected);
      assert.equal(answered({ errorType: 'Error', errorMessage: message }, { functionError: 'Unhandled' }), expected);
    });

  it('tells that a pool has no connection in time from its words', () => {
    assert.equal(classifyThrown(new Error('timeout exceeded when trying to connect')), 'timeout');
  });

  it('reads the answers of transfer handlers', () => {
    assert.equal(answered({ balance: 90 }), undefined);
    assert.equal(answered({ balance: '9007199254740993' }), undefined);
    assert.equal(answered({ error: 'change conflicts (OC000)', errorCode: '40001' }), 'occ-data');
    assert.equal(answered({ error: 'change conflicts (OC001)' }), 'occ-schema');
    assert.equal(answered({ error: 'Insufficient balance', errorCode: 'P0001' }), 'insufficient-funds');
    assert.equal(answered({ error: 'boom' }), 'function-error');
    assert.equal(
      answered({ errorType: 'Error', errorMessage: 'boom' }, { functionError: 'Unhandled' }),
      'function-error',
    );
    assert.equal(
      answered({ errorMessage: '2026-01-01 id Task timed out after 3.00 seconds' }, { functionError: 'Unhandled' }),
      'timeout',
    );
    assert.equal(answered({}, { status: 429, exception: 'TooManyRequestsException:' }), 'throttled');
    assert.equal(answered({}, { status: 403, exception: 'InvalidSignatureException' }), 'auth');
    assert.equal(answered({}, { status: 404, exception: 'ResourceNotFoundException' }), 'dispatch');
    assert.equal(answered({}, { status: 502 }), 'dispatch');
    assert.equal(answered({}, { status: 504 }), 'timeout');
  });

  it('takes an answer that says no for a failure, however it is worded', () => {
    assert.equal(answered({ success: false }), 'function-error');
    assert.equal(answered({ ok: false, message: 'change conflicts (OC000)' }), 'occ-data');
    assert.equal(answered({ error: { code: '40001', message: 'schema has been updated (OC001)' } }), 'occ-schema');
    assert.equal(answered({ error: 'no funds', code: 'INSUFFICIENT_FUNDS' }), 'insufficient-funds');
    assert.equal(answered({ error: 'ACCOUNT_LOCKED', errorCode: 'ACCOUNT_LOCKED' }), 'function-error');
    assert.equal(answered({ statusCode: 500 }), 'function-error');
    // a handler's own word: unlike Lambda's 429 it does not say that nothing was done
    assert.equal(answered({ statusCode: 429 }), 'function-error');
    assert.equal(answered({ statusCode: 422, body: '{"message":"Insufficient balance"}' }), 'insufficient-funds');
    assert.equal(answered({ statusCode: 503, body: '{"error":"connect ECONNREFUSED 127.0.0.1:5432"}' }), 'connection');
    assert.equal(answered({ statusCode: 200, body: '{"balance":90}' }), undefined);
    assert.equal(answered({ success: true, error: null }), undefined);
    assert.deepEqual(
      outcomeOfAnswer({ status: 200, payload: '{"statusCode":200,"body":"{\\"duration\\":3,\\"retries\\":1}"}' }),
      {
        retries: 1,
        handlerMs: 3,
      },
    );
    assert.deepEqual(outcomeOfAnswer({ status: 200, payload: 'null' }), { retries: 0 });
  });

  it('keeps duration and retries, also of a failed call', () => {
    assert.deepEqual(outcomeOfAnswer({ status: 200, payload: '{"balance":-5,"duration":1.5,"retries":2}' }), {
      retries: 2,
      handlerMs: 1.5,
    });
    const failed = outcomeOfAnswer({ status: 200, payload: '{"error":"x","errorCode":"40001","retries":4}' });
    for (const absurd of ['1e308', '-3', '"9"', 'null', '1e7'])
      assert.equal(outcomeOfAnswer({ status: 200, payload: `{"balance":1,"retries":${absurd}}` }).retries, 0, absurd);
    assert.deepEqual(failed, { retries: 4, errorClass: 'occ-data', exhausted: true, message: 'x' });
  });

  it('answers a known class for any bytes a service may send', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.json(), fc.string()), (status, payload) => {
        const { errorClass, retries } = outcomeOfAnswer({ status, payload });
        assert.ok(errorClass === undefined ? status === 200 : ERROR_CLASSES.includes(errorClass));
        assert.ok(Number.isInteger(retries) && retries >= 0);
      }),
    );
  });
});
