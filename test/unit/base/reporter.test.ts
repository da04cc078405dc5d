import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { removeDirectory, temporaryDirectory, until } from '../../support/scratch';
import { HangWatch, UNDER_WAY_FILE } from '../../support/under-way';

const root = path.resolve(__dirname, '../../..');

describe('a part of the tests', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryDirectory()));
  afterEach(() => removeDirectory(folder));
  const inFolder = (name: string): string => path.join(folder, name);

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
      const { passed, failed } = JSON.parse(fs.readFileSync(inFolder('totals.json'), 'utf8')) as Record<string, number>;
      assert.deepEqual([passed, failed], counts);
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
