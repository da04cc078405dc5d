import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import type { ClusterProgress } from '../../../src/core/clusters/contract';
import { createControlPlane } from '../../../src/node/clusters/control-plane';
import { DsqlApi, type SeenRequest } from '../../support/dsql-api';

const NEW = { name: 'bank', deletionProtection: false };
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret that never shows' };

describe('the control plane', () => {
  let api: DsqlApi;
  let plane: ReturnType<typeof createControlPlane>;
  let told: ClusterProgress[];
  const onProgress = (progress: ClusterProgress): void => void told.push(progress);
  const sent = (): string[] => api.requests.filter(({ method }) => method !== 'GET').map(line);
  const line = ({ method, url, scope }: SeenRequest): string =>
    `${method} ${url.replace(/client-token=[^&]+/, 'client-token=…')} ${scope.split('/')[0]}`;

  beforeEach(async () => {
    api = new DsqlApi();
    told = [];
    const endpoint = await api.listen();
    plane = createControlPlane({
      credentials: () => Promise.resolve(keys),
      endpoint: () => endpoint,
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
    const [request] = api.requests;
    assert.equal(request?.scope, 'us-east-1/dsql/aws4_request');
    const { clientToken, ...body } = request.body;
    assert.match(String(clientToken), /^[0-9a-f-]{36}$/);
    assert.deepEqual(body, {
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
      'POST /cluster us-east-1',
      'POST /cluster us-east-2',
      `POST /cluster/${one.identifier} us-east-1`,
    ]);
  });

  it('says what is left behind when a set could not be completed', async () => {
    api.refuse(({ scope, method }) => method === 'POST' && scope.startsWith('us-east-2'), {
      status: 402,
      type: 'ServiceQuotaExceededException',
      message: 'You have reached the cluster limit.',
    });
    const error = await failure(plane.createMultiRegion(['us-east-1', 'us-east-2'], 'us-west-2', NEW, onProgress));
    assert.equal(error.code, 'CLUSTER_SET_HALF_MADE');
    const [made] = api.clusters.values();
    assert.ok(error.nextStep?.includes(`${made?.identifier} in us-east-1`));
    assert.match(error.message, /You have reached the cluster limit/);
  });

  it('deletes a protected cluster: protection first', async () => {
    const { identifier } = await plane.create('us-east-1', { ...NEW, deletionProtection: true }, onProgress);
    api.requests.length = 0;
    await plane.delete('us-east-1', identifier, onProgress);
    assert.deepEqual(sent(), [
      `POST /cluster/${identifier} us-east-1`,
      `DELETE /cluster/${identifier}?client-token=… us-east-1`,
    ]);
    assert.equal(api.requests.find(({ method }) => method === 'POST')?.body.deletionProtectionEnabled, false);
    assert.equal(api.clusters.size, 0);
  });

  it('deletes a multi-Region set whole', async () => {
    const [one] = await plane.createMultiRegion(['us-east-1', 'us-east-2'], 'us-west-2', NEW, onProgress);
    await plane.delete('us-east-1', one.identifier, onProgress);
    assert.equal(api.clusters.size, 0);
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
      api.refuse(() => true, { status, type, message: 'the service says why' });
      const error = await failure(plane.create('us-east-1', NEW, onProgress));
      assert.equal(error.code, code);
      assert.ok(error.nextStep);
    });
  }

  it('goes on after a moment of throttling and a fault of the service', async () => {
    api.refuse(() => true, { status: 429, type: 'ThrottlingException', message: 'slow down' });
    api.refuse(({ method }) => method === 'GET', { status: 500, type: 'InternalServerException', message: 'oops' });
    assert.equal((await plane.create('us-east-1', NEW, onProgress)).status, 'ACTIVE');
    const [first, second] = api.requests.filter(({ method }) => method === 'POST');
    assert.equal(first?.body.clientToken, second?.body.clientToken, 'the same request, not a second cluster');
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
    api = new DsqlApi();
    await api.listen();
  });
});
