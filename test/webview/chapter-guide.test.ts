import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../src/build/repository';
import type { ChapterViewState, RunView, StepView } from '../../src/protocol/chapter-view';
import { chapter, HOSTILE, pendingStep, running, stressStep, tableStep } from './fixtures';
import { callsOf, ChapterViewHarness, frame, problemsOf, sendState } from './harness';
import { THEMES, type ThemeName } from './themes';

const lapsed: StepView = {
  ...tableStep,
  id: 'lapsed',
  title: 'Accounts that were dropped',
  status: 'pending',
  note: 'was done, but its checks do not hold any more: run it again',
  checks: [
    { describe: 'there are a hundred accounts', held: false, expected: '100', actual: 'relation does not exist' },
  ],
};
const untouched: StepView = {
  ...pendingStep,
  id: 'untouched',
  bodyHtml:
    '<pre><code class="language-yaml" data-caption="Deploy the function greeter"></code></pre><pre><code class="language-yaml" data-caption="Stress run">name: a</code></pre>',
  checks: [{ describe: 'a role exists', held: false, calm: true, expected: '1', actual: '0' }],
};
const withViews: StepView = {
  ...tableStep,
  actions: tableStep.actions.map((action, place) => (place === 1 ? { ...action, full: 'table' as const } : action)),
};
const guide: ChapterViewState = {
  ...chapter,
  steps: [withViews, lapsed, { ...stressStep, note: 'a later step has changed what it made since' }, untouched],
  target: {
    kind: 'aws',
    label: 'orders',
    state: 'running',
    detail: 'abc.dsql.us-east-1.on.aws',
    scale: 'laptop',
    cost: 'AWS bills DPUs and Lambda',
  },
};

const interrupted: StepView = { ...pendingStep, id: 'interrupted', note: 'interrupted before its end: run it again' };

