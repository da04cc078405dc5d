import assert from 'node:assert/strict';
import { ChapterRunner } from '../../../src/core/chapters/runner';
import { runSteps } from '../../../src/vscode/chapters/run-steps';
import { block, chapterOf } from '../../support/chapter-text';
import { recordingPorts, table } from '../../support/chapter-ports';

const step = (id: string): string =>
  [
    `## ${id} {#${id}}\n`,
    block('sql run', `CREATE ${id};`),
    block('sql check', `-- it is there\nSELECT ${id};\n-- 1`),
    block('sql undo', `DROP ${id};`),
  ].join('\n');

describe('running the steps that are open', () => {
  it('runs those again, too, that one before them has undone', async () => {
    const ports = recordingPorts(() => table([['1']]));
    const runner = new ChapterRunner(chapterOf(['one', 'two', 'three'].map(step).join('\n')), ports);
    const { signal } = new AbortController();
    assert.equal(await runSteps(runner, undefined, signal), true);
    // its checks do not hold any more
    runner.restore({ step: runner.chapter.steps[1]!, status: 'pending', actions: [], checks: [], durationMs: 0 });
    ports.calls.length = 0;
    assert.equal(await runSteps(runner, undefined, signal, id => id === 'two'), true);
    const changes = ports.calls.filter(call => !call.includes('SELECT'));
    assert.deepEqual(changes, [
      'sql admin DROP three',
      'sql admin DROP two',
      'sql admin CREATE two',
      'sql admin CREATE three',
    ]);
  });
});
