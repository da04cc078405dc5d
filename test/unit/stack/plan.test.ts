import assert from 'node:assert/strict';
import { cdkArguments, commandText } from '../../../src/core/stack/command-line';
import { stackNames, type StackRequest } from '../../../src/core/stack/contract';
import { stackPlan } from '../../../src/core/stack/plan';

const single: StackRequest = { stackName: 'DsqlWorkshop', region: 'us-east-1' };
const pair: StackRequest = { ...single, twoRegions: { secondRegion: 'us-east-2', witnessRegion: 'us-west-2' } };

describe('before a stack is deployed or destroyed', () => {
  const text = (...of: Parameters<typeof stackPlan>): string => JSON.stringify(stackPlan(...of), undefined, 1);

  it('it is told what is made, what costs money and what is called', () => {
    const told = text('deploy', single);
    for (const expected of [
      /Aurora DSQL cluster in us-east-1/,
      /dsql-workshop-transfer/,
      / \$8 for a million DPU and \$0\.33/,
      /cloudformation:ExecuteChangeSet/,
    ])
      assert.match(told, expected);
  });

  it('it is told what is lost for good', () => {
    assert.match(
      text('destroy', single),
      /DsqlWorkshop in us-east-1: the cluster with all of its data, at once and for good/,
    );
    assert.match(text('destroy', pair), /DsqlWorkshop and DsqlWorkshop-us-east-2 in us-east-1 and us-east-2:/);
    assert.match(text('destroy', single), /cloudformation:DeleteStack/);
  });

  it('a price that is not known of a Region is told to be that of another', () => {
    assert.match(text('deploy', { ...single, region: 'eu-west-1' }), /those of eu-west-1 are not known here/);
  });

  it('a pair is told as two clusters, and its storage as twice', () => {
    assert.match(text('deploy', pair), /us-east-1 and us-east-2, witness us-west-2/);
    assert.match(text('deploy', pair), /storage twice/);
    assert.deepEqual(stackNames(pair), ['DsqlWorkshop', 'DsqlWorkshop-us-east-2']);
  });
});

describe('the command lines of the CDK', () => {
  it('never wait for an answer, and name the outputs file', () => {
    assert.equal(
      commandText(cdkArguments('deploy', { ...pair, awsProfile: 'ada lovelace' })),
      'cdk deploy --all --require-approval never --progress events --outputs-file cdk-outputs.json ' +
        '--context stackName=DsqlWorkshop --context region=us-east-1 --context secondRegion=us-east-2 ' +
        "--context witnessRegion=us-west-2 --profile 'ada lovelace' --no-notices",
    );
    assert.ok(cdkArguments('destroy', single).includes('--force'));
    assert.equal(
      commandText(cdkArguments('synth', single)),
      'cdk synth --quiet --context stackName=DsqlWorkshop --context region=us-east-1 --no-notices',
    );
  });
});
