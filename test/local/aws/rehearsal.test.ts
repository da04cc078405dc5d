import assert from 'node:assert/strict';
import fs from 'node:fs';
import { scriptFile } from '../../../src/cli/commands/rehearse';
import { AWS_COMMANDS, type AwsCommand } from '../../../src/core/aws/command-calls';
import type { Script } from '../../../src/cli/rehearsal/compare';
import { notRehearsed } from '../../../src/cli/rehearsal/not-rehearsed';
import { play, stepsNamed } from '../../../src/cli/rehearsal/play';
import { openStage } from '../../../src/cli/rehearsal/stage';
import { rehearsalSteps } from '../../../src/cli/rehearsal/steps';
import { findRunningCluster } from '../../../src/node/target-local';

/**
 * The CDK takes its time, and is run in tests of its own, as bundles are compared and promises tested. Chapters with runs of thousands of
 * calls go the same way, CloudWatch's minutes take minutes; `dsql-workshop rehearse` plays them too.
 */
const LONG = /^(chapter-([2-9]|1\d)|stress-cloudwatch|stack-.*|compare|verify-transfer)$/;
/** Functions that only the long chapters make: a teardown without them does not meet them. */
const OF_LONG = /dsql-workshop-(keys|pay|limits|orders|billing)/;

describe('the AWS path, rehearsed against the local services', function () {
  this.timeout(600_000);

  it('sends what the script says, nothing that the models do not know, nothing undeclared', async () => {
    const steps = rehearsalSteps().filter(({ id }) => !LONG.test(id));
    const whole = JSON.parse(fs.readFileSync(scriptFile(), 'utf8')) as Script;
    const script: Script = {
      ...whole,
      teardown: (whole.teardown ?? []).filter(call => !OF_LONG.test(JSON.stringify(call))),
    };
    const { signal } = new AbortController();
    const stage = await openStage(signal);
    try {
      // it looks for the home of the account, not for HOME
      assert.ok(stage.env.CDK_HOME?.startsWith(stage.home), 'what the CDK keeps is gone with the rehearsal');
      const played = await play({ stage, steps, script, signal, onStep: () => undefined });
      assert.deepEqual(
        played.flatMap(({ id, problems }) => problems.map(problem => `${id}: ${problem}`)),
        [],
      );
      assert.deepEqual(
        played.map(({ id }) => id),
        steps.map(({ id }) => id),
      );
      assert.ok(stage.aws.calls.length > 100);
      assert.equal(stage.clusters.clusters.size, 0, 'what was made is gone');
    } finally {
      await stage.close();
    }
    assert.equal(fs.existsSync(stage.home), false);
    assert.equal(await findRunningCluster(stage.info.dataDir), undefined);
  });

  it('has a script of every step, and of no other', () => {
    const script = JSON.parse(fs.readFileSync(scriptFile(), 'utf8')) as Script;
    assert.deepEqual(
      Object.keys(script).sort(),
      rehearsalSteps()
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('knows of each command that calls AWS whether a step plays it', () => {
    const played = rehearsalSteps().flatMap(({ commands }) => commands);
    const outside = notRehearsed(true).flatMap(({ commands }) => commands);
    assert.deepEqual(
      outside.filter(command => played.includes(command)),
      [],
    );
    // what other commands are made of
    const parts: AwsCommand[] = ['connect', 'connect-as-role', 'find-everything'];
    assert.deepEqual([...new Set([...played, ...outside, ...parts])].sort(), [...AWS_COMMANDS].sort());
  });

  it('plays a step with those it needs, in their order', () => {
    const ids = stepsNamed(rehearsalSteps(), ['invoke']).map(({ id }) => id);
    assert.deepEqual(ids, ['create-cluster', 'chapter-0', 'chapter-1', 'setup', 'deploy', 'invoke']);
    assert.throws(() => stepsNamed(rehearsalSteps(), ['fly']), RangeError);
  });
});
