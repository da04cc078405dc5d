import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { StressState } from '../../src/protocol/stress-view';
import { nameless } from '../support/accessible-names';
import { callsOf, frame, overflow, problemsOf, sendState, ViewHarness } from './harness';
import { lostIn } from './reflow';
import {
  awsReport,
  completeState,
  localReport,
  partlyState,
  refusedState,
  runningState,
  sidebarState,
  watchedSidebar,
} from './stress-states';

const pane = (page: Page) => page.getByRole('region', { name: 'CloudWatch', exact: true });
describe('CloudWatch in the stress views', () => {
  let harness: ViewHarness<StressState>;
  before(async () => (harness = await ViewHarness.open<StressState>('stress')));
  after(() => harness.close());

  it('is drawn on the run’s axis, in a panel and in a side bar', async () => {
    const { live, series } = runningState(90_000);
    for (const [name, state, width] of [
      ['complete', completeState, 1_000],
      ['partly', partlyState, 400],
      ['sidebar', watchedSidebar({ live, series }), 300],
    ] as const) {
      const page = await harness.show(state, { width });
      await frame(page);
      await pane(page).locator('canvas').first().waitFor();
      assert.deepEqual(await problemsOf(page), []);
      assert.deepEqual(await nameless(page.locator('main')), []);
      assert.ok((await overflow(page)) <= 0, name);
      await page.close();
    }
  });

  it('puts figures side by side, each with what its difference means', async () => {
    const page = await harness.show(completeState);
    const row = pane(page).getByRole('row', { name: /Conflicts ↔ OccConflicts/ });
    assert.deepEqual(await row.getByRole('cell').allTextContents(), [
      '900',
      '900',
      '0',
      'Both count the same conflicts.',
    ]);
    assert.match((await pane(page).getByRole('status').textContent()) ?? '', /3 of 3 minutes are there, at most 2 min/);
    await page.close();
  });

  it('grows as minutes come, in the same page', async () => {
    const page = await harness.show(partlyState);
    const heading = await page.getByRole('heading', { level: 1 }).elementHandle();
    assert.match((await pane(page).getByRole('status').textContent()) ?? '', /^2 of 3 minutes/);
    assert.equal(await pane(page).getByText('Look again').isVisible(), false);
    await pane(page).getByText('Stop looking').click();
    await sendState(page, completeState);
    await pane(page).getByText('Complete: 3 of 3').waitFor();
    assert.equal(await heading?.evaluate(node => node.isConnected), true);
    await pane(page).getByText('Look again').click();
    const asked = (await callsOf(page)).filter(({ method }) => /CloudWatch/.test(method));
    assert.deepEqual(asked, [
      { method: 'stopCloudWatch', params: { id: '20261120T091220-aaaa' } },
      { method: 'lookAtCloudWatch', params: { id: '20261120T091220-aaaa' } },
    ]);
    await page.close();
  });

  it('says what refused it, that nobody has asked, and that the laptop has none; and invents no figure', async () => {
    for (const [state, text] of [
      [refusedState, /Allow cloudwatch:GetMetricData/],
      [awsReport(), /Nobody has asked CloudWatch/],
      [localReport, /in AWS only/],
    ] as const) {
      const page = await harness.show(state);
      assert.match((await pane(page).textContent()) ?? '', text);
      assert.equal(await pane(page).getByRole('row').count(), 0);
      assert.equal(await pane(page).locator('canvas').count(), 0);
      assert.equal(await pane(page).getByText('Look again').isVisible(), state === refusedState);
      assert.equal(
        await pane(page).getByText('Ask CloudWatch').isVisible(),
        state !== refusedState && state !== localReport,
      );
      await page.close();
    }
  });

  it('can be read in a panel of 200 pixels', async () => {
    const page = await harness.show(completeState, { width: 200 });
    await pane(page).getByText('ComputeTime').waitFor();
    assert.deepEqual(await lostIn(page), []);
    await page.close();
  });

  it('stays in the side bar after the run, without its charts, until another is watched', async () => {
    const page = await harness.show(watchedSidebar());
    assert.match((await pane(page).textContent()) ?? '', /CloudWatch: observed.*2 of 3 minutes/s);
    assert.equal(await pane(page).locator('canvas').count(), 0);
    await sendState(page, sidebarState());
    await pane(page).waitFor({ state: 'hidden' });
    await page.close();
  });
});
