import assert from 'node:assert/strict';
import path from 'node:path';
import { CodedError } from '../../../src/base/errors';
import { localProfile } from '../../../src/core/connections/local-profile';
import type { FunctionState } from '../../../src/core/lambda/admin';
import { codeStanding, type BundleDigest } from '../../../src/core/lambda/overview';
import { createChapterPorts } from '../../../src/node/chapters/ports';
import { connectionTarget } from '../../../src/node/target-connection';
import { FunctionList } from '../../../src/vscode/functions/tree/function-list';

const state = (name: string, codeSha256: string): FunctionState => ({
  ...{ name, codeSha256, arn: name, codeBytes: 1, memoryMb: 512, timeoutSeconds: 30 },
  ...{ environment: {}, runtime: 'nodejs20.x', lastModified: '' },
});

const profile = { ...localProfile('Local cluster'), lambdaRoleArn: 'arn:aws:iam::000000000000:role/fn' };
const ports = createChapterPorts(connectionTarget(profile), () => Promise.reject(new Error('no runs here')));

/** A list over a place that counts what it is asked. */
function listOf(place: { isReachable?: boolean; isOnAws?: boolean } = {}) {
  const world = {
    functions: { transfer: 'lambda', greeter: 'lambda' } as Record<string, string>,
    deployed: [state('transfer', 'one')],
    digest: 'one' as string | Error,
    lists: 0,
    digests: [] as string[],
    failing: undefined as Error | undefined,
    place: { label: 'bank', profile, isReachable: true, isOnAws: false, ...place },
  };
  const lambda: typeof ports.lambda = {
    ...ports.lambda,
    list: signal => {
      world.lists++;
      if (signal?.aborted) return Promise.reject(new CodedError('CANCELLED', 'cancelled'));
      return world.failing ? Promise.reject(world.failing) : Promise.resolve(world.deployed);
    },
    versions: () => Promise.resolve([]),
  };
  const list = new FunctionList({
    place: Object.assign(world.place, { reach: () => Promise.resolve({ ...ports, lambda }) }),
    folder: () => Promise.resolve({ directory: path.resolve('bank'), functions: world.functions }),
    digest: (directory): Promise<BundleDigest> => {
      world.digests.push(path.basename(directory));
      const { digest } = world;
      return digest instanceof Error ? Promise.reject(digest) : Promise.resolve({ codeSha256: digest, sizeBytes: 1 });
    },
  });
  return { list, world };
}

const told = async (list: FunctionList): Promise<string[]> =>
  (await list.overviews()).map(overview => {
    const standing = codeStanding(overview) ?? '-';
    return `${overview.name} ${overview.deployed ? 'deployed' : 'not deployed'} ${standing}`;
  });
const never = (): AbortSignal => new AbortController().signal;

describe('the list of functions', () => {
  after(() => ports.close());

  it('reads once what is there, and bundles sources that functions share once', async () => {
    const { list, world } = listOf();
    assert.deepEqual(await told(list), ['greeter not deployed -', 'transfer deployed same']);
    await told(list);
    assert.deepEqual([world.lists, world.digests], [1, ['lambda']]);
  });

  it('bundles again when the code has changed, without asking again what is deployed', async () => {
    const { list, world } = listOf();
    await told(list);
    world.digest = 'two';
    list.codeChanged();
    assert.deepEqual(await told(list), ['greeter not deployed -', 'transfer deployed differs']);
    world.digest = new Error('line 1');
    list.codeChanged();
    assert.deepEqual(await told(list), ['greeter not deployed -', 'transfer deployed broken']);
    assert.equal(world.lists, 1);
  });

  it('asks again when something was deployed or removed', async () => {
    const { list, world } = listOf();
    await told(list);
    world.deployed = [];
    list.forget();
    assert.deepEqual(await told(list), ['greeter not deployed -', 'transfer not deployed -']);
    assert.equal(world.lists, 2);
  });

  it('starts nothing', async () => {
    const { list, world } = listOf({ isReachable: false });
    assert.equal(list.status, 'stopped');
    assert.deepEqual([await list.overviews(), await list.ask(never()), world.lists], [[], [], 0]);
  });

  it('asks AWS once somebody has asked for it, for that connection alone', async () => {
    const { list, world } = listOf({ isOnAws: true });
    assert.deepEqual([list.status, await list.overviews(), world.lists], ['unasked', [], 0]);
    assert.equal((await list.ask(never())).length, 2);
    list.forget();
    await told(list);
    assert.deepEqual([list.status, world.lists], ['open', 2]);
    world.place.profile = { ...profile, awsProfile: 'other' };
    assert.deepEqual([list.status, await list.overviews(), world.lists], ['unasked', [], 2]);
  });

  it('has not been asked when somebody gave it up', async () => {
    const { list, world } = listOf({ isOnAws: true });
    await assert.rejects(list.ask(AbortSignal.abort()), { code: 'CANCELLED' });
    assert.deepEqual([list.status, world.lists], ['unasked', 1]);
  });

  it('keeps a failure until it is asked anew', async () => {
    const { list, world } = listOf();
    world.failing = new CodedError('LAMBDA_UNREACHABLE', 'no network');
    await assert.rejects(list.overviews(), { code: 'LAMBDA_UNREACHABLE' });
    await assert.rejects(list.overviews(), { code: 'LAMBDA_UNREACHABLE' });
    assert.equal(world.lists, 1);
    world.failing = undefined;
    assert.equal((await list.ask(never())).length, 2);
  });
});
