import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { StepOutcome } from '../../../src/core/chapters/contract';
import { STARTER_FUNCTIONS } from '../../../src/core/workspace/solution';
import { loadChapters } from '../../../src/node/chapters/load';
import type { ChapterSummary } from '../../../src/cli/run-report';
import { solutionHint } from '../../../src/cli/solution-hint';

const chapter = loadChapters().find(({ number }) => number === 1)!;

function summaries(failed?: string): ChapterSummary[] {
  const steps = chapter.steps.map((step): StepOutcome => {
    const status = step.id === failed ? 'failed' : 'done';
    return { step, status, actions: [], checks: [], durationMs: 1 };
  });
  return [{ chapter, status: failed ? 'failed' : 'passed', checks: 1, checksHeld: 1, steps, durationMs: 1 }];
}

describe('the hint after chapters that ran with code of the learner', () => {
  const hint = (failed?: string): string | undefined =>
    solutionHint(summaries(failed), { functions: STARTER_FUNCTIONS }, 'my bank');

  it('names the command that holds it against the solution, for the step that failed', () => {
    assert.equal(
      hint('transfer-denied'),
      `Your code beside the workshop's: dsql-workshop solution 1 transfer-denied --code ${process.platform === 'win32' ? '"my bank"' : "'my bank'"}`,
    );
  });

  it('names the folder so that a shell takes it as it is called', function () {
    if (process.platform === 'win32') this.skip();
    for (const folder of ['$(echo broken)', 'a`echo b`', "the clerk's", '~', '"x"']) {
      const line = solutionHint(summaries('transfer-denied'), { functions: STARTER_FUNCTIONS }, folder) ?? '';
      const { stdout } = spawnSync('sh', ['-c', `printf %s ${line.split(' --code ')[1]}`], { encoding: 'utf8' });
      assert.equal(stdout, folder);
    }
  });

  it('names the step whose code it was, where a later one finds what is wrong with it', () => {
    for (const later of ['transfer', 'insufficient-funds', 'promises'])
      assert.match(hint(later) ?? '', /dsql-workshop solution 1 transfer-denied /);
  });

  it('is none before there is code, or where all went well', () => {
    assert.equal(hint('accounts'), undefined);
    assert.equal(hint(), undefined);
  });
});
