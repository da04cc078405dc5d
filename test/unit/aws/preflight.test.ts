import assert from 'node:assert/strict';
import { AWS_COMMANDS, callsOf, COMMAND_CALLS } from '../../../src/core/aws/command-calls';
import { ASK_FIRST, asksFirst, placesOfConnection, preflightLines, preflightOf } from '../../../src/core/aws/preflight';
import { plannedDeletion, plannedRequests } from '../../../src/core/clusters/plan';

const CALLER = { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/jane' };
const PROFILE = {
  host: 'kiqenqglxyl2snyvkvnj2c3s2e.dsql.us-east-1.on.aws',
  region: 'us-east-1',
  lambdaRoleArn: 'arn:aws:iam::123456789012:role/dsql-workshop/fn',
};

describe('what a command will call, told before it does', () => {
  it('where, what changes first, what is read after, and what it costs', () => {
    const known = { ...placesOfConnection(PROFILE), function: 'dsql-workshop-transfer' };
    const told = preflightOf(COMMAND_CALLS['roll-back'], known, {
      caller: CALLER,
      host: PROFILE.host,
      cost: ['Nothing.'],
    });
    assert.deepEqual(preflightLines(told), [
      'Account: 123456789012',
      'You: arn:aws:iam::123456789012:user/jane',
      'Region: us-east-1',
      `Cluster: ${PROFILE.host}`,
      '',
      'Changes:',
      '• UpdateFunctionCode of dsql-workshop-transfer: puts the code of the version back',
      '',
      'Reads:',
      '• GetCallerIdentity: whose credentials these are',
      '• GetFunction of dsql-workshop-transfer: what it runs, and the code of the version',
      '• ListVersionsByFunction of dsql-workshop-transfer: which versions were published',
      '• GetFunction of dsql-workshop-transfer: until it may be invoked',
      '',
      'Costs:',
      '• Nothing.',
    ]);
  });

  it('a token that is signed here is no request, and what is unknown is left out', () => {
    const lines = preflightLines(preflightOf(COMMAND_CALLS.role, {}, { caller: { unknown: 'no answer' } }));
    assert.deepEqual(lines[0], 'Account: that of your credentials, not known (no answer)');
    assert.ok(
      lines.includes('• DbConnectAdmin (no request): connects as admin, with a token signed here'),
      lines.join('\n'),
    );
    for (const command of AWS_COMMANDS)
      for (const line of preflightLines(preflightOf(callsOf(command), {}, { caller: CALLER })))
        assert.doesNotMatch(line, /[{}]|undefined/);
  });

  it('is never asked on the local cluster; elsewhere as the setting has it', () => {
    const asked = (environment: 'development' | 'production', kind: 'local' | 'aws' = 'aws') =>
      (['deploy', 'cost'] as const).map(command =>
        ASK_FIRST.map(setting => asksFirst(setting, { kind, environment }, callsOf(command))),
      );
    assert.deepEqual(asked('development'), [
      [true, true, false],
      [true, false, false],
    ]);
    assert.deepEqual(asked('production'), [
      [true, true, true],
      [true, false, false],
    ]);
    assert.deepEqual(asked('production', 'local').flat(), Array(6).fill(false));
  });

  it("the cluster's own dialogs say the same calls", () => {
    const plan = { name: 'bank', region: 'us-east-1', deletionProtection: true };
    const tags = 'tags Name=bank, created-by=dsql-workshop; deletion protection on';
    assert.deepEqual(plannedRequests(plan), [
      `CreateCluster in us-east-1: makes the cluster; ${tags}`,
      'GetCluster in us-east-1: until it is ACTIVE',
    ]);
    const second = { region: 'us-east-2', witnessRegion: 'us-west-2' };
    assert.deepEqual(
      plannedRequests({ ...plan, second }).map(line => line.split(':')[0]),
      [
        'CreateCluster in us-east-1',
        'CreateCluster in us-east-2',
        'UpdateCluster in us-east-1',
        'GetCluster in us-east-1 and us-east-2',
      ],
    );
    const arns = ['us-east-1', 'us-east-2'].map(region => `arn:aws:dsql:${region}:123456789012:cluster/x`);
    assert.ok(
      plannedDeletion(arns).includes('DeleteCluster in us-east-1 and us-east-2: deletes it with everything in it'),
    );
  });
});
