import assert from 'node:assert/strict';
import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { CodedError } from '../../../src/base/errors';
import { patiently, untilSettled } from '../../../src/node/lambda/patience';

const failure = (name: string, message = name) => Object.assign(new Error(message), { name });
const ROLE = failure(
  'InvalidParameterValueException',
  'The role defined for the function cannot be assumed by Lambda.',
);

/** A client whose function has no update under way. */
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

describe('waiting until a function has taken a change', () => {
  type State = Pick<FunctionConfiguration, 'State' | 'StateReason' | 'LastUpdateStatus' | 'LastUpdateStatusReason'>;
  const READY: State = { State: 'Active', LastUpdateStatus: 'Successful' };
  const SECRETS = { Code: { Location: 'https://bucket/code?signature=secret' } };

  const settle = async (answers: readonly (State | Error)[], signal?: AbortSignal) => {
    const said: string[] = [];
    let looks = 0;
    const looking = {
      config: {},
      send: () => {
        const answer = answers[Math.min(looks++, answers.length - 1)]!;
        if (answer instanceof Error) return Promise.reject(answer);
        const Environment = { Variables: { PASSWORD: 'secret' } };
        return Promise.resolve({ ...SECRETS, Configuration: { ...answer, Environment } });
      },
    } as unknown as LambdaClient;
    const progress = (text: string): void => void said.push(text);
    const limits = { roleMs: 0, busyMs: 0, pauseMs: 1 };
    await untilSettled({ client: looking, functionName: 'bank', progress, signal, limits });
    return { said, looks };
  };
  const told = async (answers: readonly (State | Error)[]): Promise<CodedError> => {
    const error: unknown = await settle(answers).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof CodedError, String(error));
    assert.doesNotMatch(`${error.message} ${error.nextStep}`, /secret|PASSWORD|\{/);
    return error;
  };

  it('is over when it is ready, and says what it waits for before', async () => {
    assert.deepEqual(await settle([READY]), { said: [], looks: 1 });
    const { said, looks } = await settle([
      { State: 'Pending' },
      { State: 'Active', LastUpdateStatus: 'InProgress' },
      { State: 'Inactive', LastUpdateStatus: 'Successful' },
    ]);
    assert.equal(looks, 3);
    assert.deepEqual(said, Array(2).fill('Waiting until bank may be invoked'));
  });

  it('tells what Lambda says of a change that failed, and nothing else of its answer', async () => {
    const failed = await told([{ State: 'Failed', StateReason: 'The subnet has no free address' }]);
    assert.equal(failed.code, 'LAMBDA_CHANGE_FAILED');
    assert.match(failed.message, /"bank": The subnet has no free address$/);
    const update = await told([
      { ...READY, LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'The key is disabled' },
    ]);
    assert.match(update.message, /The key is disabled$/);
  });

  it('does not take a refused look for “not yet”', async () => {
    const refused = failure('AccessDeniedException', 'not authorized to perform: lambda:GetFunction');
    await assert.rejects(settle([refused]), refused);
  });

  it('ends, and says that it goes on in AWS', async () => {
    const error = await told([{ State: 'Pending', StateReason: 'The function is being created.' }]);
    assert.equal(error.code, 'LAMBDA_STILL_WORKING');
    assert.match(`${error.message} ${error.nextStep}`, /being created\. It goes on in AWS.*again/);
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    const pending = settle([{ State: 'Pending' }], stop.signal);
    stop.abort();
    await assert.rejects(pending, { code: 'CANCELLED' });
  });
});
