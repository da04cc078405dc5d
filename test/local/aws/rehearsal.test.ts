import assert from 'node:assert/strict';
import fs from 'node:fs';
import { scriptFile } from '../../../src/cli/commands/rehearse';
import type { Script } from '../../../src/cli/rehearsal/compare';
import { play, stepsNamed } from '../../../src/cli/rehearsal/play';
import { openStage } from '../../../src/cli/rehearsal/stage';
import { rehearsalSteps } from '../../../src/cli/rehearsal/steps';
import { findRunningCluster } from '../../../src/node/target-local';

/** Chapters with runs of thousands of calls go the same way; `dsql-workshop rehearse` plays them too. */
const LONG = /^chapter-[2-9]$/;

describe('the AWS path, rehearsed against the local services', function () {
  this.timeout(240_000);

  it('sends what the script says, nothing that the models do not know, nothing undeclared', async () => {
    const steps = rehearsalSteps().filter(({ id }) => !LONG.test(id));
    const script = JSON.parse(fs.readFileSync(scriptFile(), 'utf8')) as Script;
    const { signal } = new AbortController();
    const stage = await openStage(signal);
    try {
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

  it('plays a step with those it needs, in their order', () => {
    const ids = stepsNamed(rehearsalSteps(), ['invoke']).map(({ id }) => id);
    assert.deepEqual(ids, ['create-cluster', 'chapter-0', 'chapter-1', 'setup', 'deploy', 'invoke']);
    assert.throws(() => stepsNamed(rehearsalSteps(), ['fly']), RangeError);
  });
});
