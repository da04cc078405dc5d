import assert from 'node:assert/strict';
import { interleavingView } from '../../src/vscode/sessions/interleaving-view';
import { callsOf, ChapterViewHarness, problemsOf } from './harness';
import { played, script, sessionsInChapter as state, sessionsStep as step, text } from './lesson-states';
import { lostIn } from './reflow';

describe('sessions in the chapter view', () => {
  let harness: ChapterViewHarness;
  before(async () => (harness = await ChapterViewHarness.open()));
  after(() => harness.close());

  it('are drawn as a timeline with a verdict', async () => {
    const page = await harness.show(state);
    const figure = page.locator('.interleaving');
    if (!(await figure.isVisible())) await page.locator('summary.action-line').first().click();
    assert.equal(await figure.locator('.timeline tbody tr').count(), 8);
    assert.equal(await figure.locator('.verdict').textContent(), script.orders[0]!.verdict);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('name each line as checks and prose name it', async () => {
    const page = await harness.show(state);
    const figure = page.locator('.interleaving');
    if (!(await figure.isVisible())) await page.locator('summary.action-line').first().click();
    assert.deepEqual(await figure.locator('.who').allTextContents(), ['a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'a4', 'b4']);
    await page.close();
  });

  for (const width of [1000, 620, 260, 200])
    it(`lose nothing, ${width} pixels wide`, async () => {
      const page = await harness.show(state, { width });
      if (!(await page.locator('.interleaving').isVisible())) await page.locator('summary.action-line').first().click();
      assert.deepEqual(await lostIn(page), []);
      await page.close();
    });

  it('scroll wide rows in their own frame, with what is for screen readers', async () => {
    const wide = structuredClone(played);
    for (const { sees, committed } of wide.lines)
      for (const watched of [sees, committed])
        if (watched) watched.rows = watched.rows.map(row => [...row, 'payment 1 of account 1 | 10 | Grace']);
    const result = interleavingView(wide, text);
    const actions = step.actions.map(action => ({ ...action, result }));
    const page = await harness.show({ ...state, steps: [{ ...step, actions }] }, { width: 700 });
    const figure = page.locator('.interleaving');
    if (!(await figure.isVisible())) await page.locator('summary.action-line').first().click();
    const frame = figure.locator('.timeline-frame');
    assert.ok((await frame.evaluate(element => element.scrollWidth - element.clientWidth)) > 100);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    await page.close();
  });

  it('open in Two Sessions with the order that was played', async () => {
    const page = await harness.show(state);
    const button = page.getByText('Open in Two Sessions');
    if (!(await button.isVisible())) await page.locator('summary.action-line').first().click();
    await button.click();
    assert.deepEqual(await callsOf(page), [
      { method: 'openSessions', params: { script: text, order: 'A commits first' } },
    ]);
    await page.close();
  });
});
