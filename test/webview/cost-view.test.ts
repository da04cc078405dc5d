import assert from 'node:assert/strict';
import { comparisonSection, estimateSection } from '../../src/core/cost/report';
import type { CostViewState } from '../../src/protocol/cost-view';
import { lowContrast } from './contrast';
import { callsOf, memoryOf, problemsOf, sendState, ViewHarness } from './harness';
import { THEMES, type ThemeName } from './themes';

const HOSTILE = '<img src=x onerror="document.title=`owned`">';
const measured = [{ name: HOSTILE, sql: 'UPDATE accounts', dpu: { compute: 0.002, read: 0.0004, write: 0.006 } }];
const state: CostViewState = {
  profileId: 'local',
  profile: 'Local cluster',
  local: true,
  busy: false,
  transactions: 1_000_000,
  report: {
    title: 'Cost of Local cluster',
    notes: ['The local cluster bills nothing.'],
    sections: [
      estimateSection(measured, { committed: 1_000_000, lost: 0 }, 'us-east-1', { local: true }),
      comparisonSection(0.0136, 0.0716, 'One session'),
    ],
  },
};

describe('the cost view', () => {
  let harness: ViewHarness<CostViewState>;
  before(async () => (harness = await ViewHarness.open<CostViewState>('cost')));
  after(() => harness.close());

  for (const theme of Object.keys(THEMES) as ThemeName[])
    it(`draws its report in ${theme}, under the policy, every text as text`, async () => {
      const page = await harness.show(state, { theme, width: theme === 'light' ? 420 : 1000 });
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/cost-${theme}.png`, fullPage: true });
      assert.equal(await page.locator('tbody th').first().textContent(), HOSTILE);
      assert.equal(await page.locator('img').count(), 0);
      assert.deepEqual(await lowContrast(page), []);
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
