import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { CallOutcome } from '../../../src/core/stress/outcome';
import { microseconds } from '../../../src/stress/histogram';
import { CustomTransport } from '../../../src/stress/custom/transport';

describe('a module of the user’s', () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'own-module-'));
    // the test hands in what each call does
    fs.writeFileSync(path.join(folder, 'own.cjs'), 'module.exports = { call: ({ options }) => options.act() };');
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  /** What a call comes to whose code is `act`. */
  async function outcomeOf(act: () => unknown): Promise<CallOutcome> {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const database = { host: 'localhost', port: 1, region: 'us-east-1', user: 'admin', credentials };
    const drive = { type: 'custom', file: path.join(folder, 'own.cjs'), options: { act }, database } as const;
    const share = { worker: 0, workers: 1, inFlight: 1, accounts: 2 };
    const transport = await CustomTransport.open(drive, share, Math.random);
    try {
      return await new Promise(resolve => transport.send({ payer: 1, payee: 2, amount: 1 }, resolve));
    } finally {
      transport.close();
    }
  }

  it('is believed what it tells of retries and time', async () => {
    assert.deepEqual(await outcomeOf(() => ({ retries: 3, handlerMs: 12.5 })), { retries: 3, handlerMs: 12.5 });
    assert.deepEqual(await outcomeOf(() => undefined), { retries: 0 });
    assert.deepEqual(await outcomeOf(() => Promise.resolve(null)), { retries: 0 });
  });

  it('may answer anything: what is no figure is none, and every figure can be recorded', async () => {
    for (const nonsense of [
      { retries: 'many', handlerMs: 'long' },
      { retries: -1, handlerMs: -1 },
      { retries: Infinity, handlerMs: Infinity },
      { retries: NaN, handlerMs: NaN },
      { retries: 1n, handlerMs: 1n },
      { retries: {}, handlerMs: null },
      { retries: 1e9, handlerMs: 1e300 },
      'fine',
    ])
      assert.deepEqual(await outcomeOf(() => nonsense), { retries: 0 }, String(nonsense));
    await fc.assert(
      fc.asyncProperty(fc.anything(), async answer => {
        const { errorClass, retries, handlerMs } = await outcomeOf(() => answer);
        assert.equal(errorClass, undefined);
        assert.ok(Number.isSafeInteger(retries) && retries >= 0);
        assert.ok(handlerMs === undefined || Number.isSafeInteger(microseconds(handlerMs)));
      }),
      { numRuns: 100 },
    );
  });

  it('may throw anything: the call has failed, and the worker goes on', async () => {
    const unreadable = {
      get message(): string {
        throw new Error('not for you');
      },
    };
    for (const thrown of [undefined, null, 'no', 7, Symbol('no'), Object.create(null), unreadable]) {
      const { errorClass, message } = await outcomeOf(() => {
        throw thrown;
      });
      assert.equal(errorClass, 'other');
      assert.equal(typeof message, 'string');
    }
    await fc.assert(
      fc.asyncProperty(fc.anything({ withNullPrototype: true }), async thrown => {
        assert.ok((await outcomeOf(() => Promise.reject(thrown))).errorClass);
      }),
      { numRuns: 100 },
    );
  });
});
