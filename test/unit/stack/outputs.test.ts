import assert from 'node:assert/strict';
import { readProfile } from '../../../src/core/connections/profile';
import { profileOf, readStackOutputs, withTarget } from '../../../src/core/stack/outputs';

const ENDPOINT = 'abcdefghijklmnopqrstuvwxy2.dsql.us-east-2.on.aws';
const ROLE = 'arn:aws:iam::111122223333:role/dsql-workshop/DsqlWorkshop-TransferRole-1';
const OUTPUTS = JSON.stringify({
  DsqlWorkshop: {
    ClusterEndpoint: ENDPOINT,
    ClusterArn: 'arn:aws:dsql:us-east-2:111122223333:cluster/abcdefghijklmnopqrstuvwxy2',
    ClusterId: 'abcdefghijklmnopqrstuvwxy2',
    LambdaRoleArn: ROLE,
    FunctionName: 'dsql-workshop-transfer',
  },
  SomethingElse: { Url: 'https://example.com' },
});

describe('the outputs of a stack', () => {
  const [stack] = readStackOutputs(OUTPUTS, 'outputs.json');

  it('are read with the Region that the endpoint tells; other stacks are left aside', () => {
    assert.deepEqual(readStackOutputs(OUTPUTS, 'outputs.json'), [
      {
        stackName: 'DsqlWorkshop',
        endpoint: ENDPOINT,
        region: 'us-east-2',
        lambdaRoleArn: ROLE,
        clusterArn: 'arn:aws:dsql:us-east-2:111122223333:cluster/abcdefghijklmnopqrstuvwxy2',
        clusterId: 'abcdefghijklmnopqrstuvwxy2',
        functionName: 'dsql-workshop-transfer',
      },
    ]);
  });

  it('of a pair have the first stack first, in whatever order the CDK was done', () => {
    const { DsqlWorkshop } = JSON.parse(OUTPUTS) as Record<string, unknown>;
    const pair = JSON.stringify({ 'DsqlWorkshop-us-east-1': DsqlWorkshop, DsqlWorkshop });
    assert.deepEqual(
      readStackOutputs(pair, 'outputs.json').map(({ stackName }) => stackName),
      ['DsqlWorkshop', 'DsqlWorkshop-us-east-1'],
    );
  });

  it('are a connection with the role that the chapters deploy with', () => {
    assert.deepEqual(profileOf(stack!, 'ada'), {
      name: 'DsqlWorkshop',
      kind: 'aws',
      host: ENDPOINT,
      port: 5432,
      region: 'us-east-2',
      user: 'admin',
      readOnly: false,
      environment: 'development',
      lambdaRoleArn: ROLE,
      awsProfile: 'ada',
    });
  });

  for (const [text, code] of [
    ['{', 'STACK_OUTPUTS_MALFORMED'],
    ['[]', 'STACK_OUTPUTS_MALFORMED'],
    ['null', 'STACK_OUTPUTS_MALFORMED'],
    ['{"A":{"ClusterEndpoint":"nowhere","LambdaRoleArn":"x"}}', 'STACK_OUTPUTS_MALFORMED'],
    ['{}', 'STACK_NOT_DEPLOYED'],
    ['{"A":null,"B":{"ClusterEndpoint":1}}', 'STACK_NOT_DEPLOYED'],
  ] as const)
    it(`that are ${text} are ${code}`, () => {
      assert.throws(() => readStackOutputs(text, 'outputs.json'), { code });
    });

  describe('as a target of dsql-workshop.json', () => {
    const marker =
      '{ "workshop": { "functions": { "transfer": "lambda" } }, "targets": { "mine": { "endpoint": "x" } } }';

    it('are what the command line reads back, beside what was there', () => {
      const text = withTarget(marker, 'dsql-workshop.json', 'aws', stack!, 'ada');
      const profile = readProfile(text, 'aws', 'dsql-workshop.json');
      assert.deepEqual(
        [profile.host, profile.region, profile.lambdaRoleArn, profile.awsProfile],
        [ENDPOINT, 'us-east-2', ROLE, 'ada'],
      );
      const { workshop, targets } = JSON.parse(text) as { workshop: unknown; targets: Record<string, unknown> };
      assert.deepEqual(workshop, { functions: { transfer: 'lambda' } });
      assert.deepEqual(targets['mine'], { endpoint: 'x' });
      assert.equal(withTarget(text, 'dsql-workshop.json', 'aws', stack!, 'ada'), text);
    });

    it('are a new file where there is none', () => {
      assert.equal(readProfile(withTarget(undefined, 'f', 'aws', stack!), 'aws', 'f').host, ENDPOINT);
    });

    it('never take the place of another cluster, or of a file that is no JSON', () => {
      for (const [text, name] of [
        [marker, 'mine'],
        ['{ "targets": ', 'aws'],
        ['[]', 'aws'],
        ['{ "targets": 3 }', 'aws'],
      ] as const)
        assert.throws(() => withTarget(text, 'f', name, stack!), { code: 'STACK_TARGET_NOT_WRITTEN' });
    });
  });
});
