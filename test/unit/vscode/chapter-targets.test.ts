import assert from 'node:assert/strict';
import type { CodedError } from '../../../src/base/errors';
import { LOCAL_PROFILE_ID, type ConnectionProfile } from '../../../src/core/connections/connection-profile';
import { localProfile } from '../../../src/core/connections/local-profile';
import { createChapterPorts } from '../../../src/node/chapters/ports';
import { connectionTarget } from '../../../src/node/target-connection';
import { ChapterTargets, refusal } from '../../../src/vscode/chapters/chapter-targets';
import type { LocalCluster } from '../../../src/vscode/cluster/local-cluster';
import type { ChapterTarget } from '../../../src/vscode/ports';

const aws: ConnectionProfile = {
  id: 'orders',
  name: 'orders',
  kind: 'aws',
  host: 'abc.dsql.us-east-1.on.aws',
  port: 5432,
  region: 'us-east-1',
  user: 'admin',
  readOnly: false,
  environment: 'development',
  lambdaRoleArn: 'arn:aws:iam::123456789012:role/fn',
};

function targets(profiles: ConnectionProfile[]) {
  const memory = new Map<string, unknown>();
  const opened: string[] = [];
  const open = (name: string): Promise<ChapterTarget> => {
    opened.push(name);
    const ports = createChapterPorts(connectionTarget(aws), () => Promise.reject(new Error('no runs here')));
    return Promise.resolve({ ports, close: () => ports.close() });
  };
  const made = new ChapterTargets(
    { state: { name: 'stopped' } } as LocalCluster,
    { profile: id => [localProfile('Local cluster'), ...profiles].find(each => each.id === id) },
    { openTarget: () => open('local'), openProfileTarget: ({ name }) => open(name) },
    { get: key => memory.get(key), update: (key, value) => Promise.resolve(void memory.set(key, value)) },
  );
  return { targets: made, opened };
}

describe('where chapters run', () => {
  it('is the local cluster until a connection is chosen, which is remembered and opened by its host', async () => {
    const { targets: chosen, opened } = targets([aws]);
    let changes = 0;
    chosen.onDidChange(() => changes++);
    assert.equal(chosen.current.id, LOCAL_PROFILE_ID);
    assert.equal(chosen.isReachable, false);
    await chosen.choose(aws);
    await chosen.choose(aws);
    assert.deepEqual([chosen.current.id, chosen.isReachable, changes], ['orders', true, 1]);
    const reached = await chosen.reach(new AbortController().signal);
    assert.deepEqual([reached.clusterId, reached.isCurrent(), opened], [aws.host, true, ['orders']]);
    await chosen.choose(localProfile('Local cluster'));
    assert.equal(reached.isCurrent(), false);
    assert.equal(reached.ports.variables.lambdaRoleArn, aws.lambdaRoleArn);
    await reached.close();
  });

  const refused: [string, Partial<ConnectionProfile>, RegExp][] = [
    ['production', { environment: 'production' }, /marked as production/],
    ['read-only', { readOnly: true }, /read-only/],
    ['another user', { user: 'app' }, /connects as app/],
    ['no role for functions', { lambdaRoleArn: undefined }, /execution role/],
  ];
  for (const [name, change, message] of refused)
    it(`is never ${name}, and goes back to the local cluster when the chosen one becomes that`, async () => {
      const wrong = { ...aws, ...change };
      assert.match(refusal(wrong)?.message ?? '', message);
      assert.ok(refusal(wrong)?.nextStep);
      const profiles = [aws];
      const { targets: chosen } = targets(profiles);
      await assert.rejects(chosen.choose(wrong), (error: CodedError) => error.code === 'CHAPTER_TARGET_REFUSED');
      await chosen.choose(aws);
      profiles[0] = wrong;
      let changes = 0;
      chosen.onDidChange(() => changes++);
      chosen.profilesChanged();
      assert.deepEqual([chosen.current.id, changes], [LOCAL_PROFILE_ID, 1]);
    });
});
