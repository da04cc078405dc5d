import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RunPlan, RunResult } from '../../../src/core/stress/contract';
import { runStress } from '../../../src/stress/controller';
import { buildStressWorker } from '../../support/stress-worker';

const BANK = { accounts: 100, sumOfBalances: '10000', negativeBalances: 0 };

describe('modules of the user’s, as they are written', () => {
  let worker: Awaited<ReturnType<typeof buildStressWorker>>;
  let folder: string;
  before(async () => {
    worker = await buildStressWorker();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'own-load-'));
    fs.writeFileSync(path.join(folder, 'figure.txt'), '12');
    fs.writeFileSync(path.join(folder, 'own.cjs'), 'exports.figure = () => 12;');
  });
  after(() => {
    worker.remove();
    fs.rmSync(folder, { recursive: true });
  });

  const run = (name: string, source: string): Promise<RunResult> => {
    const module = path.join(folder, name);
    fs.writeFileSync(module, source);
    const plan: RunPlan = {
      name: 'test',
      workload: { type: 'custom', module },
      ...{ calls: 4, inFlight: 1, workers: 1, accounts: 100, amount: 1, seed: 7 },
      maxDurationSeconds: 20,
      transport: 'lean',
    };
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const database = { host: 'localhost', port: 1, region: 'us-east-1', user: 'admin', credentials };
    const options = { workerFile: worker.file, audit: async () => BANK, allowUserCode: true };
    return runStress(plan, { database }, undefined, undefined, options);
  };

  const CALL = 'call() { return { handlerMs: Number(figure()) }; }';
  for (const [what, name, source] of [
    ['an await at the top', 'top.mjs', `const figure = await Promise.resolve(() => 12); export default { ${CALL} };`],
    [
      'a file beside it, by its URL',
      'url.ts',
      `import fs from 'node:fs';
       const figure = (): string => fs.readFileSync(new URL('./figure.txt', import.meta.url), 'utf8');
       export default { ${CALL} };`,
    ],
    [
      'a file beside it, by its folder',
      'folder.cjs',
      `const figure = () => require('node:fs').readFileSync(__dirname + '/figure.txt', 'utf8');
       module.exports = { ${CALL} };`,
    ],
    [
      'a module of the other kind',
      'mixed.mts',
      `import { figure } from './own.cjs'; export const one = await 1; export default { ${CALL} };`,
    ],
  ] as const)
    it(`may have ${what}`, async () => {
      const result = await run(name, source);
      assert.equal(result.succeeded, 4, result.failure ?? JSON.stringify(result.errorMessages));
      assert.ok(Math.abs(result.handlerLatency.max - 12) < 0.1, String(result.handlerLatency.max));
    });

  it('may print without breaking into what the command prints', async () => {
    const printed = { stdout: '', stderr: '' };
    const original = { stdout: process.stdout.write, stderr: process.stderr.write };
    for (const stream of ['stdout', 'stderr'] as const)
      process[stream].write = (text: string | Uint8Array) => {
        printed[stream] += String(text);
        return true;
      };
    try {
      await run('prints.mjs', 'export default { call({ iteration }) { console.log(`at ${iteration}`); } };');
    } finally {
      process.stdout.write = original.stdout;
      process.stderr.write = original.stderr;
    }
    assert.equal(printed.stdout, '');
    assert.match(printed.stderr, /^at 0\n/);
  });
});
