import assert from 'node:assert/strict';
import type { StepView } from '../../src/protocol/chapter-view';
import { chapter, pendingStep, tableStep } from './fixtures';
import { callsOf, ChapterViewHarness, problemsOf } from './harness';

const broken: StepView = {
  ...tableStep,
  id: 'own',
  title: 'The transfer',
  status: 'failed',
  code: true,
  checks: [
    {
      describe: "the deployed function keeps a transfer's promises",
      held: false,
      expected: 'transfer keeps its promises',
      actual:
        'Broken promise “Insufficient funds change nothing, and it says so”: 101 was taken from an account with 100: balances -1 and 201, it accepted. Look at the balance that UPDATE … RETURNING gives; when it is negative, ROLLBACK before you answer.',
    },
  ],
};
const state = { ...chapter, run: undefined, steps: [broken, { ...pendingStep, id: 'other' }] };

describe("a step's code in the guide", () => {
  let harness: ChapterViewHarness;
  before(async () => (harness = await ChapterViewHarness.open()));
  after(() => harness.close());

  it('is opened, compared, replaced and put back from the step that has some, and from no other', async () => {
    const page = await harness.show(state);
    assert.equal(await page.locator('[data-step=other] .code-buttons').isVisible(), false);
    for (const name of [
      'Your code of step 1',
      'Compare your code with the solution of step 1',
      'Apply solution of step 1',
      'Put mine back in step 1',
    ])
      await page.getByRole('button', { name }).click();
    assert.deepEqual(
      (await callsOf(page)).filter(({ method }) => method === 'stepCode').map(({ params }) => params),
      ['open', 'diff', 'apply', 'undo'].map(what => ({ stepId: 'own', what })),
    );
    const toolbar = page.getByRole('toolbar', { name: 'Code of step 1' });
    assert.equal(await toolbar.count(), 1);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('fits a narrow view in every theme', async () => {
    for (const theme of ['dark', 'light', 'contrast'] as const) {
      const page = await harness.show(state, { theme, width: 340 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${theme}: ${overflow} px too wide`);
      const { SHOTS } = process.env;
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/code-${theme}.png` });
      await page.close();
    }
  });
});
