import assert from 'node:assert/strict';
import { FAULT_KINDS, rehearseFaults, type FaultKind } from '../../../src/cli/rehearsal/faults';
import { faultScenarios } from '../../../src/cli/rehearsal/fault-scenarios';
import { openStage } from '../../../src/cli/rehearsal/stage';

/** Calls that change something: they alone meet an API that goes silent, which takes its time. `rehearse --faults` has all. */
const CHANGES = /Create|Update|Delete|Publish|Invoke/;

describe('each call of the AWS path, failing once', function () {
  this.timeout(300_000);

  it('is tried again where it should be, and else told with what helps', async () => {
    const { signal } = new AbortController();
    const stage = await openStage(signal);
    try {
      stage.useCluster(`${stage.info.clusterId}.dsql.${stage.info.region}.on.aws`);
      const wanted = (call: string, fault: FaultKind): boolean =>
        CHANGES.test(call) || (fault !== 'silence' && fault !== 'lost');
      const outcomes = await rehearseFaults(stage, faultScenarios(), () => undefined, signal, wanted);
      assert.deepEqual(
        outcomes
          .filter(({ problems }) => problems.length > 0)
          .map(({ command, call, fault, problems, told }) => ({ command, call, fault, problems, told })),
        [],
      );
      assert.ok(outcomes.length > 70);
      for (const kind of FAULT_KINDS)
        assert.ok(
          outcomes.some(({ fault }) => fault === kind),
          kind,
        );
      const of = (call: string, fault: FaultKind) => outcomes.find(each => each.call === call && each.fault === fault)!;
      assert.match(of('dsql CreateCluster', 'refused').told, /Allow dsql:CreateCluster in the IAM policy/);
      assert.equal(of('dsql CreateCluster', 'lost').exitCode, 0, 'the same cluster, by its token');
      assert.equal(of('lambda CreateFunction', 'lost').exitCode, 0, 'the function that is there is taken');
      assert.match(of('lambda Invoke', 'lost').told, /may have run to its end/);
      const invoked = stage.aws.calls.filter(({ operation }) => operation === 'Invoke').length;
      assert.equal(invoked, outcomes.filter(({ call }) => call === 'lambda Invoke').length, 'never sent twice');
    } finally {
      await stage.close();
    }
  });
});
