import assert from 'node:assert/strict';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { patiently } from '../../../src/node/lambda/patience';

const failure = (name: string, message = name) => Object.assign(new Error(message), { name });
const ROLE = failure(
  'InvalidParameterValueException',
  'The role defined for the function cannot be assumed by Lambda.',
);

/** A client whose waiter finds the update over at once. */
const client = {
  config: {},
  send: () => Promise.resolve({ Configuration: { State: 'Active', LastUpdateStatus: 'Successful' } }),
} as unknown as LambdaClient;

describe('control calls that fail for now', () => {
  const attempt = async (errors: Error[], signal?: AbortSignal) => {
    const said: string[] = [];
    let calls = 0;
    const context = {
      client,
      functionName: 'bank',
      roleArn: 'arn:aws:iam::000000000000:role/new',
      progress: (text: string) => void said.push(text),
      signal,
      limits: { roleMs: 200, busyMs: 200, pauseMs: 1 },
    };
    const value = await patiently(context, () => {
      const error = errors[Math.min(calls, errors.length - 1)];
      if (calls++ < errors.length && error) return Promise.reject(error);
      return Promise.resolve('done');
    });
    return { value, said, calls };
  };
  const forever = (error: Error) => Array.from({ length: 100_000 }, () => error);

  it('waits for a new role, an update under way and a throttled service, and says so', async () => {
    const busy = failure('ResourceConflictException', 'An update is in progress for resource: bank');
    const { value, said, calls } = await attempt([ROLE, busy, failure('TooManyRequestsException')]);
    assert.equal(value, 'done');
    assert.equal(calls, 4);
    assert.equal(said.length, 3);
    assert.match(said[0]!, /role/);
    assert.match(said[1]!, /update of bank/);
    assert.match(said[2]!, /no more control calls/);
  });

  it('does not wait for what will not change', async () => {
    for (const error of [
      failure('AccessDeniedException'),
      failure('InvalidParameterValueException', 'Unzipped size must be smaller'),
      failure('ResourceConflictException', 'Function already exist: bank'),
    ])
      await assert.rejects(attempt([error]), error);
  });

  it('gives up in the end, with a next step', async () => {
    await assert.rejects(attempt(forever(ROLE)), { code: 'LAMBDA_ROLE_NOT_ASSUMABLE' });
    const busy = failure('ResourceConflictException', 'An update is in progress for resource: bank');
    await assert.rejects(attempt(forever(busy)), { code: 'LAMBDA_BUSY' });
    await assert.rejects(attempt(forever(failure('TooManyRequestsException'))), {
      code: 'LAMBDA_CONTROL_THROTTLED',
      nextStep: /kept/,
    });
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const pending = attempt(forever(ROLE), controller.signal);
    controller.abort();
    await assert.rejects(pending, { code: 'CANCELLED' });
  });
});
