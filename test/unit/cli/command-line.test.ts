import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { productVersion } from '../../../src/node/assets';
import { HANDLER_FILES } from '../../../src/core/lambda/names';
import { loadChapters } from '../../../src/node/chapters/load';
import { runCommandLine } from '../../../src/cli/program';
import { pathInShell } from '../../../src/cli/shell-text';
import { bufferConsole } from '../../support/console';

describe('dsql-workshop', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-cli-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const console = bufferConsole({ DSQL_WORKSHOP_HOME: folder });
    const code = await runCommandLine(args, console);
    return { code, out: console.out(), err: console.err() };
  }

  it('lists its commands and documents its exit codes', async () => {
    const { code, out } = await run('--help');
    assert.equal(code, 0);
    for (const command of ['run', 'local', 'token', 'sql', 'deploy', 'invoke', 'validate'])
      assert.match(out, new RegExp(`^  ${command} `, 'm'));
    assert.match(out, /0 {4}done[\s\S]*1 {4}a check[\s\S]*2 {4}the command line[\s\S]*130 {2}interrupted/);
  });

  it('groups its commands, and leaves none out of a group', async () => {
    const { out } = await run('--help');
    const headings = out.split('\n').filter(line => /^\S.*:$/.test(line));
    assert.deepEqual(headings, [
      'Options:',
      'The workshop:',
      'A cluster:',
      'Checks and measurements:',
      'In AWS:',
      'Functions:',
      'Commands:',
      'Examples:',
      'Environment:',
      'Exit codes:',
    ]);
    assert.match(out, /\nCommands:\n {2}help .*\n\n/);
  });

  it('prints its version', async () => {
    const { code, out } = await run('--version');
    assert.equal(code, 0);
    assert.equal(out, `${productVersion()}\n`);
  });

  const usage: [string[], RegExp][] = [
    [['bogus'], /unknown command 'bogus'/],
    [['run', '--bogus'], /unknown option '--bogus'/],
    [['run', '99'], /there is no chapter "99"\nChapters: 0 \(00-/],
    [['sql'], /there is no SQL to run\nWrite it after -c/],
    [['sql', '-c', 'SELECT 1', '-f', 'a.sql'], /-c and -f do not go together/],
    [['sql', '-f', '/nowhere/a.sql'], /a\.sql cannot be read: no such file or directory\n/],
    [['local', '--port', 'x'], /--port: "x" is not a port/],
    [['token', '--as', 'root'], /Allowed choices are admin, lambda/],
    [['validate', '/nowhere'], /there is no folder/],
  ];
  for (const [args, message] of usage) {
    it(`ends with 2 on "${args.join(' ')}"`, async () => {
      const { code, out, err } = await run(...args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, message);
    });
  }

  it('names the next step when no cluster runs', async () => {
    const { code, err } = await run('sql', '-c', 'SELECT 1');
    assert.equal(code, 1);
    assert.match(err, /error: no local cluster runs on .*\nStart it in another terminal: dsql-workshop local/);
    assert.deepEqual(JSON.parse((await run('sql', '-c', 'SELECT 1', '--json')).out), {
      error: {
        code: 'LOCAL_NOT_RUNNING',
        message: `no local cluster runs on ${path.join(folder, 'local')}`,
        nextStep: 'Start it in another terminal: dsql-workshop local',
      },
    });
  });

  it('names the data directory that was asked for when no cluster runs on it', async () => {
    const named = path.join(folder, 'my data');
    const { err } = await run('sql', '-c', 'SELECT 1', '--data-dir', named);
    assert.ok(
      err.endsWith(`\nStart it in another terminal: dsql-workshop local --data-dir ${pathInShell(named)}\n`),
      err,
    );
  });

  it('names the files a target could be in', async () => {
    const { code, err } = await run('sql', '-c', 'SELECT 1', '--target', 'prod');
    assert.equal(code, 2);
    assert.match(err, /there is no target "prod"/);
  });

  describe('validate', () => {
    const write = (slug: string, text: string): void => {
      fs.mkdirSync(path.join(folder, slug));
      fs.writeFileSync(path.join(folder, slug, 'chapter.md'), text);
    };
    const FRONT = '---\ntitle: A\nsummary: B\nminutes: 1\n---\n';

    it('accepts the shipped chapters', async () => {
      const { code, out } = await run('validate');
      assert.equal(code, 0, out);
      assert.equal(out.match(/^✔/gm)?.length, loadChapters().length);
    });

    it('reports every malformed chapter with file and line, and ends with 1', async () => {
      write('01-good', `${FRONT}## A {#a}\n`);
      write('02-bad', `${FRONT}## A\n`);
      write(
        '03-bad',
        `${FRONT}## A {#a}\n\n\`\`\`yaml deploy\nlambda: nowhere\nfunction: f\n\`\`\`\n\n\`\`\`sql check\n-- one\nSELECT 1;\n-- 1\n\`\`\`\n`,
      );
      const { code, out } = await run('validate', folder);
      assert.equal(code, 1);
      assert.match(out, /^✔ 01-good: 1 steps, 0 checks$/m);
      assert.match(out, /^✘ 02-bad\/chapter.md:6: the heading "A" has no id$/m);
      assert.match(out, /^✘ 03-bad\/chapter.md:8: no handler in nowhere$/m);
    });

    it('takes every file that a handler may be in', async () => {
      for (const [at, entry] of HANDLER_FILES.entries()) {
        const deploy = '```yaml deploy\nlambda: code\nfunction: f\n```\n\n```sql check\n-- one\nSELECT 1;\n-- 1\n```\n';
        write(`5${at}-own`, `${FRONT}## A {#a}\n\n${deploy}`);
        fs.mkdirSync(path.join(folder, `5${at}-own`, 'code'));
        fs.writeFileSync(path.join(folder, `5${at}-own`, 'code', entry), 'exports.handler = () => 1;\n');
        assert.doesNotMatch((await run('validate', path.join(folder, `5${at}-own`))).out, /no handler/);
      }
    });

    it('says what an author should look at again, and that such a chapter runs', async () => {
      write(
        '01-thin',
        `${FRONT}## A {#a}\n\n\`\`\`sql run\nCREATE TABLE a (id int PRIMARY KEY);\n\`\`\`\n\n\`\`\`sql check\n-- none\nSELECT 1;\n-- 1\n\`\`\`\n`,
      );
      const { code, out } = await run('validate', folder);
      assert.equal(code, 0, out);
      assert.match(out, /! 01-thin\/chapter\.md:9: "a" makes something and has no undo block/);
      assert.match(out, /! 01-thin\/chapter\.md:6: "a" says nothing/);
      write(
        '02-lost',
        `${FRONT}## A {#a}\n\nCalled.\n\n\`\`\`json invoke function=nobody name=n\n{}\n\`\`\`\n\n\`\`\`yaml check\n- answer: n\n  path: ok\n  equals: true\n  describe: d\n\`\`\`\n`,
      );
      assert.match(
        (await run('validate', folder)).out,
        /! 02-lost\/chapter\.md:10: "nobody" is called, and no step of this chapter has deployed it/,
      );
    });

    it('finds statements that DSQL refuses, unless that is the lesson, with their lines', async () => {
      const check = '```sql check\n-- one\nSELECT 1;\n-- 1\n```\n';
      write(
        '04-refused',
        `${FRONT}## A {#a}\n\nWhy.\n\n\`\`\`sql run\nSELECT '\${region}';\nCREATE TABLE t (\n  id serial\n);\n\`\`\`\n\n\`\`\`sql run error=0A000\nCREATE TABLE u (id serial);\n\`\`\`\n\n\`\`\`sql undo\nTRUNCATE t;\n\`\`\`\n\n${check}`,
      );
      const { code, out } = await run('validate', path.join(folder, '04-refused'));
      assert.equal(code, 1, out);
      const faults = out.split('\n').filter(line => line.startsWith('  ✘'));
      assert.equal(faults.length, 2, out);
      assert.match(
        faults[0] ?? '',
        /04-refused\/chapter\.md:13: DSQL refuses this: .*\(where that is the lesson, say error=/,
      );
      assert.match(faults[1] ?? '', /04-refused\/chapter\.md:22: DSQL refuses this: /);
    });

    it('finds markers that lead nowhere or to two places, and foundations that do not exist', async () => {
      const check = '```yaml check\n- promises: elsewhere\n  set: money\n  describe: d\n```\n';
      const deploy = (name: string, at: string): string =>
        `\`\`\`yaml deploy\nlambda: lambda\nfunction: ${name}\nat: "${at}"\n\`\`\`\n\n`;
      write(
        '60-astray',
        `${FRONT.replace('minutes: 1', 'minutes: 1\nbuildsOn: [0, 98]')}## A {#a}\n\nWhy.\n\n${deploy('f', 'const one')}${deploy('g', 'return')}${deploy('h', 'nowhere')}${check}`,
      );
      fs.mkdirSync(path.join(folder, '60-astray', 'lambda'));
      fs.writeFileSync(
        path.join(folder, '60-astray', 'lambda', 'index.ts'),
        'export const handler = async () => {\n  const  one = 1;\n  if (one) return 1;\n  return 2;\n};\n',
      );
      const { code, out } = await run('validate', path.join(folder, '60-astray'));
      assert.equal(code, 1, out);
      assert.match(out, /✘ 60-astray\/chapter\.md:5: buildsOn: there is no chapter 98; the workshop has 0, 1, 2/);
      assert.match(out, /:17: at: “return” stands in 2 places \(index\.ts:3, index\.ts:4\)/);
      assert.match(out, /:23: at: no line of lambda holds “nowhere”/);
      assert.match(
        out,
        /! 60-astray\/chapter\.md:\d+: "elsewhere" is tested, and no step of this chapter has deployed it/,
      );
      assert.equal(out.match(/✘ 60-astray\/chapter/g)?.length, 3, out);
    });

    it('makes a new chapter that is in order, and never overwrites one', async () => {
      const target = path.join(folder, '50-my-chapter');
      const made = await run('new-chapter', target, '--title', 'Mine: all "of" it');
      assert.equal(made.code, 0, made.err);
      const checked = await run('validate', folder);
      assert.deepEqual([checked.code, checked.out], [0, '✔ 50-my-chapter: 3 steps, 3 checks\n']);
      assert.match(fs.readFileSync(path.join(target, 'chapter.md'), 'utf8'), /^# Mine: all "of" it$/m);
      assert.match((await run('new-chapter', target)).err, /exists already/);
      assert.match((await run('new-chapter', path.join(folder, 'mine'))).err, /NN-name/);
      assert.equal(fs.existsSync(path.join(folder, 'mine')), false);
    });

    it('refuses two chapters of one number, and an empty folder', async () => {
      const empty = await run('validate', folder);
      assert.equal(empty.code, 2);
      assert.match(empty.err, /no chapters in/);
      write('01-a', `${FRONT}## A {#a}\n`);
      write('01-b', `${FRONT}## A {#a}\n`);
      const { code, err } = await run('validate', folder);
      assert.equal(code, 1);
      assert.match(err, /01-b\/chapter.md:1: 01-a has the same number/);
    });
  });
});
