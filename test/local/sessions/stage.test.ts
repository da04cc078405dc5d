import assert from 'node:assert/strict';
import { SessionStage } from '../../../src/core/sessions/stage';
import { stageView } from '../../../src/core/sessions/stage-view';
import type { LocalCluster } from '../../../src/local/cluster';
import { readSessionScript } from '../../../src/core/sessions/read-script';
import { loadSessionPresets } from '../../../src/node/sessions/load';
import { targetSessions } from '../../../src/node/sessions/target-sessions';
import { localTarget } from '../../../src/node/target-local';
import { connect, startTestCluster } from '../../support/cluster';

describe('a script that is stepped by hand, on a local cluster', () => {
  const { script, text } = loadSessionPresets()[0]!;
  let cluster: LocalCluster;
  let stage: SessionStage;
  let phases: string[];
  before(async () => (cluster = await startTestCluster()));
  after(() => cluster?.close());
  const open = () => targetSessions(localTarget(cluster.info))();
  beforeEach(() => {
    phases = [];
    stage = new SessionStage(script, { open, paceMs: 0 });
    stage.onDidChange(() => phases.at(-1) !== stage.phase && phases.push(stage.phase));
  });
  afterEach(() => stage.close());

  const ran = (): string => stage.lines.map(({ step }) => step).join(' ');

  it('plays an order and quotes its author', async () => {
    await stage.play();
    assert.equal(ran(), 'a1 b1 a2 b2 a3 b3 a4 b4');
    assert.deepEqual(phases, ['starting', 'running', 'finished']);
    const view = stageView(stage);
    assert.deepEqual([view.verdict?.held, view.verdict?.text], [true, script.orders[0]!.verdict]);
    assert.equal(view.columns[1]?.lines[3]?.state, 'failed');
    assert.match(view.announcement, /^B: COMMIT\. error 40001 .*Lost update prevented/);
  });

  it('takes lines in any order, and judges those by their answers alone', async () => {
    for (const step of ['b1', 'b2', 'b3']) await stage.runLine(step);
    assert.deepEqual(stage.nextGroup, []);
    assert.deepEqual([stage.nextOf('A'), stage.nextOf('B')], ['a1', 'b4']);
    assert.equal(stageView(stage).verdict?.text, 'B: the transaction is still open.');
    await stage.play();
    assert.equal(ran(), 'a1 b1 a2 b2 a3 b3 a4 b4', 'the order from its start');
  });

  it('steps back, and goes on from there in another order', async () => {
    stage.chooseOrder('A commits first');
    for (let line = 0; line < 7; line++) await stage.runNext();
    assert.equal(stage.nextGroup[0], 'b4');
    assert.deepEqual(stage.lines.at(-1)?.committed?.rows, [['1', '90']]);
    await stage.stepBack();
    assert.equal(ran(), 'a1 b1 a2 b2 a3 b3');
    assert.deepEqual(stage.lines.at(-1)?.committed?.rows, [['1', '100']]);
    stage.chooseOrder('B commits first');
    await stage.play();
    assert.equal(ran(), 'a1 b1 a2 b2 a3 b3 b4 a4');
    assert.ok(stage.result?.held);
  });

  it('hears one request at a time', async () => {
    const playing = stage.play();
    await stage.runLine('b4');
    await playing;
    assert.equal(ran(), 'a1 b1 a2 b2 a3 b3 a4 b4');
  });

  it('can be cancelled between lines and within one, and begun anew', async () => {
    const slow = readSessionScript(text.replace('step a1 { BEGIN }', 'step a1 { SELECT pg_sleep(30) }'));
    const sleeping = new SessionStage(slow, { open, paceMs: 0, lineTimeoutMs: 60_000 });
    const running = new Promise<void>(resolve =>
      sleeping.onDidChange(() => sleeping.running.includes('a1') && resolve()),
    );
    const played = sleeping.play();
    await running;
    sleeping.cancel();
    await assert.rejects(played, { code: 'CANCELLED' });
    assert.deepEqual([sleeping.phase, sleeping.lines.length], ['ready', 0]);
    await sleeping.runLine('b1');
    assert.equal(sleeping.lines.length, 1);
    await sleeping.close();
    await assertNothingLeft();
  });

  it('is ready again after what cannot be set up, and resets to nothing', async () => {
    const broken = new SessionStage(readSessionScript(text.replace('INSERT INTO lesson', 'INSERT INTO no')), {
      open,
      paceMs: 0,
    });
    await assert.rejects(broken.play(), { code: 'SESSION_SETUP_FAILED' });
    assert.equal(broken.phase, 'ready');
    await broken.close();
    await stage.runNext();
    await stage.reset();
    assert.deepEqual([stage.phase, stage.lines.length, stageView(stage).verdict], ['ready', 0, undefined]);
    await assertNothingLeft();
  });

  async function assertNothingLeft(): Promise<void> {
    const client = await connect(cluster.info);
    const { rows } = await client.query("SELECT relname FROM pg_class WHERE relname LIKE 'lesson%'");
    await client.end();
    assert.deepEqual(rows, []);
  }
});
