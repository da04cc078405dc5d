import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { LambdaFixture, until } from './lambda-fixture';

describe('Lambda service: many calls', () => {
  it('answers 200 concurrent calls, each once, one at a time per environment', async () => {
    const lambda = await LambdaFixture.start({ limits: { maxEnvironments: 6 } });
    try {
      await lambda.create(
        'busy',
        `const id = Math.random(); let running = 0;
         exports.handler = async ({ n }) => {
           const overlapping = ++running; await new Promise(r => setTimeout(r, 5)); running--; return { n, id, overlapping } }`,
      );
      const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => lambda.invoke('busy', { n })));
      const results = answers.map(answer => answer.payload as { n: number; id: number; overlapping: number });
      assert.deepEqual(
        results.map(result => result.n),
        Array.from({ length: 200 }, (_, n) => n),
      );
      assert.ok(results.every(result => result.overlapping === 1));
      const environments = new Set(results.map(result => result.id)).size;
      assert.ok(environments > 1 && environments <= 6, `${environments} environments`);
    } finally {
      await lambda.close();
    }
  });

  it('gives handlers that wait for one another as many environments as are allowed', async () => {
    const lambda = await LambdaFixture.start({ limits: { maxEnvironments: 6, eagerEnvironments: 2 } });
    try {
      await lambda.create('meet', meeting(path.join(lambda.folder, 'met'), 6));
      const met = await Promise.all(Array.from({ length: 6 }, () => lambda.invoke('meet')));
      assert.deepEqual(
        met.map(({ payload }) => payload),
        [1, 1, 1, 1, 1, 1],
      );
    } finally {
      await lambda.close();
    }
  });

  it('answers 429 when too many wait', async () => {
    const lambda = await LambdaFixture.start({ limits: { maxEnvironments: 1, maxQueuedInvocations: 3 } });
    try {
      const gate = path.join(lambda.folder, 'gate');
      await lambda.create('held', held(gate));
      const refused: (Error & { Reason?: string })[] = [];
      const call = () => lambda.invoke('held').catch(error => void refused.push(error));
      const first = call();
      await until(() => fs.existsSync(`${gate}-1`));
      const calls = [first, ...Array.from({ length: 11 }, call)];
      await until(() => refused.length === 8);
      fs.writeFileSync(gate, '');
      assert.equal((await Promise.all(calls)).filter(answer => answer !== undefined).length, 4, 'one runs, three wait');
      assert.equal(refused.length, 8);
      for (const error of refused) {
        assert.equal(error.name, 'TooManyRequestsException');
        assert.equal(error.Reason, 'ConcurrentInvocationLimitExceeded');
      }
    } finally {
      await lambda.close();
    }
  });

  it('does not run what its caller gave up while it waited', async () => {
    const lambda = await LambdaFixture.start({ limits: { maxEnvironments: 1 } });
    try {
      const gate = path.join(lambda.folder, 'gate');
      await lambda.create('count', held(gate));
      fs.writeFileSync(gate, '');
      await lambda.invoke('count');
      fs.rmSync(gate);
      const first = lambda.invoke('count');
      await until(() => fs.existsSync(`${gate}-2`));
      const impatient = lambda.clientFor();
      const cancel = new AbortController();
      const waiting = impatient.send(new InvokeCommand({ FunctionName: 'count' }), { abortSignal: cancel.signal });
      setTimeout(() => cancel.abort(), 100);
      await assert.rejects(waiting, { name: 'AbortError' });
      // what answers this has been told before that the caller has gone
      await lambda.client.send(new ListFunctionsCommand({}));
      fs.writeFileSync(gate, '');
      assert.equal((await first).payload, 2);
      assert.equal((await lambda.invoke('count')).payload, 3);
    } finally {
      await lambda.close();
    }
  });

  it('lets a function call another though every environment is busy', async () => {
    const lambda = await LambdaFixture.start({ limits: { maxEnvironments: 1 } });
    try {
      await lambda.create('inner', 'exports.handler = async () => 1');
      await lambda.create(
        'outer',
        'exports.handler = async () => { await new Promise(r => setTimeout(r, 800)); return 2 }',
      );
      const outer = lambda.invoke('outer');
      assert.equal((await lambda.invoke('inner')).payload, 1);
      assert.equal((await outer).payload, 2);
    } finally {
      await lambda.close();
    }
  });

  it('makes room for a function by ending idle environments of another', async () => {
    const lambda = await LambdaFixture.start({ limits: { maxEnvironments: 2 } });
    try {
      for (const name of ['a', 'b']) await lambda.create(name, meeting(path.join(lambda.folder, `met-${name}`), 2));
      const calls = async (name: string, count: number) => {
        const answers = await Promise.all(Array.from({ length: count }, () => lambda.invoke(name)));
        return answers.map(({ payload }) => payload);
      };
      assert.deepEqual(await calls('a', 2), [1, 1]);
      assert.deepEqual(await calls('b', 2), [1, 1]);
      assert.deepEqual(await calls('a', 1), [1], 'the warm ones were ended');
    } finally {
      await lambda.close();
    }
  });

  it('retires environments that are idle for long', async () => {
    const idleTimeoutMs = 100;
    const lambda = await LambdaFixture.start({ limits: { idleTimeoutMs } });
    try {
      await lambda.create('a', COUNTING);
      await lambda.invoke('a');
      const isNew = async () => ((await lambda.invoke('a')).payload as { n: number }).n === 1;
      // an invocation keeps the environment warm, so leave it alone between two looks
      await until(async () => new Promise(resolve => setTimeout(() => resolve(isNew()), idleTimeoutMs * 5)));
    } finally {
      await lambda.close();
    }
  });
});

/** Tells how often it was called, once there is a file `gate`; files beside it, `gate-1`, `gate-2`…, say which calls have begun. */
const held = (gate: string): string => `const fs = require('node:fs'); let n = 0; const gate = ${JSON.stringify(gate)};
  exports.handler = async () => {
    const call = ++n; fs.writeFileSync(gate + '-' + call, '');
    while (!fs.existsSync(gate)) await new Promise(r => setTimeout(r, 10));
    return call }`;

/** Tells how often its environment was called, once so many of them have come to `folder`. */
const meeting = (folder: string, environments: number): string => `
  const fs = require('node:fs'); const path = require('node:path'); const folder = ${JSON.stringify(folder)};
  const id = String(Math.random()); let n = 0;
  exports.handler = async () => {
    n++; fs.mkdirSync(folder, { recursive: true }); fs.writeFileSync(path.join(folder, id), '');
    while (fs.readdirSync(folder).length < ${environments}) await new Promise(r => setTimeout(r, 10));
    return n }`;

const COUNTING = `const id = Math.random(); let n = 0;
  exports.handler = async () => { n++; await new Promise(r => setTimeout(r, 50)); return { id, n } }`;
