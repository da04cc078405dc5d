import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { removeDirectory, temporaryDirectory, until } from '../../support/scratch';
import { afterSecondRun, failedFiles, type Totals } from '../../support/totals';
import { HangWatch, UNDER_WAY_FILE } from '../../support/under-way';

const root = path.resolve(__dirname, '../../..');

describe('a part of the tests', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryDirectory()));
  afterEach(() => removeDirectory(folder));
  const inFolder = (name: string): string => path.join(folder, name);

  const totals = (): Totals => JSON.parse(fs.readFileSync(inFolder('totals.json'), 'utf8')) as Totals;

  /** Mocha with our reporter, on one file. */
  const run = (text: string): ChildProcess => {
    const file = inFolder('one.cjs');
    fs.writeFileSync(file, text);
    const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
    const options = ['--no-config', '--require', 'tsx', '--reporter', path.join(root, 'test/support/reporter.cjs')];
    const env = {
      ...process.env,
      WORKSHOP_TEST_TOTALS: inFolder('totals.json'),
      [UNDER_WAY_FILE]: inFolder('under-way'),
      WORKSHOP_TEST_ENDS_WITHIN_MS: '200',
    };
    return spawn(process.execPath, [mocha, ...options, file], { cwd: root, stdio: 'ignore', env });
  };

  for (const [what, deed, code, counts] of [
    ['failed', "throw new Error('gone');", 1, [0, 1]],
    ['passed', '', 0, [1, 0]],
  ] as const)
    it(`ends though a test that ${what} has left something running, with its totals written`, async () => {
      const child = run(`it('leaves', () => { setInterval(() => undefined, 1_000); ${deed} });`);
      assert.deepEqual(await once(child, 'exit'), [code, null]);
      const { passed, failed } = totals();
      assert.deepEqual([passed, failed], counts);
    });

  it('counts by file, a hook that fails too', async () => {
    const child = run(
      "describe('a', () => { before(() => { throw new Error('no'); }); it('x', () => 0); }); it('y', () => 0); it('z');",
    );
    await once(child, 'exit');
    const file = path.relative(root, inFolder('one.cjs'));
    assert.deepEqual(totals().files, { [file]: { passed: 1, failed: 1, skipped: 1 } });
    assert.deepEqual(failedFiles(totals()), [file]);
  });

  it('says what it is at, also in a loop that no limit of a test ends', async () => {
    const child = run(
      "describe('a suite', () => { it('is quick', () => undefined); it('loops', () => { for (;;); }); });",
    );
    try {
      const at = (): string => fs.readFileSync(inFolder('under-way'), 'utf8');
      await until(() => at() === '2 a suite › loops', 'the test that loops');
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
  });

  it('hangs when it is found at the same test too often in a row, and not before it has begun', () => {
    const file = inFolder('under-way');
    const watch = new HangWatch(file, 2);
    const looks = (): (string | undefined)[] => [watch.look(), watch.look(), watch.look()];
    assert.deepEqual(looks(), [undefined, undefined, undefined]);
    fs.writeFileSync(file, '1 quick');
    assert.deepEqual(looks(), [undefined, undefined, '1 quick']);
    fs.writeFileSync(file, '2 slow');
    assert.deepEqual(looks(), [undefined, undefined, '2 slow']);
  });
});

describe('files of tests that failed and are run once more', () => {
  const failure = (title: string) => ({ title, message: `${title} was 1` });
  const first: Totals = {
    ...{ passed: 12, failed: 2, skipped: 1 },
    files: { a: { passed: 10, failed: 0, skipped: 1 }, b: { passed: 2, failed: 2, skipped: 0 } },
    failures: [failure('b1'), failure('b2')],
  };

  it('count as they ended the second time, and name what failed once', () => {
    assert.deepEqual(failedFiles(first), ['b']);
    const again = { passed: 3, failed: 1, skipped: 0, files: { b: { passed: 3, failed: 1, skipped: 0 } } };
    const { totals, unsteady } = afterSecondRun(first, { ...again, failures: [failure('b2')] });
    assert.deepEqual([totals.passed, totals.failed, totals.skipped], [13, 1, 1]);
    assert.deepEqual(totals.failures, [failure('b2')]);
    assert.deepEqual(unsteady, [failure('b1')]);
  });

  it('have failed when their second run came to no end', () => {
    assert.deepEqual(afterSecondRun(first, { passed: 0, failed: 1, skipped: 0 }), { totals: first, unsteady: [] });
  });

  it('are none where it cannot be chance', () => {
    const failed = { passed: 0, failed: 1, skipped: 0 };
    const of = (...names: string[]): Totals => ({
      ...{ passed: 0, failed: names.length, skipped: 0 },
      files: Object.fromEntries(names.map(name => [name, failed])),
    });
    assert.deepEqual(failedFiles(of('a', 'b', 'c', 'd', 'e', 'f')), []);
    assert.deepEqual(failedFiles(of('a', '')), []);
    assert.deepEqual(failedFiles({ passed: 0, failed: 1, skipped: 0 }), []);
  });
});
