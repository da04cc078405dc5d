import assert from 'node:assert/strict';
import { canFail, FAULT_KINDS, isLasting, type FaultKind } from '../../../src/cli/rehearsal/fault-kinds';
import { rehearseFaults } from '../../../src/cli/rehearsal/faults';
import { faultScenarios } from '../../../src/cli/rehearsal/fault-scenarios';
import { openStage } from '../../../src/cli/rehearsal/stage';

/** One call of each service and protocol meets every fault that passes; `rehearse --faults` goes through all calls and all faults. */
const REPRESENTATIVES = [
  'dsql CreateCluster',
  'monitoring GetMetricData',
  'lambda CreateFunction',
  'lambda Invoke',
  'logs FilterLogEvents',
];
/** Others meet one fault or two: what has been made before, or what the command goes on without, makes what is told differ. */
const ONE_FAULT: Readonly<Record<string, readonly string[]>> = {
  'dsql GetCluster': ['await-cluster refused'],
  'dsql DeleteCluster': ['delete-cluster refused', 'teardown failed'],
  'lambda PublishVersion': ['deploy refused'],
  'sts GetCallerIdentity': ['doctor expired', 'find-everything expired', 'deploy refused'],
  'sts AssumeRole': ['role refused'],
  'tagging GetResources': ['find-everything refused'],
  'cloudformation DeleteStack': ['teardown conflict'],
  'iam DeleteRole': ['teardown refused'],
  'lambda ListFunctions': ['functions expired'],
};
const OF_ALL: readonly FaultKind[] = FAULT_KINDS.filter(kind => !isLasting(kind));

describe('each call of the AWS path, failing once', function () {
  this.timeout(300_000);

  it('is tried again where it should be, and else told with what helps', async () => {
    const { signal } = new AbortController();
    const stage = await openStage(signal);
    try {
      stage.useCluster(`${stage.info.clusterId}.dsql.${stage.info.region}.on.aws`);
      const wanted = (call: string, fault: FaultKind, scenario: string): boolean =>
        (ONE_FAULT[call] ?? []).includes(`${scenario} ${fault}`) ||
        // a deployment waits long for another to end
        (REPRESENTATIVES.includes(call) &&
          OF_ALL.includes(fault) &&
          scenario !== 'find-everything' &&
          // a run each
          scenario !== 'stress-from-lambda' &&
          !(call === 'lambda CreateFunction' && fault === 'conflict'));
      const outcomes = await rehearseFaults(stage, faultScenarios(), () => undefined, signal, wanted);
      assert.deepEqual(
        outcomes
          .filter(({ problems }) => problems.length > 0)
          .map(({ command, call, fault, problems, told }) => ({ command, call, fault, problems, told })),
        [],
      );
      const played = new Set(outcomes.map(({ call, fault }) => `${call}, ${fault}`));
      for (const call of REPRESENTATIVES)
        for (const fault of OF_ALL)
          if (canFail(call, fault) && !(call === 'lambda CreateFunction' && fault === 'conflict'))
            assert.ok(played.has(`${call}, ${fault}`), `${call}, ${fault}`);
      for (const [call, faults] of Object.entries(ONE_FAULT))
        for (const fault of faults)
          assert.ok(played.has(`${call}, ${fault.replace(/^\S+ /, '')}`), `${call}, ${fault}`);
      const of = (call: string, fault: FaultKind) => outcomes.find(each => each.call === call && each.fault === fault)!;
      assert.match(of('dsql CreateCluster', 'refused').told, /Allow dsql:CreateCluster in the IAM policy/);
      assert.equal(of('dsql CreateCluster', 'lost').exitCode, 0, 'the same cluster, by its token');
      assert.equal(of('lambda CreateFunction', 'lost').exitCode, 0, 'the function that is there is taken');
      assert.match(of('lambda Invoke', 'lost').told, /may have run to its end/);
      assert.match(of('dsql DeleteCluster', 'refused').told, /is there, and its deletion protection is off now/);
      assert.match(of('sts GetCallerIdentity', 'refused').told, /^Account: .*not known \(AccessDenied[\s\S]*is ready/);
      assert.match(of('sts GetCallerIdentity', 'expired').told, /! Identity .* is expired\.\n +→ Sign in/);
      assert.match(
        of('iam DeleteRole', 'refused').told,
        /role dsql-workshop-teller-role \(global\): AWS refused iam:DeleteRole/,
      );
      const invoked = stage.aws.calls.filter(({ operation }) => operation === 'Invoke').length;
      assert.equal(invoked, outcomes.filter(({ call }) => call === 'lambda Invoke').length, 'never sent twice');
    } finally {
      await stage.close();
    }
  });
});
