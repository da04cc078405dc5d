import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { windowsShellLine } from '../../../src/node/windows-shell';

describe("a line of Windows' shell", () => {
  const WORDS = [
    ['plain', 'plain'],
    ['C:\\Users\\me\\a.vsix', 'C:\\Users\\me\\a.vsix'],
    ['C:\\Program Files\\x\\code.cmd', '"C:\\Program Files\\x\\code.cmd"'],
    ['C:\\my folder\\', '"C:\\my folder\\\\"'],
    ['say "hello"', '"say ""hello"""'],
    ['a b\\"c', '"a b\\\\""c"'],
    ['', '""'],
    ['a&b|c>d^e', '"a&b|c>d^e"'],
    ['(x)', '"(x)"'],
    ['p99<50ms', '"p99<50ms"'],
  ] as const;

  for (const [word, line] of WORDS)
    it(`has ${JSON.stringify(word)} as ${line}`, () => assert.equal(windowsShellLine([word]), line));

  it('gives a program its words as they are', function () {
    if (process.platform !== 'win32') this.skip();
    const words = WORDS.map(([word]) => word);
    const program = [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--'];
    const said = spawnSync(windowsShellLine([...program, ...words]), { shell: true, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(said.stdout), words);
  });
});
