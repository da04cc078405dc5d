import assert from 'node:assert/strict';
import type { SessionsViewState } from '../../src/protocol/sessions-view';
import { lostUpdate } from '../support/interleavings';
import { callsOf, memoryOf, problemsOf, sendState, ViewHarness } from './harness';
import { HOSTILE, stateAfter } from './sessions-states';

describe('the Two Sessions view', () => {
  let harness: ViewHarness<SessionsViewState>;
  before(async () => (harness = await ViewHarness.open<SessionsViewState>('sessions')));
  after(() => harness.close());

  it('draws lines, lanes and what each session sees, under the policy', async () => {
    const page = await harness.show(stateAfter(8, { file: HOSTILE, environment: 'production' }));
    assert.equal(await page.locator('.timeline tbody tr').count(), 8);
    assert.equal(
      await page.locator('.timeline tr[data-step=b4] .answer').textContent(),
      'error 40001 change conflicts with another transaction (OC000)',
    );
    assert.deepEqual(await page.locator('.timeline tr[data-step=a4] .seen').allTextContents(), [
      '',
      '1 | 80',
      '1 | 90 (changed)',
    ]);
    assert.equal(await page.locator('.file').textContent(), HOSTILE);
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(await problemsOf(page), []);
    assert.deepEqual(await memoryOf(page), {
      source: { kind: 'preset', id: '01-lost-update' },
      profileId: 'local',
      order: 'A commits first',
    });
    await page.close();
  });

  it('is stepped with the keyboard alone', async () => {
    const page = await harness.show(stateAfter(0));
    await page.locator('.script-line[data-step=a1]').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-step')), 'a1');
    await page.locator('.order.chosen input').focus();
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(await callsOf(page), [
      { method: 'runLine', params: { step: 'a1' } },
      { method: 'runLine', params: { step: 'b2' } },
      { method: 'runLine', params: { step: 'b4' } },
      { method: 'chooseOrder', params: { order: 'B commits first' } },
    ]);
    await page.close();
  });

  it('keeps the focus while lines are answered, and runs none meanwhile', async () => {
    const page = await harness.show(stateAfter(2));
    const line = page.locator('.script-line[data-step=a2]');
    assert.match((await line.getAttribute('class')) ?? '', /in-order/);
    await line.focus();
    await sendState(page, stateAfter(2, { phase: 'running' }));
    await page.getByText('Cancel', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Cancel', { exact: true }).click();
    await sendState(page, stateAfter(3));
    await page.locator('.timeline tr[data-step=a2]').waitFor();
    await page.getByText('Play the Rest').click();
    await page.getByText('Next Line').click();
    await page.getByText('Step Back').click();
    await page.getByText('Reset', { exact: true }).click();
    assert.deepEqual(
      (await callsOf(page)).map(({ method }) => method),
      ['cancel', 'play', 'runNext', 'stepBack', 'reset'],
    );
    assert.equal(await page.locator('[role=status]').textContent(), lostUpdate[2]!.sql);
    await page.close();
  });

  it('leaves the focus among its buttons while an order is played', async () => {
    const page = await harness.show(stateAfter(0));
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByText('Play This Order').focus();
    await page.keyboard.press('Enter');
    await sendState(page, stateAfter(1, { phase: 'running' }));
    await page.getByText('Cancel', { exact: true }).waitFor();
    assert.equal(await focused(), 'Cancel');
    await sendState(page, stateAfter(3));
    await page.getByText('Play the Rest').waitFor();
    assert.equal(await focused(), 'Play the Rest');
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'Next Line');
    await page.keyboard.press('Enter');
    await sendState(page, stateAfter(3, { phase: 'running' }));
    await page.getByText('Cancel', { exact: true }).waitFor();
    await sendState(page, stateAfter(4));
    await page.locator('.timeline tr').nth(4).waitFor();
    assert.equal(await focused(), 'Next Line');
    await page.close();
  });

  it('goes to a button that can be used again before that is drawn', async () => {
    const page = await harness.show(stateAfter(3, { phase: 'running' }));
    await page.getByText('Cancel', { exact: true }).focus();
    // in the page the key comes with the state, before any frame; text, because it runs without a loader's helpers
    await page.evaluate(`window.addEventListener('message', () => {
      const init = { key: 'ArrowRight', bubbles: true };
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', init));
    }, { once: true })`);
    await sendState(page, stateAfter(3));
    await page.getByText('Play the Rest').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Next Line');
    await page.close();
  });

  it('says what went wrong, and what was not as expected', async () => {
    const unmet = [{ expected: 'b4: error 40001 OC000', actual: HOSTILE }];
    const problem = { message: `line 3: ${HOSTILE}`, nextStep: 'Expected a closing }.' };
    const page = await harness.show(
      stateAfter(8, { problem, verdict: { text: 'A and B committed.', held: false, unmet } }),
    );
    assert.equal(await page.getByRole('alert').textContent(), `line 3: ${HOSTILE}Expected a closing }.`);
    assert.equal(
      await page.locator('.verdict.unmet li').textContent(),
      `expected b4: error 40001 OC000; got ${HOSTILE}`,
    );
    await sendState(page, stateAfter(8));
    await page.locator('.verdict.held').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.close();
  });

  it('fits a narrow panel', async () => {
    const page = await harness.show(stateAfter(8), { width: 320 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    await page.close();
  });
});
