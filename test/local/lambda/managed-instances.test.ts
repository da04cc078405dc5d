import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { localCapacityProvider } from '../../../src/core/lambda/managed-instances';
import { LambdaFixture, REGION, ROLE, until } from './lambda-fixture';

/** Long enough for a short call on a machine that many share: one that is not heard of for so long is given up. */
const TIMEOUT_SECONDS = 3;

const managed = (maxConcurrency?: number): Partial<CreateFunctionCommandInput> => ({
  MemorySize: 2048,
  CapacityProviderConfig: {
    LambdaManagedInstancesCapacityProviderConfig: {
      CapacityProviderArn: localCapacityProvider(ROLE.arn, REGION),
      PerExecutionEnvironmentMaxConcurrency: maxConcurrency,
    },
  },
});

describe('Lambda service: managed instances', () => {
  let lambda: LambdaFixture;
  // one environment: what meets there meets in one thread
  before(async () => void (lambda = await LambdaFixture.start({ limits: { managedEnvironments: 1 } })));
  after(() => lambda?.close());

  it('run as many invocations of an environment at a time as are allowed, each with its answer', async () => {
    await lambda.create(
      'meet',
      `let running = 0, most = 0, waiting = [];
       exports.handler = async ({ n }, context) => {
         most = Math.max(most, ++running);
         // nobody goes on before ten have come
         await new Promise(resolve => { waiting.push(resolve); if (waiting.length === 10) waiting.splice(0).forEach(go => go()) });
         running--;
         return { n, most, id: context.awsRequestId, limit: process.env.AWS_LAMBDA_MAX_CONCURRENCY, type: process.env.AWS_LAMBDA_INITIALIZATION_TYPE } }`,
      managed(10),
    );
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => lambda.invoke('meet', { n })));
    const results = answers.map(({ payload }) => payload as { n: number; most: number; id: string });
    assert.deepEqual(
      results.map(({ n }) => n),
      Array.from({ length: 50 }, (_, n) => n),
    );
    assert.equal(Math.max(...results.map(({ most }) => most)), 10);
    assert.equal(new Set(results.map(({ id }) => id)).size, 50);
    const { limit, type } = answers[0]!.payload as Record<string, string>;
    assert.deepEqual({ limit, type }, { limit: '10', type: 'lambda-managed-instances' });
  });

  it('tell what each invocation printed, and whose error it was', async () => {
    const gate = path.join(lambda.folder, 'printed');
    await lambda.create(
      'print',
      `const fs = require('node:fs'); let here = 0;
       exports.handler = async ({ n }) => {
         console.log('begins', n); here++;
         while (here < 3) await new Promise(resolve => setTimeout(resolve, 5));
         console.log('ends', n);
         if (n === 1) throw new TypeError('of ' + n);
         return n }`,
      managed(),
    );
    const answers = await Promise.all([0, 1, 2].map(n => lambda.invoke('print', { n }, { LogType: 'Tail' })));
    assert.equal(fs.existsSync(gate), false);
    for (const [n, { log }] of answers.entries()) {
      const printed = [...log.matchAll(/\tINFO\t(\w+ \d)/g)].map(([, text]) => text);
      assert.deepEqual(printed, [`begins ${n}`, `ends ${n}`]);
      const [, id] = /START RequestId: (\S+)/.exec(log)!;
      assert.equal(log.split(`\t${id}\t`).length - 1, n === 1 ? 3 : 2, 'each line names its invocation');
    }
    const failed = answers.map(({ functionError }) => functionError);
    assert.deepEqual(failed, [undefined, 'Unhandled', undefined]);
    assert.equal((answers[1]!.payload as { errorMessage: string }).errorMessage, 'of 1');
  });

  it('end the time of each invocation by itself, and leave the others and the environment alone', async () => {
    const begun = path.join(lambda.folder, 'begun');
    await lambda.create(
      'late',
      `let calls = 0;
       exports.handler = async ({ forMs }) => { const call = ++calls; require('node:fs').writeFileSync(${JSON.stringify(begun)}, ''); await new Promise(resolve => setTimeout(resolve, forMs)); return call }`,
      { ...managed(), Timeout: TIMEOUT_SECONDS },
    );
    const late = lambda.invoke('late', { forMs: 60_000 });
    await until(() => fs.existsSync(begun));
    let calls = 1;
    let ended = false;
    void late.finally(() => (ended = true));
    // calls meanwhile, and one after: all of one environment
    do assert.equal((await lambda.invoke('late', { forMs: 20 })).payload, ++calls);
    while (!ended);
    const { functionError, payload } = await late;
    assert.equal(functionError, 'Unhandled');
    assert.match((payload as { errorMessage: string }).errorMessage, /Task timed out after 3\.00 seconds$/);
    assert.equal((await lambda.invoke('late', { forMs: 0 })).payload, ++calls);
  });

  it('replace an environment that has said nothing for a whole timeout, as in an endless loop', async () => {
    await lambda.create(
      'stuck',
      `let calls = 0; exports.handler = async ({ loop }) => { calls++; while (loop); return calls }`,
      { ...managed(), Timeout: TIMEOUT_SECONDS },
    );
    assert.equal((await lambda.invoke('stuck', {})).payload, 1);
    const { functionError, payload } = await lambda.invoke('stuck', { loop: true });
    assert.equal(functionError, 'Unhandled');
    assert.match((payload as { errorMessage: string }).errorMessage, /Task timed out/);
    assert.equal((await lambda.invoke('stuck', {})).payload, 1, 'a new environment');
  });

  it('end with an error that nobody caught: its invocation is told, the others that the runtime exited', async () => {
    await lambda.create(
      'crash',
      `let here = 0;
       exports.handler = ({ n }) => new Promise(() => {
         here++;
         const look = () => here < 3 ? setTimeout(look, 5) : n === 1 && setTimeout(() => { throw new RangeError('of ' + n) }, 20);
         look() })`,
      managed(),
    );
    const answers = await Promise.all([0, 1, 2].map(n => lambda.invoke('crash', { n })));
    const errors = answers.map(({ payload }) => (payload as { errorType: string }).errorType);
    assert.deepEqual(errors, ['Runtime.ExitError', 'RangeError', 'Runtime.ExitError']);
  });

  it('answer every invocation of code that is replaced meanwhile', async () => {
    const gate = path.join(lambda.folder, 'replaced');
    await lambda.create(
      'old',
      `const fs = require('node:fs');
       exports.handler = async ({ n }) => {
         fs.writeFileSync(${JSON.stringify(gate)} + '-' + n, '');
         while (!fs.existsSync(${JSON.stringify(gate)})) await new Promise(resolve => setTimeout(resolve, 5));
         return process.env.GENERATION ?? 'first' }`,
      managed(4),
    );
    const calls = Array.from({ length: 8 }, (_, n) => lambda.invoke('old', { n }));
    await until(() => [0, 1, 2, 3].filter(n => fs.existsSync(`${gate}-${n}`)).length === 4);
    const Environment = { Variables: { GENERATION: 'second' } };
    await lambda.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'old', Environment }));
    fs.writeFileSync(gate, '');
    const answers = (await Promise.all(calls)).map(({ payload }) => payload);
    assert.deepEqual(answers, Array(8).fill('first'), 'accepted before, so of the code before');
    assert.equal((await lambda.invoke('old', { n: 9 })).payload, 'second');
  });

  it('are told by the configuration, kept by a change of another setting, and part of a version', async () => {
    await lambda.create('told', 'exports.handler = async () => 1', managed(7));
    const FunctionName = 'told';
    await lambda.client.send(new PublishVersionCommand({ FunctionName }));
    await lambda.client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
    const configuration = await lambda.client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    assert.deepEqual(configuration.CapacityProviderConfig, managed(7).CapacityProviderConfig);
    await lambda.client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...managed(8) }));
    const second = await lambda.client.send(new PublishVersionCommand({ FunctionName }));
    assert.equal(second.Version, '2');
  });

  const refusals: [string, Partial<CreateFunctionCommandInput>, RegExp][] = [
    ['too little memory', { ...managed(), MemorySize: 512 }, /MemorySize of at least 2048 MB, not 512/],
    ['an old runtime', { ...managed(), Runtime: 'nodejs20.x' }, /nodejs22\.x and later, not nodejs20\.x/],
    ['none at a time', managed(0), /perExecutionEnvironmentMaxConcurrency|PerExecutionEnvironmentMaxConcurrency/],
    ['too many at a time', managed(1601), /less than or equal to 1600/],
    [
      'no capacity provider',
      {
        ...managed(),
        CapacityProviderConfig: { LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: 'mine' } },
      },
      /capacityProviderArn.*regular expression/,
    ],
  ];
  for (const [what, overrides, message] of refusals)
    it(`refuse ${what}`, async () => {
      await assert.rejects(lambda.create('refused', 'exports.handler = async () => 1', overrides), { message });
      await assert.rejects(lambda.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'refused' })), {
        name: 'ResourceNotFoundException',
      });
    });
});
