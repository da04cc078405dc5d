import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { DEFAULT_FORM } from '../../src/core/stress-view/form';
import { rowOf } from '../../src/core/stress-view/run-record';
import type { SidebarMemory, StressState, StressViewMemory } from '../../src/protocol/stress-view';
import { recordOf } from '../support/stress-runs';
import { callsOf, frame, memoryOf, sendState, ViewHarness } from './harness';
import { records, runningState, sidebarState, verdictOf } from './stress-states';

describe('the history in the Stress view', () => {
  let harness: ViewHarness<StressState>;
  const replies = { check: verdictOf(DEFAULT_FORM) };
  before(async () => (harness = await ViewHarness.open<StressState>('stress')));
  after(() => harness.close());

  it('stays with its place in the history when the run there is deleted', async () => {
    const history = records.map(rowOf);
    const page = await harness.show(sidebarState({ history }), { width: 300, replies });
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.dataset.focus ?? ""');
    await page.locator('.run-actions button').nth(2).focus();
    await page.keyboard.press('Enter');
    assert.equal((await callsOf(page)).at(-1)?.method, 'deleteRun');
    await sendState(page, sidebarState({ history: history.slice(1) }));
    await page.waitForFunction(count => document.querySelectorAll('.run').length === count, 2);
    assert.equal(await focused(), `o-${history[1]?.id}`);
    await page
      .getByRole('button', { name: /^Export/ })
      .first()
      .focus();
    await sendState(page, sidebarState({ history }));
    await page.waitForFunction(count => document.querySelectorAll('.run').length === count, 3);
    assert.equal(await focused(), `e-${history[1]?.id}`);
    await page.close();
  });

  it('is as it was left when it is shown again: sections, ticks, how much of the history, where it was scrolled to', async () => {
    const history = Array.from({ length: 30 }, (_, at) =>
      rowOf(recordOf(`202611${10 + (at % 20)}T09${10 + at}00-aaaa`, {}, { name: `r${at}` })),
    );
    const page = await harness.show(sidebarState({ history }), { width: 300, replies });
    const sections = (on: Page): Promise<boolean[]> =>
      on.locator('details').evaluateAll(all => all.map(each => (each as HTMLDetailsElement).open));
    assert.deepEqual(await sections(page), [true, true, false]);
    await page.getByText('How much').click();
    await page.getByText('Accounts and conditions').click();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByLabel('Compare r3').check();
    await page.getByLabel('Compare r25').check();
    await page.getByLabel('Compare r20').check();
    await page.getByLabel('Compare r20').uncheck();
    // the position is told with the next frame
    const memory = async (): Promise<SidebarMemory> =>
      ((await memoryOf(page)) as StressViewMemory).sidebar as SidebarMemory;
    const top = await page.evaluate<number>('Math.round(window.scrollY)');
    assert.ok(top > 0);
    while ((await memory()).scrollTop !== top) await frame(page);
    const kept = await memory();
    await page.close();

    const again = await harness.show(sidebarState({ history }), { width: 300, replies, memory: { sidebar: kept } });
    assert.deepEqual(await sections(again), [true, false, true]);
    assert.equal(await again.locator('.run').count(), 30);
    const ticked = await again.locator('.run input:checked').evaluateAll(all => all.map(each => each.ariaLabel));
    assert.deepEqual(ticked, ['Compare r3', 'Compare r25']);
    await again.getByRole('button', { name: 'Compare 2' }).waitFor();
    // the lines between runs come with the theme, which the harness brings some frames late
    while (Math.abs((await again.evaluate<number>('window.scrollY')) - top) > 60) await frame(again);
    await again.close();

    // a run that is under way stands at the top
    const live = { ...runningState(1_000), history };
    const running = await harness.show(live, { width: 300, replies, memory: { sidebar: kept } });
    await frame(running);
    assert.equal(await running.evaluate<number>('window.scrollY'), 0);
    await running.close();
  });

  it('says how many runs fit beside each other, and shows none in the place of others', async () => {
    const history = Array.from({ length: 7 }, (_, at) =>
      rowOf(recordOf(`2026112${at}T091200-aaaa`, {}, { name: `r${at}` })),
    );
    const page = await harness.show(sidebarState({ history }), { width: 300, replies });
    for (const box of await page.locator('.run input').all()) await box.check();
    await page.getByRole('button', { name: 'Compare at most 6', disabled: true }).waitFor();
    await page.getByLabel('Compare r3').uncheck();
    await page.getByRole('button', { name: 'Compare 6' }).click();
    assert.equal(((await callsOf(page)).at(-1)?.params as { ids: string[] }).ids.length, 6);
    await page.close();
  });
});
