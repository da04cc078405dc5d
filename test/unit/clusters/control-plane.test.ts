import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import type { ClusterProgress } from '../../../src/core/clusters/contract';
import { createControlPlane } from '../../../src/node/clusters/control-plane';
import type { AwsCall } from '../../../src/local/aws/contract';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { DsqlService } from '../../../src/local/aws/services/dsql';

const NEW = { name: 'bank', deletionProtection: false };
const keys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a secret that never shows',
  arn: 'arn:aws:iam::000000000000:role/learner',
};

describe('the control plane', () => {
  let api: AwsEndpoint;
  let service: DsqlService;
  let plane: ReturnType<typeof createControlPlane>;
  let told: ClusterProgress[];
  const onProgress = (progress: ClusterProgress): void => void told.push(progress);
  /** What changes something, as people speak of it. */
  const sent = (): string[] => api.calls.filter(({ operation }) => operation !== 'GetCluster').map(line);
  const line = ({ operation, region, input }: AwsCall): string =>
    [operation, input.identifier, region].filter(part => part !== undefined).join(' ');

  beforeEach(async () => {
    service = new DsqlService();
    api = new AwsEndpoint({ services: [service], principals: [keys] });
    told = [];
    await api.listen();
    plane = createControlPlane({
      credentials: () => Promise.resolve(keys),
      endpoint: () => api.url,
      pollMs: 1,
      timeoutMs: 5_000,
    });
  });
  afterEach(async () => {
    await plane.close();
    await api.close();
  });

  const failure = async (work: Promise<unknown>): Promise<CodedError> => {
    try {
      await work;
    } catch (error) {
      assert.ok(error instanceof CodedError, String(error));
      assert.ok(!JSON.stringify([error.message, error.nextStep, error.details]).includes(keys.secretAccessKey));
      return error;
    }
    assert.fail('must be refused');
  };

  it('creates a cluster with its name and our tag, and waits until it is active', async () => {
    const cluster = await plane.create('us-east-1', NEW, onProgress);
    assert.equal(cluster.status, 'ACTIVE');
    assert.equal(cluster.name, 'bank');
    assert.equal(cluster.endpoint, `${cluster.identifier}.dsql.us-east-1.on.aws`);
    const [call] = api.calls;
    assert.deepEqual([call?.service, call?.operation, call?.region], ['dsql', 'CreateCluster', 'us-east-1']);
    const { clientToken, ...input } = call!.input;
    assert.match(String(clientToken), /^[0-9a-f-]{36}$/);
    assert.deepEqual(input, {
      deletionProtectionEnabled: false,
      tags: { Name: 'bank', 'created-by': 'dsql-workshop' },
    });
    assert.deepEqual(
      told.map(({ text }) => text),
      ['Creating bank', `${cluster.identifier} is CREATING`, `${cluster.identifier} is ACTIVE`],
    );
  });

  it('lists all pages, each cluster described', async () => {
    for (const name of ['a', 'b', 'c']) await plane.create('eu-west-1', { ...NEW, name }, onProgress);
    await plane.create('us-east-1', NEW, onProgress);
    const names = (await plane.list('eu-west-1')).map(({ name }) => name);
    assert.deepEqual(names, ['a', 'b', 'c']);
  });

  it('creates two peered clusters with a witness', async () => {
    const [one, two] = await plane.createMultiRegion(['us-east-1', 'us-east-2'], 'us-west-2', NEW, onProgress);
    assert.deepEqual(
      [one, two].map(({ status, region, multiRegion }) => [status, region, multiRegion]),
      [
        ['ACTIVE', 'us-east-1', { witnessRegion: 'us-west-2', peerArns: [two.arn] }],
        ['ACTIVE', 'us-east-2', { witnessRegion: 'us-west-2', peerArns: [one.arn] }],
      ],
    );
    assert.deepEqual(sent(), [
      'CreateCluster us-east-1',
      'CreateCluster us-east-2',
      `UpdateCluster ${one.identifier} us-east-1`,
    ]);
  });

  it('says what is left behind when a set could not be completed', async () => {
    api.failNext(({ operation, region }) => operation === 'CreateCluster' && region === 'us-east-2', {
      status: 402,
      code: 'ServiceQuotaExceededException',
      message: 'You have reached the cluster limit.',
    });
    const error = await failure(plane.createMultiRegion(['us-east-1', 'us-east-2'], 'us-west-2', NEW, onProgress));
    assert.equal(error.code, 'CLUSTER_SET_HALF_MADE');
    const [made] = service.clusters.values();
    assert.ok(error.nextStep?.includes(`${made?.identifier} in us-east-1`));
    assert.match(error.message, /You have reached the cluster limit/);
  });

  it('deletes a protected cluster: protection first', async () => {
    const { identifier } = await plane.create('us-east-1', { ...NEW, deletionProtection: true }, onProgress);
    api.calls.length = 0;
    await plane.delete('us-east-1', identifier, onProgress);
    assert.deepEqual(sent(), [`UpdateCluster ${identifier} us-east-1`, `DeleteCluster ${identifier} us-east-1`]);
    const changes = api.calls.filter(({ operation }) => operation !== 'GetCluster').map(({ input }) => input);
    assert.equal(changes[0]?.deletionProtectionEnabled, false);
    assert.match(String(changes[1]?.clientToken), /^[0-9a-f-]{36}$/);
    assert.equal(service.clusters.size, 0);
  });

  it('deletes a multi-Region set whole', async () => {
    const [one] = await plane.createMultiRegion(['us-east-1', 'us-east-2'], 'us-west-2', NEW, onProgress);
    await plane.delete('us-east-1', one.identifier, onProgress);
    assert.equal(service.clusters.size, 0);
  });

  const REFUSALS: [number, string, string][] = [
    [403, 'AccessDeniedException', 'CLUSTER_ACCESS_DENIED'],
    [403, 'ExpiredTokenException', 'CLUSTER_CREDENTIALS'],
    [402, 'ServiceQuotaExceededException', 'CLUSTER_QUOTA'],
    [409, 'ConflictException', 'CLUSTER_BUSY'],
    [400, 'ValidationException', 'CLUSTER_REQUEST_INVALID'],
    [404, 'ResourceNotFoundException', 'CLUSTER_MISSING'],
  ];
  for (const [status, type, code] of REFUSALS) {
    it(`says what ${type} means`, async () => {
      api.failNext(() => true, { status, code: type, message: 'the service says why' });
      const error = await failure(plane.create('us-east-1', NEW, onProgress));
      assert.equal(error.code, code);
      assert.ok(error.nextStep);
    });
  }

  it('goes on after a moment of throttling and a fault of the service', async () => {
    api.failNext(() => true, { status: 429, code: 'ThrottlingException', message: 'slow down' });
    api.failNext(({ operation }) => operation === 'GetCluster', {
      status: 500,
      code: 'InternalServerException',
      message: 'oops',
    });
    assert.equal((await plane.create('us-east-1', NEW, onProgress)).status, 'ACTIVE');
    const [first, second] = api.calls.filter(({ operation }) => operation === 'CreateCluster');
    assert.ok(first && second);
    assert.equal(first.input.clientToken, second.input.clientToken, 'the same request, not a second cluster');
  });

  it('stops waiting when it is cancelled', async () => {
    const controller = new AbortController();
    const work = plane.create(
      'us-east-1',
      NEW,
      progress => progress.text.includes('CREATING') && controller.abort(),
      controller.signal,
    );
    assert.equal((await failure(work)).code, 'CANCELLED');
  });

  it('says that nothing answers', async () => {
    await api.close();
    assert.equal((await failure(plane.list('us-east-1'))).code, 'CLUSTER_API_UNREACHABLE');
  });
});
