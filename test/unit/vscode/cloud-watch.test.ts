import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/core/connections/connection-profile';
import type { RunMetrics } from '../../../src/core/stress/run-metrics';
import { RunHistory } from '../../../src/core/stress-view/run-history';
import { WindowRun } from '../../../src/core/stress-view/window-run';
import { CloudWatchDesk } from '../../../src/vscode/stress/cloud-watch';
import { CLUSTER, awsRun, FIRST_MINUTE_MS, metricsOfRun } from '../../support/observed-runs';
import { recordOf, snapshotAt } from '../../support/stress-runs';

const profile: ConnectionProfile = {
  id: 'orders',
  name: 'orders',
  kind: 'aws',
  host: `${CLUSTER}.dsql.us-east-2.on.aws`,
  port: 5432,
  region: 'us-east-2',
  user: 'admin',
  readOnly: false,
  environment: 'development',
};
const ID = '20261120T091220-aaaa';

function desk(isWanted = true) {
  const files = new Map<string, string>();
  const history = new RunHistory({
    names: () => Promise.resolve([...files.keys()]),
    read: name => {
      const text = files.get(name);
      return text === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(text);
    },
    write: (name, text) => Promise.resolve(void files.set(name, text)),
    remove: name => Promise.resolve(void files.delete(name)),
  });
  const run = new WindowRun(history, () => 'abcd1234');
  const asked: { subject: unknown; range: { fromMs: number; toMs: number } }[] = [];
  let closed = 0;
  const cloudWatch = new CloudWatchDesk({
    run,
    services: {
      runMetrics: () =>
        Promise.resolve({
          read: (subject, range): Promise<RunMetrics> => {
            asked.push({ subject, range });
            return Promise.resolve({ ...metricsOfRun(), ...subject, ...range });
          },
          close: () => Promise.resolve(void closed++),
        }),
    },
    profiles: () => [profile],
    isWanted: () => isWanted,
    onError: error => assert.fail(String(error)),
  });
  const settled = () =>
    new Promise<void>(resolve => {
      const listener = history.onDidChange(() => {
        listener.dispose();
        resolve();
      });
    });
  return { run, history, cloudWatch, asked, settled, closed: () => closed };
}

describe('CloudWatch of a window’s runs', () => {
  const record = { ...recordOf(ID), result: awsRun(), targetName: 'orders' };

  it('is asked about a run of the history on demand, and what came is kept with it', async () => {
    const { history, cloudWatch, asked, settled, closed } = desk();
    await history.add(record);
    assert.equal(cloudWatch.view(record).status, 'idle');
    const kept = settled();
    await cloudWatch.look(ID);
    await kept;
    assert.deepEqual(asked[0]?.subject, {
      region: 'us-east-2',
      cluster: CLUSTER,
      functionName: 'dsql-workshop-transfer',
    });
    assert.equal(asked[0]?.range.fromMs, FIRST_MINUTE_MS);
    const again = await history.get(ID);
    assert.equal(again?.result.cloudWatch?.points.occConflicts?.length, 3);
    assert.equal(again && cloudWatch.view(again).rows.length > 5, true);
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(closed(), 1, 'its client is closed');
    cloudWatch.dispose();
    await assert.rejects(cloudWatch.look('20261120T091220-gone'), { code: 'STRESS_RUN_GONE' });
  });

  it('is not asked about runs of the laptop, nor of a cluster whose connection is gone', async () => {
    const { history, cloudWatch, asked } = desk();
    const target = { ...record.result.target!, kind: 'local' as const };
    assert.equal(cloudWatch.view({ ...record, result: { ...record.result, target } }).status, 'local');
    assert.equal(cloudWatch.view({ ...record, result: { ...record.result, target: undefined } }).status, 'unknown');
    const elsewhere = { ...record.result.target!, endpoint: 'other.dsql.us-east-2.on.aws' };
    await history.add({ ...record, result: { ...record.result, target: elsewhere } });
    await assert.rejects(cloudWatch.look(ID), { code: 'STRESS_TARGET_UNKNOWN' });
    assert.deepEqual(asked, []);
  });

  it('watches a run under way on AWS where it is wanted, and no other', async () => {
    for (const [name, wanted, watched] of [
      ['orders', true, true],
      ['orders', false, false],
      ['Local cluster', true, false],
    ] as const) {
      const { run, cloudWatch } = desk(wanted);
      const subject = { name: 'r', targetName: name, origin: 'sidebar' } as const;
      await run.perform(subject, new AbortController().signal, activity =>
        activity.run(record.result.plan, onSnapshot => {
          onSnapshot(snapshotAt(500));
          assert.equal(cloudWatch.current?.view.status, watched ? 'watching' : undefined);
          return Promise.resolve(record.result);
        }),
      );
      cloudWatch.dispose();
    }
  });
});
