import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { listSessions, sessions, type SessionsOptions } from '../../../src/cli/commands/sessions';
import type { Interleaving } from '../../../src/core/sessions/contract';
import { loadSessionPresets } from '../../../src/node/sessions/load';
import type { LocalCluster } from '../../../src/local/cluster';
import { localTarget } from '../../../src/node/target-local';
import { connect, startTestCluster } from '../../support/cluster';
import { bufferConsole } from '../../support/console';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';

describe('dsql-workshop sessions', () => {
  let cluster: LocalCluster;
  let folder: string;
  before(async () => {
    cluster = await startTestCluster();
    folder = temporaryDirectory();
  });
  after(async () => {
    await cluster?.close();
    removeDirectory(folder);
  });

  async function run(name: string, options: SessionsOptions = {}) {
    const console = bufferConsole();
    const code = await sessions(name, () => Promise.resolve(localTarget(cluster.info)), options, console);
    return { code, out: console.out() };
  }

  it('plays one order and prints what each session was answered', async () => {
    const { code, out } = await run('lost-update', { order: 'A commits first' });
    assert.equal(code, 0);
    assert.match(out, /^ {4}b4 COMMIT\n {4} {3}→ error 40001 change conflicts with another transaction \(OC000\)$/m);
    assert.match(out, /^a4 COMMIT\n {3}→ COMMIT · commit 1 · 1 \| 100 → 1 \| 90$/m);
    assert.match(out, /^In the end: 1 \| 90$/m);
    assert.match(out, /^✔ Lost update prevented/m);
    assert.match(out, /^PostgreSQL at READ COMMITTED: /m);
  });

  it('plays lines in an order of the reader, and judges by the answers alone', async () => {
    const { code, out } = await run('lost-update', { order: 'b1,b2,a1,a2,a3,a4,b3', json: true });
    assert.equal(code, 0);
    const played = JSON.parse(out) as Interleaving;
    assert.deepEqual(
      played.lines.map(({ step, ended }) => [step, ended]).filter(([, ended]) => ended),
      [['a4', 'committed']],
    );
    assert.equal(played.verdict, 'A committed. B: the transaction is still open.');
    await assertNothingLeft('lesson_accounts');
  });

  it('ends with 1 where an answer is not the expected one, and says which', async () => {
    const file = path.join(folder, 'wrong.sessions');
    const { text } = loadSessionPresets()[0]!;
    fs.writeFileSync(file, text.replace('expect a4 ok', 'expect a4 error 40001').replaceAll('lesson_accounts', 'mine'));
    const { code, out } = await run(file, { order: '1' });
    assert.equal(code, 1);
    assert.match(out, /✘ expected a4: error 40001; got COMMIT/);
    assert.match(out, /✘ A committed\. B's COMMIT was refused with 40001 \(OC000\)/);
    await assertNothingLeft('mine');
  });

  it('names what it does not know', async () => {
    await assert.rejects(run('no-such'), { code: 'SESSION_SCRIPT_MISSING' });
    await assert.rejects(run('lost-update', { order: 'Z first' }), { code: 'SESSION_ORDER_UNKNOWN' });
    await assert.rejects(run('lost-update', { order: 'a1,z9' }), { code: 'SESSION_STEP_UNKNOWN' });
    const file = path.join(folder, 'broken.sessions');
    fs.writeFileSync(file, 'session A\nstep a1 { SELECT 1 }\nstep a1 { SELECT 2 }\n');
    await assert.rejects(run(file), { code: 'SESSION_SCRIPT_MALFORMED', message: 'line 3: step a1 is there twice' });
    const setup = path.join(folder, 'setup.sessions');
    fs.writeFileSync(setup, 'setup { CREATE INDEX ON nowhere (id) }\nsession A\nstep a1 { SELECT 1 }\n');
    await assert.rejects(run(setup), { code: 'SESSION_SETUP_FAILED' });
  });

  it('lists what comes with the workshop', () => {
    const console = bufferConsole();
    assert.equal(listSessions({}, console), 0);
    assert.match(console.out(), /11-ring-of-three +│ Three in a ring/);
  });

  async function assertNothingLeft(table: string): Promise<void> {
    const client = await connect(cluster.info);
    const { rows } = await client.query('SELECT relname FROM pg_class WHERE relname = $1', [table]);
    await client.end();
    assert.deepEqual(rows, []);
  }
});
