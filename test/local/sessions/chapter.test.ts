import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import { ChapterRunner } from '../../../src/core/chapters/runner';
import type { ChapterPorts } from '../../../src/core/chapters/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { loadChapters } from '../../../src/node/chapters/load';
import { createChapterPorts } from '../../../src/node/chapters/ports';
import { localTarget } from '../../../src/node/target-local';
import { runStress } from '../../../src/stress/controller';
import { startTestCluster } from '../../support/cluster';

describe('chapter 5, two sessions, on a local cluster', () => {
  let cluster: LocalCluster;
  let ports: ChapterPorts & Closeable;
  before(async () => {
    cluster = await startTestCluster();
    ports = createChapterPorts(localTarget(cluster.info), runStress);
  });
  after(async () => {
    await ports?.close();
    await cluster?.close();
  });

  it('needs nothing of an earlier chapter, holds in every check, and leaves nothing behind', async () => {
    const chapter = loadChapters().find(({ slug }) => slug === '05-two-sessions');
    assert.ok(chapter);
    const runner = new ChapterRunner(chapter, ports);
    for (const { step, status, actions, checks } of await runner.runAll()) {
      assert.deepEqual(
        [actions.filter(({ ok }) => !ok).map(({ error }) => error?.message), checks.filter(({ held }) => !held)],
        [[], []],
        step.id,
      );
      assert.equal(status, 'done');
      assert.ok(checks.length >= 2);
    }
    const { rows } = await ports.database.query("SELECT relname FROM pg_class WHERE relname LIKE 'lesson%'");
    assert.deepEqual(rows, []);
    assert.ok((await runner.undoAll()).every(({ ok }) => ok));
  });
});
