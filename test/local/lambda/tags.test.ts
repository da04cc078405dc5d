import assert from 'node:assert/strict';
import path from 'node:path';
import { GetFunctionCommand, ListTagsCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { createLambdaPort, type ClosableLambdaPort } from '../../../src/node/lambda/port';
import { ADMIN, LambdaFixture, REGION, ROLE } from './lambda-fixture';

const CODE = 'exports.handler = async () => 1';

describe('tags of functions', () => {
  let lambda: LambdaFixture;
  let port: ClosableLambdaPort;
  before(async () => {
    lambda = await LambdaFixture.start();
    port = createLambdaPort({ endpoint: lambda.service.endpoint, region: REGION, credentials: ADMIN });
  });
  after(async () => {
    port.dispose();
    await lambda.close();
  });

  const directory = path.resolve(__dirname, '../../fixtures/lambda/esm');
  const deploy = async (name: string, more: { chapter?: string; environment?: Record<string, string> } = {}) => {
    const told: string[] = [];
    await port.deploy({ name, directory, environment: {}, roleArn: ROLE.arn, ...more }, text => told.push(text));
    return told;
  };
  const tagsOf = async (name: string) => {
    const { Configuration, Tags } = await lambda.client.send(new GetFunctionCommand({ FunctionName: name }));
    const listed = await lambda.client.send(new ListTagsCommand({ Resource: Configuration!.FunctionArn! }));
    assert.deepEqual(listed.Tags ?? {}, Tags ?? {}, 'both ways to ask answer the same');
    return Tags ?? {};
  };

  it('go on with a new function, its chapter among them', async () => {
    await deploy('fresh', { chapter: '02-retries' });
    assert.deepEqual(await tagsOf('fresh'), { 'created-by': 'dsql-workshop', 'dsql-workshop:chapter': '02-retries' });
    await deploy('plain');
    assert.deepEqual(await tagsOf('plain'), { 'created-by': 'dsql-workshop' });
  });

  it('are kept by the service over a restart, added to and taken off', async () => {
    const { FunctionArn = '' } = await lambda.create('kept', CODE, { Tags: { team: 'bank' } });
    await lambda.client.send(new TagResourceCommand({ Resource: FunctionArn, Tags: { 'a b': 'ü=ö/…', team: 'new' } }));
    await lambda.restart();
    assert.deepEqual(await tagsOf('kept'), { 'a b': 'ü=ö/…', team: 'new' });
    await lambda.client.send(new UntagResourceCommand({ Resource: FunctionArn, TagKeys: ['a b', 'unknown'] }));
    assert.deepEqual(await tagsOf('kept'), { team: 'new' });
  });

  it('are added at the next deployment of a function of ours that has none, beside its own', async () => {
    await lambda.create('dsql-workshop-transfer', CODE, { Tags: { team: 'bank' } });
    await lambda.create('transfer', CODE, { Environment: { Variables: { CLUSTER_ENDPOINT: 'a' } } });
    const [told] = [await deploy('dsql-workshop-transfer'), await deploy('transfer')];
    assert.ok(told.some(text => text.startsWith('Tagging dsql-workshop-transfer')));
    assert.deepEqual(await tagsOf('dsql-workshop-transfer'), { team: 'bank', 'created-by': 'dsql-workshop' });
    assert.deepEqual(await tagsOf('transfer'), { 'created-by': 'dsql-workshop' });
    assert.ok(!(await deploy('transfer')).some(text => text.startsWith('Tagging')), 'once is enough');
  });

  it("are not put on somebody else's function, nor on a stack's", async () => {
    const stack = { 'aws:cloudformation:stack-id': 'arn:aws:cloudformation:us-east-1:000000000000:stack/bank/1' };
    await lambda.create('theirs', CODE);
    await lambda.create('dsql-workshop-stacked', CODE, { Tags: stack });
    await deploy('theirs');
    await deploy('dsql-workshop-stacked');
    assert.deepEqual(await tagsOf('theirs'), {});
    assert.deepEqual(await tagsOf('dsql-workshop-stacked'), stack);
  });
});
