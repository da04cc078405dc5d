import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/program';
import { bufferConsole } from '../../support/console';

const folder = path.join(__dirname, '../../fixtures/plans');
const file = (start: string): string =>
  path.join(
    folder,
    fs.readdirSync(folder).find(f => f.startsWith(start))!,
  );

async function plan(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const console = bufferConsole();
  const code = await runCommandLine(['plan', ...args], console);
  return { code, out: console.out(), err: console.err() };
}

describe('dsql-workshop plan', () => {
  it('prints every recorded plan back equal', async () => {
    for (const name of fs.readdirSync(folder).filter(f => f.endsWith('.txt'))) {
      const { code, out } = await plan(path.join(folder, name), '--print');
      assert.equal(code, 0);
      assert.equal(out, fs.readFileSync(path.join(folder, name), 'utf8'));
    }
  });

  it('gives model and findings as JSON', async () => {
    const { code, out } = await plan(file('r03'), '--json', '--region', 'ap-northeast-3');
    assert.equal(code, 0);
    const document = JSON.parse(out) as { findings: { rule: string }[]; cost: { usdPerMillionDpu: number } };
    assert.deepEqual(
      document.findings.map(f => f.rule),
      ['never-analysed'],
    );
    assert.equal(document.cost.usdPerMillionDpu, 10);
    assert.match((await plan(file('r03'), '--price', '2')).out, /\(\$2 a million DPU/);
  });

  it('ends with 1 when there are warnings, and only with --findings', async () => {
    assert.equal((await plan(file('r03'))).code, 0);
    const { code, out } = await plan(file('r03'), '--findings');
    assert.equal(code, 1);
    assert.match(out, /SQL: ANALYZE dpu_test\.read_raw_fullscan_1rows/);
    assert.equal((await plan(file('r15'), '--findings')).code, 0);
  });

  it('compares two plans', async () => {
    const { code, out } = await plan(file('r14'), '--compare', file('r15'));
    assert.equal(code, 0);
    assert.match(out, /^The index idx_transactions_payer is used now/);
    assert.match(out, /\+ Index Scan Backward using idx_transactions_payer on transactions/);
  });

  it('names the lines it did not understand', async () => {
    const { code, err } = await plan(file('r21'));
    assert.equal(code, 0);
    assert.match(err, /:4: not understood: .*Full Scan/);
  });

  it('ends with 1 without a plan, with 2 without a file or for a wrong line', async () => {
    const empty = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-plan-')), 'empty.txt');
    fs.writeFileSync(empty, 'nothing here\n');
    try {
      assert.equal((await plan(empty)).code, 1);
      assert.equal((await plan(empty, '--print')).code, 1);
    } finally {
      fs.rmSync(path.dirname(empty), { recursive: true });
    }
    assert.equal((await plan(path.join(folder, 'no-such'))).code, 2);
    assert.equal((await plan(file('r14'), '--print', '--findings')).code, 2);
    assert.equal((await plan(file('r14'), '--price', 'x')).code, 2);
    assert.equal((await plan()).code, 2);
  });
});
