import assert from 'node:assert/strict';
import { parsePayload } from '../../../src/core/lambda/payload';
import { isLocalLambda } from '../../../src/node/aws-requests';
import { lambdaCallError } from '../../../src/node/lambda/service-errors';

const named = (name: string, message = 'text', more: object = {}) => Object.assign(new Error(message), { name }, more);

describe('errors of the Lambda client', () => {
  const context = { functionName: 'bank', endpoint: 'http://localhost:1', local: true };
  for (const [error, code, hasNextStep] of [
    [named('ResourceNotFoundException'), 'LAMBDA_FUNCTION_NOT_FOUND', true],
    [named('AccessDeniedException'), 'LAMBDA_ACCESS_DENIED', true],
    [named('UnrecognizedClientException'), 'LAMBDA_CREDENTIALS_REFUSED', true],
    [named('InvalidSignatureException'), 'LAMBDA_CREDENTIALS_REFUSED', true],
    [named('ExpiredTokenException'), 'LAMBDA_CREDENTIALS_REFUSED', true],
    [named('CredentialsProviderError'), 'LAMBDA_CREDENTIALS_REFUSED', true],
    [named('TooManyRequestsException'), 'LAMBDA_THROTTLED', true],
    [named('Error', 'connect', { code: 'ECONNREFUSED' }), 'LAMBDA_UNREACHABLE', true],
    [new AggregateError([named('Error', '', { code: 'ECONNREFUSED' })]), 'LAMBDA_UNREACHABLE', true],
    [named('TimeoutError', 'wrapped', { cause: { code: 'ECONNRESET' } }), 'LAMBDA_UNREACHABLE', true],
    [named('AbortError'), 'CANCELLED', false],
    [named('ServiceException'), 'LAMBDA_CALL_FAILED', true],
    ['a text', 'LAMBDA_CALL_FAILED', true],
  ] as const)
    it(`${error instanceof Error ? error.name : String(error)} becomes ${code}`, () => {
      const coded = lambdaCallError(error, context);
      assert.equal(coded.code, code);
      assert.equal(coded.nextStep !== undefined, hasNextStep);
    });

  it('name the function, and what helps where it runs', () => {
    const denied = named('AccessDeniedException', 'not authorized to perform: lambda:DeleteFunction');
    const told = (error: Error, more: object) => {
      const { message, nextStep } = lambdaCallError(error, { ...context, ...more });
      return `${message} ${nextStep}`;
    };
    assert.match(told(denied, {}), /refused the request for "bank": .*DeleteFunction .*local env/);
    const onAws = told(denied, { local: false });
    assert.match(onAws, /"bank": .* Allow it in the IAM policy .*dsql-workshop policy/);
    assert.doesNotMatch(onAws, /local/);
    assert.doesNotMatch(told(denied, { functionName: '' }), /""/);
    const down = named('Error', 'connect', { code: 'ECONNREFUSED' });
    assert.match(told(down, {}), /brings its Lambda host back by itself.*start one: dsql-workshop local/);
    assert.match(told(down, { endpoint: 'https://lambda.us-east-1.amazonaws.com' }), /Check the Region/);
    assert.match(told(named('TooManyRequestsException'), { control: true }), /\(429\) for "bank"\./);
    const env = { AWS_ENDPOINT_URL_LAMBDA: 'http://localhost:9' };
    assert.deepEqual(
      [undefined, 'http://localhost:9', 'http://localhost:8'].map(endpoint => isLocalLambda(endpoint, env)),
      [false, false, true],
    );
    assert.match(told(named('ServiceException'), {}), /in Lambda: try again/);
    assert.match(told(named('ResourceConflictException'), {}), /Another change of it is under way/);
    assert.match(told(named('InvalidParameterValueException'), {}), /Correct what the message names/);
  });

  it('of an invocation tell a connection that never was from one that was lost: what was sent on it may have run', () => {
    const ofInvoke = (more: object): string =>
      lambdaCallError(new Error('send failed', { cause: named('Error', 'x', more) }), { ...context, once: true }).code;
    for (const code of ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']) {
      assert.equal(ofInvoke({ code, syscall: 'connect' }), 'LAMBDA_UNREACHABLE');
      assert.equal(ofInvoke({ code, syscall: 'read' }), 'LAMBDA_OUTCOME_UNKNOWN');
    }
    assert.equal(ofInvoke({ code: 'ECONNRESET', syscall: 'write' }), 'LAMBDA_OUTCOME_UNKNOWN');
  });

  it('keeps what is coded already', () => {
    const coded = lambdaCallError(named('TooManyRequestsException'), context);
    assert.equal(lambdaCallError(coded, context), coded);
  });
});

describe('payloads', () => {
  it('are parsed, or stay what they are', () => {
    assert.deepEqual(parsePayload('{"a":[1]}'), { a: [1] });
    assert.equal(parsePayload('null'), null);
    assert.equal(parsePayload(''), undefined);
    assert.equal(parsePayload('<html>'), '<html>');
  });
});
