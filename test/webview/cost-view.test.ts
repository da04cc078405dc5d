import assert from 'node:assert/strict';
import type { CostViewState } from '../../src/protocol/cost-view';
import { HOSTILE, state } from './cost-states';
import { callsOf, memoryOf, problemsOf, sendState, ViewHarness } from './harness';

describe('the cost view', () => {
  let harness: ViewHarness<CostViewState>;
  before(async () => (harness = await ViewHarness.open<CostViewState>('cost')));
  after(() => harness.close());

  for (const width of [1000, 420])
    it(`draws its report ${width} pixels wide, under the policy, every text as text`, async () => {
      const page = await harness.show(state, { width });
      assert.equal(await page.locator('tbody th').first().textContent(), HOSTILE);
      assert.equal(await page.locator('img').count(), 0);
      assert.deepEqual(await problemsOf(page), []);
      const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      assert.ok((await page.evaluate<number>(wide)) <= 0, 'scrolls sideways');
      await page.close();
    });

  it('measures as many transactions as are asked for, and says when it cannot', async () => {
    const page = await harness.show({ ...state, report: { ...state.report!, sections: [] } });
    await page.getByText(/^Explains the statements of a transfer .* rolled back/).waitFor();
    await page.getByLabel('Transactions').fill('250');
    await page.getByText('Measure a Transfer').click();
    await page.getByText('Edit Prices').click();
    assert.deepEqual(await callsOf(page), [
      { method: 'measure', params: { transactions: 250 } },
      { method: 'editPrices', params: {} },
    ]);
    await sendState(page, { ...state, error: { message: 'There are no two accounts.', nextStep: 'Load them first.' } });
    await page.getByText('There are no two accounts. Load them first.').waitFor();
    assert.equal(await page.getByLabel('Transactions').inputValue(), '250');
    assert.deepEqual(await memoryOf(page), { profileId: 'local' });
    await page.close();
  });
});