describe('the guide', function () {
  let harness: ChapterViewHarness;
  before(async () => (harness = await ChapterViewHarness.open()));
  after(() => harness.close());

  it('says what is done by the checks, what lapsed, and what is merely open', async () => {
    const page = await harness.show(guide);
    const meta = await page.locator('.step .meta').allTextContents();
    assert.match(meta[1] ?? '', /^open · was done, but its checks do not hold any more/);
    assert.match(meta[2] ?? '', /^done · .*a later step has changed/);
    assert.equal(await page.locator('[data-step=lapsed] tr.broken').count(), 1);
    assert.equal(await page.locator('[data-step=untouched] tr.calm').count(), 1);
    assert.match((await page.locator('[data-step=untouched] tr.calm').textContent()) ?? '', /Does not hold now.*1.*0/);
    assert.equal(await page.getByText('2 of 4 steps done').count(), 1);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('takes what has a note for open, and gives a block that its caption says whole no frame', async () => {
    const page = await harness.show({ ...guide, steps: [interrupted, untouched] });
    const meta = await page.locator('.step .meta').allTextContents();
    assert.deepEqual(meta, ['open · interrupted before its end: run it again', 'not run yet']);
    const figures = page.locator('[data-step=untouched] figure.captioned');
    assert.deepEqual(await figures.allTextContents(), ['Deploy the function greeter', 'Stress runname: a']);
    assert.equal(await figures.locator('pre').count(), 1);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('leads on to the chapters that its prose names, by mouse and by keys, and takes no other place for a link', async () => {
    const bodyHtml =
      '<p><a href="../05-two-sessions/chapter.md">Chapter 5</a> and <a href="../x/other.md">a file</a></p>';
    const page = await harness.show({ ...guide, introductionHtml: bodyHtml, steps: [{ ...tableStep, bodyHtml }] });
    const links = page.getByRole('link', { name: 'Chapter 5' });
    assert.equal(await links.count(), 2);
    await links.first().click();
    await links.last().press('Enter');
    assert.deepEqual(
      (await callsOf(page)).map(({ method, params }) => [method, params]),
      [1, 2].map(() => ['openChapter', { slug: '05-two-sessions' }]),
    );
    assert.equal(await page.getByRole('link', { name: 'a file' }).count(), 0);
    assert.equal(await page.getByText('a file').count(), 2);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('shows what a statement was refused with where the refusal is what the step is about', async () => {
    const text = 'Refused, as it should be: 54000 transaction row limit exceeded';
    const refused = {
      kind: 'SQL',
      title: 'UPDATE entries',
      ok: true,
      durationMs: 3,
      result: { type: 'text' as const, text },
    };
    const page = await harness.show({
      ...guide,
      steps: [{ ...tableStep, actions: [{ ...refused, refused: true }, refused] }],
    });
    const shown = page.getByText(text);
    assert.equal(await shown.first().isVisible(), true);
    assert.equal(await shown.last().isVisible(), false);
    await page.close();
  });

  it('shows the log of a function that failed, as text', async () => {
    const log = `TypeError: ${HOSTILE}\n    at handler (index.ts:36:31)`;
    const error = { message: 'transfer failed: TypeError', nextStep: 'Read the log below.', log };
    const failed = {
      kind: 'Invoke',
      title: 'invoke',
      ok: false,
      durationMs: 3,
      result: { type: 'text' as const, text: '' },
      error,
    };
    const page = await harness.show({ ...guide, steps: [{ ...tableStep, actions: [failed] }] });
    assert.equal(await page.getByRole('group', { name: 'The function’s log' }).textContent(), log);
    assert.deepEqual(await problemsOf(page), []);
    await page.close();
  });

  it('names where chapters run, what that costs, and lets it be changed', async () => {
    const page = await harness.show(guide);
    assert.match((await page.locator('.target').textContent()) ?? '', /orders · abc\.dsql.*AWS bills DPUs/);
    await page.getByRole('button', { name: 'Change where chapters run' }).click();
    assert.deepEqual(
      (await callsOf(page)).map(({ method }) => method),
      ['chooseTarget'],
    );
    await page.getByRole('button', { name: 'Show the IAM policy that this chapter needs' }).click();
    assert.equal((await callsOf(page)).at(-1)?.method, 'showPolicy');
    await sendState(page, { ...guide, target: { ...guide.target, kind: 'local' } });
    await page
      .getByRole('button', { name: 'Show the IAM policy that this chapter needs' })
      .waitFor({ state: 'hidden' });
    await page.close();
  });

  it('skips and takes up, checks, resets the chapter, and opens results in their own view', async () => {
    const page = await harness.show(guide);
    await page.getByRole('button', { name: 'Skip step 4: With retries' }).click();
    await page.getByRole('button', { name: 'Check what is done' }).click();
    await page.getByRole('button', { name: 'Reset chapter' }).click();
    await page.getByRole('button', { name: /^Open in results view/ }).click();
    await sendState(page, { ...guide, steps: [...guide.steps.slice(0, 3), { ...untouched, status: 'skipped' }] });
    await page.getByRole('button', { name: 'Take up step 4: With retries' }).click();
    assert.deepEqual(await callsOf(page), [
      { method: 'skipStep', params: { stepId: 'untouched', skipped: true } },
      { method: 'check', params: {} },
      { method: 'resetChapter', params: {} },
      { method: 'openResult', params: { stepId: 'create-accounts', action: 1 } },
      { method: 'skipStep', params: { stepId: 'untouched', skipped: false } },
    ]);
    assert.equal(await page.getByRole('button', { name: 'Skip step 1: A hundred accounts' }).count(), 0);
    await page.close();
  });

  it('is one stop of the Tab key for the buttons of a step, and arrow keys go between them', async () => {
    const page = await harness.show(guide);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await page.getByRole('button', { name: 'Run step 2: Accounts that were dropped' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'Skip step 2: Accounts that were dropped');
    await page.keyboard.press('End');
    assert.equal(await focused(), 'Reset step 2: Accounts that were dropped');
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'Run step 2: Accounts that were dropped');
    await page.keyboard.press('Tab');
    assert.doesNotMatch(await focused(), /step 2: Accounts that were dropped/);
    await page.keyboard.press('Shift+Tab');
    assert.equal(await focused(), 'Run step 2: Accounts that were dropped');
    await page.close();
  });

  it('runs, moves and skips by keys, and leads on by the link at the top', async () => {
    const page = await harness.show(guide);
    const heading = () => page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press('Tab');
    assert.equal(await heading(), 'Skip to the next open step');
    await page.keyboard.press('Enter');
    assert.equal(await heading(), 'Accounts that were dropped');
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Alt+ArrowDown');
    assert.equal(await heading(), 'Without retries');
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Alt+k');
    await page.keyboard.press('Alt+n');
    assert.equal(await heading(), 'Accounts that were dropped');
    await page.keyboard.press('Control+Shift+Enter');
    assert.deepEqual(await callsOf(page), [
      { method: 'runStep', params: { stepId: 'lapsed' } },
      { method: 'skipStep', params: { stepId: 'untouched', skipped: true } },
      { method: 'runAll', params: {} },
    ]);
    await page.close();
  });

  it('keeps the focus on what was pressed, though it cannot be pressed again while the run goes on', async () => {
    const page = await harness.show(guide);
    const label = 'Run step 2: Accounts that were dropped';
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await page.getByRole('button', { name: label }).focus();
    await page.keyboard.press('Enter');
    const run: RunView = { activity: 'run', stepId: 'lapsed', text: 'INSERT', cancelling: false };
    await sendState(page, { ...guide, run });
    await page.locator('.run-bar').waitFor();
    assert.equal(await focused(), label);
    await page.getByRole('button', { name: label, disabled: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    await sendState(page, guide);
    await page.locator('.run-bar').waitFor({ state: 'hidden' });
    await frame(page);
    assert.equal(await focused(), label);
    await page.getByRole('button', { name: label, disabled: false }).waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Without retries');
    assert.deepEqual(await callsOf(page), [{ method: 'runStep', params: { stepId: 'lapsed' } }]);
    await page.close();
  });

  it('disables what was pressed in earnest once the focus has gone on', async () => {
    const page = await harness.show(guide);
    const runAll = page.getByText('Run all', { exact: true });
    await runAll.focus();
    await sendState(page, running);
    await page.locator('.run-bar').waitFor();
    assert.equal(await runAll.getAttribute('disabled'), null);
    await page.keyboard.press('Tab');
    assert.equal(await runAll.getAttribute('disabled'), '');
    await sendState(page, guide);
    await page.locator('.run-bar').waitFor({ state: 'hidden' });
    assert.equal(await runAll.getAttribute('disabled'), null);
    await page.close();
  });

  it('goes from Cancel to the step that ran when the run ends, without scrolling', async () => {
    const page = await harness.show(guide);
    const run: RunView = { activity: 'run', stepId: 'untouched', text: 'INSERT', cancelling: false };
    await sendState(page, { ...guide, run });
    await page.getByText('Cancel', { exact: true }).focus();
    await sendState(page, guide);
    await page.locator('.run-bar').waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'With retries');
    assert.equal(await page.evaluate('window.scrollY'), 0);
    await page.close();
  });

  it('hands the focus of a button that goes to one beside it', async () => {
    const page = await harness.show(guide);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await page.getByRole('button', { name: 'Skip step 4: With retries' }).focus();
    await sendState(page, { ...guide, steps: [...guide.steps.slice(0, 3), { ...untouched, status: 'done' }] });
    await page.locator('[data-step=untouched].done').waitFor();
    await frame(page);
    assert.match(await focused(), /^Run .*step 4: With retries$/);
    await page.close();
  });

  it('goes to the step that the host names, and announces what is no longer done', async () => {
    const page = await harness.show({ ...guide, reveal: 'untouched' });
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'With retries');
    await sendState(page, { ...guide, steps: [{ ...withViews, status: 'pending' }, ...guide.steps.slice(1)] });
    await page
      .getByRole('status')
      .getByText('Step 1, A hundred accounts, is no longer done.')
      .waitFor({ state: 'attached' });
    const status = page.getByRole('status');
    const all = guide.steps.map(step => ({ ...step, status: 'done' as const }));
    await sendState(page, { ...guide, steps: all });
    await sendState(page, { ...guide, steps: all.map(step => ({ ...step, status: 'pending' as const })) });
    await status.getByText(`${all.length} steps are no longer done.`).waitFor({ state: 'attached' });
    await page.close();
  });

  it('announces what a check found that was asked for, why a step failed, and that the cluster starts', async () => {
    const page = await harness.show(guide);
    const told = (text: string) => page.getByRole('status').getByText(text).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Check what is done' }).click();
    await sendState(page, { ...guide, checking: true });
    await sendState(page, guide);
    const done = guide.steps.filter(({ status }) => status === 'done').length;
    await told(`Checked: ${done} of ${guide.steps.length} steps done.`);
    const checks = [{ describe: 'no money was lost', held: false, expected: '0', actual: '7' }];
    const failed = { ...untouched, status: 'failed' as const, checks };
    await sendState(page, { ...guide, steps: [...guide.steps.slice(0, 3), failed] });
    await told('Step 4, With retries, failed: no money was lost.');
    await sendState(page, { ...guide, target: { ...chapter.target, state: 'stopped' } });
    await sendState(page, { ...guide, target: { ...chapter.target, state: 'starting' } });
    await told('Local cluster is starting.');
    await page.close();
  });

  it('gives the focus back to what had it, unless a click has put it elsewhere', async () => {
    const page = await harness.show(guide);
    const address = page.url();
    await page.goto('about:blank');
    await page.setContent(`<input><iframe width="900" height="800" src="${address}"></iframe>`);
    const view = page.frames().find(each => each.parentFrame() !== null);
    assert.ok(view);
    await view.locator('.page.loaded').waitFor();
    const skip = view.getByRole('button', { name: 'Skip step 4' });
    const focused = () => view.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await skip.focus();
    await page.locator('input').focus();
    assert.equal(await focused(), '', 'the editor has it');
    await page.locator('iframe').focus();
    assert.match(await focused(), /^Skip step 4/);
    await view.locator('.introduction').click();
    await page.locator('input').focus();
    await page.locator('iframe').focus();
    assert.equal(await focused(), '');
    await page.close();
  });

  it('leaves the focus to the editor when a run ends at a step while one writes there, and goes to it once the view has it', async () => {
    const page = await harness.show(guide);
    const address = page.url();
    await page.goto('about:blank');
    // as in the editor, a frame beside other things
    await page.setContent(`<input><iframe src="${address}"></iframe>`);
    const view = page.frames().find(each => each.parentFrame() !== null);
    assert.ok(view);
    await view.locator('.page.loaded').waitFor();
    await page.locator('input').focus();
    await sendState(view, { ...guide, title: 'Ended', reveal: 'untouched' });
    await view.getByRole('heading', { level: 1, name: 'Ended' }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'INPUT');
    await page.locator('iframe').focus();
    assert.equal(await view.evaluate(() => document.activeElement?.textContent), 'With retries');
    await page.close();
  });

  for (const theme of Object.keys(THEMES) as ThemeName[])
    for (const width of [1000, 380, 300])
      it(`fits ${width} pixels in ${theme}`, async () => {
        const page = await harness.show(guide, { theme, width });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${overflow} pixels too wide`);
        const folder = path.join(repositoryRoot(), 'out', 'screenshots');
        fs.mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: path.join(folder, `guide-${theme}-${width}.png`), fullPage: true });
        await page.close();
      });
});
