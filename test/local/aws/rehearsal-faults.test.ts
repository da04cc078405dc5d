import assert from 'node:assert/strict';
import { FAULT_KINDS, rehearseFaults, type FaultKind } from '../../../src/cli/rehearsal/faults';
import { faultScenarios } from '../../../src/cli/rehearsal/fault-scenarios';
import { openStage } from '../../../src/cli/rehearsal/stage';

/** One call of each service and protocol meets every fault, those that create meet what they left; `rehearse --faults` goes through all. */
const REPRESENTATIVES = [
  'dsql CreateCluster',
  'monitoring GetMetricData',
  'lambda CreateFunction',
  'lambda Invoke',
  'logs FilterLogEvents',
];
/** Calls without which a command goes on, and calls that have made something before: what is told of a refusal differs. */
const REFUSED_ONLY = ['dsql GetCluster', 'lambda PublishVersion'];

describe('each call of the AWS path, failing once', function () {
  this.timeout(300_000);

  it('is tried again where it should be, and else told with what helps', async () => {
    const { signal } = new AbortController();
    const stage = await openStage(signal);
    try {
      stage.useCluster(`${stage.info.clusterId}.dsql.${stage.info.region}.on.aws`);
      const wanted = (call: string, fault: FaultKind): boolean =>
        // a deployment waits long for another to end
        (REPRESENTATIVES.includes(call) && !(call === 'lambda CreateFunction' && fault === 'conflict')) ||
        (fault === 'refused' && REFUSED_ONLY.includes(call));
      const outcomes = await rehearseFaults(stage, faultScenarios(), () => undefined, signal, wanted);
      assert.deepEqual(
        outcomes
          .filter(({ problems }) => problems.length > 0)
          .map(({ command, call, fault, problems, told }) => ({ command, call, fault, problems, told })),
        [],
      );
      // Invoke is never left without an answer here: a function may run for 15 minutes
      const leftOut = 2;
      assert.ok(outcomes.length >= REPRESENTATIVES.length * FAULT_KINDS.length - leftOut + REFUSED_ONLY.length);
      for (const call of [...REPRESENTATIVES, ...REFUSED_ONLY])
        assert.ok(
          outcomes.some(outcome => outcome.call === call),
          call,
        );
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
