import assert from 'node:assert/strict';
import {
  CreateClusterCommand,
  DSQLClient,
  GetVpcEndpointServiceNameCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-dsql';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { modelProblems } from '../../../src/local/aws/model/check';
import { DsqlService } from '../../../src/local/aws/services/dsql';
import { LambdaForwarding } from '../../../src/local/aws/services/lambda';
import { StsService } from '../../../src/local/aws/services/sts';
import type { AwsRequest } from '../../../src/local/aws/contract';

const learner = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a secret',
  arn: 'arn:aws:iam::000000000000:role/learner',
};
const role = { accessKeyId: 'AKIDROLE', secretAccessKey: 'another', arn: 'arn:aws:iam::000000000000:role/transfer' };
const region = 'us-east-1';
const credentials = { accessKeyId: learner.accessKeyId, secretAccessKey: learner.secretAccessKey };

describe('the stand-in for AWS, asked by the SDK', () => {
  let aws: AwsEndpoint;
  let dsql: DSQLClient;
  let sts: STSClient;
  beforeEach(async () => {
    aws = new AwsEndpoint({
      services: [new DsqlService({ identifiers: ['z'.repeat(26)] }), new StsService([learner, role])],
      principals: [learner, role],
    });
    await aws.listen();
    dsql = new DSQLClient({ region, credentials, endpoint: aws.url, maxAttempts: 1 });
    sts = new STSClient({ region, credentials, endpoint: aws.url, maxAttempts: 1 });
  });
  afterEach(async () => {
    dsql.destroy();
    sts.destroy();
    await aws.close();
  });

  it('gives the first cluster the name of the real one, and another to the next', async () => {
    const clientToken = 'once';
    const one = await dsql.send(new CreateClusterCommand({ clientToken }));
    assert.equal(one.identifier, 'z'.repeat(26));
    assert.equal(one.endpoint, `${'z'.repeat(26)}.dsql.us-east-1.on.aws`);
    assert.equal(one.deletionProtectionEnabled, true, 'on, as in the service, unless it is asked to be off');
    assert.equal((await dsql.send(new CreateClusterCommand({ clientToken }))).identifier, one.identifier);
    assert.notEqual((await dsql.send(new CreateClusterCommand({}))).identifier, one.identifier);
  });

  it('keeps tags and names the endpoint service for PrivateLink', async () => {
    const { arn: resourceArn, identifier } = await dsql.send(new CreateClusterCommand({ tags: { a: '1' } }));
    await dsql.send(new TagResourceCommand({ resourceArn, tags: { b: '2', c: '3' } }));
    await dsql.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a', 'c'] }));
    assert.deepEqual((await dsql.send(new ListTagsForResourceCommand({ resourceArn }))).tags, { b: '2' });
    assert.match(
      (await dsql.send(new GetVpcEndpointServiceNameCommand({ identifier }))).serviceName ?? '',
      /^com\.amazonaws\.us-east-1\.dsql-/,
    );
    const { tagKeys } = aws.calls.find(({ operation }) => operation === 'UntagResource')!.input;
    assert.deepEqual(tagKeys, ['a', 'c']);
  });

  it('tells who signs, and lends the keys of a role', async () => {
    const { Arn, Account } = await sts.send(new GetCallerIdentityCommand({}));
    assert.equal(Arn, 'arn:aws:sts::000000000000:assumed-role/learner/dsql-workshop');
    assert.equal(Account, '000000000000');
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'me' }));
    assert.equal(Credentials?.AccessKeyId, role.accessKeyId);
    assert.ok(Credentials.Expiration && Credentials.Expiration.getTime() > Date.now());
    await assert.rejects(
      sts.send(new AssumeRoleCommand({ RoleArn: `${role.arn}x`, RoleSessionName: 'me' })),
      (error: Error) => error.name === 'AccessDenied' && error.message.includes('sts:AssumeRole'),
    );
  });

  it('breaks the connection, or never answers, when it is told to', async () => {
    aws.failNext(() => true, 'reset');
    await assert.rejects(dsql.send(new CreateClusterCommand({})), /ECONNRESET|socket hang up/);
    aws.failNext(() => true, 'silence');
    const patience = new AbortController();
    const waiting = dsql.send(new CreateClusterCommand({}), { abortSignal: patience.signal });
    while (aws.calls.length < 2) await new Promise(setImmediate);
    patience.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    assert.ok((await dsql.send(new CreateClusterCommand({}))).identifier, 'and goes on');
  });

  it('refuses what is signed with another key', async () => {
    const stranger = new DSQLClient({
      region,
      credentials: { ...credentials, secretAccessKey: 'guessed' },
      endpoint: aws.url,
      maxAttempts: 1,
    });
    await assert.rejects(stranger.send(new CreateClusterCommand({})), { name: 'InvalidSignatureException' });
    stranger.destroy();
    assert.deepEqual(aws.calls, []);
  });

  it('holds calls against the models that the SDK ships', () => {
    const { model } = new DsqlService();
    const problems = (operation: string, input: Record<string, unknown>) => modelProblems(model, { operation, input });
    assert.deepEqual(problems('CreateCluster', { tags: { a: 'b' }, deletionProtectionEnabled: false }), []);
    assert.deepEqual(problems('CreateCluster', { tags: { a: 1 }, protection: true }), [
      'CreateCluster.tags.a: a string is expected, not number',
      'CreateCluster.protection: not in the model',
    ]);
    assert.deepEqual(problems('UpdateCluster', { multiRegionProperties: { clusters: 'x' } }), [
      'UpdateCluster.identifier: required, and missing',
      'UpdateCluster.multiRegionProperties.clusters: a list is expected',
    ]);
    assert.deepEqual(problems('DropCluster', {}), ['DropCluster: not in the model']);
    const sts = new StsService([]);
    assert.deepEqual(
      modelProblems(
        sts.model,
        { operation: 'AssumeRole', input: { RoleArn: 'x', DurationSeconds: '900' } },
        { texts: sts.texts },
      ),
      ['AssumeRole.RoleSessionName: required, and missing'],
    );
  });

  it('reads what Lambda is asked by its model: labels, queries, headers, bytes as their length', () => {
    const lambda = new LambdaForwarding('http://localhost:1');
    const read = (method: string, target: string, body: unknown, headers: AwsRequest['headers'] = {}) => {
      const { pathname: path, searchParams: query } = new URL(target, 'http://localhost');
      const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
      return lambda.read({
        ...{ service: 'lambda', region, method, path, query, target, headers, body: bytes, principal: learner },
      });
    };
    const functions = '/2015-03-31/functions';
    assert.deepEqual(
      read('POST', functions, { FunctionName: 'f', Code: { ZipFile: Buffer.from('PK..').toString('base64') } }),
      { operation: 'CreateFunction', input: { FunctionName: 'f', Code: { ZipFile: 4 } } },
    );
    assert.deepEqual(read('GET', `${functions}/f/versions?MaxItems=7&Marker=m`, undefined), {
      operation: 'ListVersionsByFunction',
      input: { FunctionName: 'f', Marker: 'm', MaxItems: 7 },
    });
    assert.deepEqual(read('POST', `${functions}/f/invocations?Qualifier=2`, { a: 1 }, { 'x-amz-log-type': 'Tail' }), {
      operation: 'Invoke',
      input: { FunctionName: 'f', LogType: 'Tail', Payload: { a: 1 }, Qualifier: '2' },
    });
    assert.equal(read('PATCH', functions, {}), undefined);
  });
});
