import assert from 'node:assert/strict';
import { playOrder } from '../../../src/core/sessions/play';
import type { LocalCluster } from '../../../src/local/cluster';
import { loadSessionPresets } from '../../../src/node/sessions/load';
import { targetSessions } from '../../../src/node/sessions/target-sessions';
import { localTarget } from '../../../src/node/target-local';
import { startTestCluster } from '../../support/cluster';

describe('the two-session presets on a local cluster', () => {
  const signal = new AbortController().signal;
  let cluster: LocalCluster;
  before(async () => (cluster = await startTestCluster()));
  after(() => cluster?.close());

  for (const { id, script } of loadSessionPresets())
    for (const order of script.orders)
      it(`${id}, ${order.name}`, async () => {
        const played = await playOrder(script, order, { open: targetSessions(localTarget(cluster.info)) }, signal);
        assert.deepEqual(
          played.expectations.filter(({ held }) => !held),
          [],
        );
        assert.equal(played.lines.length, order.groups.flat().length);
        assert.equal(played.verdict, order.verdict);
        assert.ok(script.summary && script.postgres && order.verdict, 'it says what it shows');
      });
});
