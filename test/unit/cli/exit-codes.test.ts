import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/program';
import { bufferConsole } from '../../support/console';

/** What each command needs to be read at all: its arguments, and options without which it does not begin. */
const NEEDED: Record<string, string[]> = {
  start: ['folder'],
  solution: ['0', 'greet'],
  'new-chapter': ['50-mine'],
  'local exec': ['true'],
  sql: ['-c', 'SELECT 1'],
  sessions: ['lost-update'],
  lint: ['nowhere.sql'],
  audit: ['nowhere'],
  plan: ['nowhere.txt'],
  'cluster create': ['--name', 'bank'],
  'cluster delete': ['abcdefghijklmnopqrstuvwxyz'],
  role: ['--apply'],
  deploy: ['workshop/chapters/00-connect-and-authorise/lambda'],
  'configure-function': ['greeter', '--memory', '256'],
  'compare-function': ['workshop/chapters/00-connect-and-authorise/lambda'],
  'remove-function': ['greeter', '--confirm', 'greeter'],
  invoke: ['{}'],
};

/** These have a cluster of their own where none runs. */
const OWN_CLUSTER = ['run', 'local', 'local exec'];

describe('exit codes', () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-codes-'))));
  after(() => fs.rmSync(folder, { recursive: true }));

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const console = bufferConsole({ DSQL_WORKSHOP_HOME: folder });
    const code = await runCommandLine(args, console);
    return { code, out: console.out(), err: console.err() };
  }

  /** Every command that does something, with its help: `local exec` too, `cost` alone not. */
  async function commands(parent: string[] = []): Promise<{ name: string; help: string }[]> {
    const { code, out } = await run(...parent, '--help');
    assert.equal(code, 0, parent.join(' '));
    const names = [...out.matchAll(/^ {2}([a-z][a-z-]*)(?: \[| <| {2}|$)/gm)].map(([, name]) => name!);
    const isGroup = / \[command\]/.test(out);
    const below = isGroup
      ? await Promise.all(names.filter(name => name !== 'help').map(name => commands([...parent, name])))
      : [];
    const does = parent.length > 0 && (!isGroup || parent[0] === 'local');
    return [...(does ? [{ name: parent.join(' '), help: out }] : []), ...below.flat()];
  }

  it('is 2 for an option that no command has, and 0 for the help of each', async () => {
    const all = await commands();
    assert.ok(all.length > 30 && all.some(({ name }) => name === 'local exec'), String(all.length));
    for (const { name } of all) {
      const { code, out, err } = await run(...name.split(' '), '--no-such-option', ...(NEEDED[name] ?? []));
      assert.deepEqual([code, out], [2, ''], name);
      assert.match(err, new RegExp(`unknown option[^]*dsql-workshop ${name} --help`), name);
    }
  });

  it('is 2 for a target that no file names, whatever the command', async () => {
    const withTarget = (await commands()).filter(({ help }) => /--target <name> +local, or/.test(help));
    assert.ok(withTarget.length > 15, String(withTarget.length));
    for (const { name } of withTarget) {
      const { code, out, err } = await run(...name.split(' '), ...(NEEDED[name] ?? []), '--target', 'nowhere');
      assert.deepEqual([code, out], [2, ''], `${name}: ${err}`);
      assert.match(err, /there is no target "nowhere"/, name);
    }
  });

  it('is 1 where no cluster runs, whatever the command, and the way to one is named', async () => {
    const empty = path.join(folder, 'empty');
    const joining = (await commands()).filter(
      ({ name, help }) => /--data-dir <dir>/.test(help) && !OWN_CLUSTER.includes(name),
    );
    assert.ok(joining.length > 15, String(joining.length));
    for (const { name } of joining) {
      if (name === 'cost cluster') continue;
      const { code, err } = await run(...name.split(' '), ...(NEEDED[name] ?? []), '--data-dir', empty);
      assert.equal(code, 1, `${name}: ${err}`);
      assert.match(err, /no local cluster runs on [^]*dsql-workshop local --data-dir /, name);
    }
  });

  for (const line of [
    'validate EMPTY',
    'validate FILE',
    'run --chapters EMPTY',
    'run --chapters FILE',
    'run --code EMPTY',
    'policy --chapters EMPTY',
    'policy --target nowhere',
    'stack outputs --code EMPTY',
    'stack destroy --code EMPTY',
    'lint EMPTY',
    'audit FILE',
    'deploy EMPTY',
    'sql -f EMPTY',
    'plan EMPTY',
    'sessions EMPTY',
    'stress --workload EMPTY/load.ts',
  ])
    it(`is 2 where what is named is not what the command takes: ${line}`, async () => {
      const empty = path.join(folder, 'nothing');
      const file = path.join(folder, 'a-file');
      fs.mkdirSync(empty, { recursive: true });
      fs.writeFileSync(file, '');
      const { code, err } = await run(...line.replace('EMPTY', empty).replace('FILE', file).split(' '));
      assert.equal(code, 2, err);
      assert.match(err, /^error: .*\n.+/);
    });
});
