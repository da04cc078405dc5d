import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../src/build/repository';
import type { KeptProgress } from '../../../src/core/chapters/kept';
import { chapterTemplate } from '../../../src/core/chapters/template';
import { testPackage } from './package';
import { secretsBelow } from './secrets';
import { SqlDesk } from './sql-desk';
import { Workbench } from './workbench';

const OWN = path.join(repositoryRoot(), 'test', 'host', 'fixtures', 'workspace', '50-my-chapter');

describe('a learner with the guide', () => {
  let workbench: Workbench;

  before(async () => {
    fs.rmSync(OWN, { recursive: true, force: true });
    workbench = await Workbench.open(await testPackage());
  });

  after(async () => {
    await workbench?.close();
    fs.rmSync(OWN, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('guide-failed');
  });

  const tree = () => workbench.page.locator('.pane', { hasText: 'Chapters' }).locator('.monaco-list-row');
  const step = (id: string) => workbench.view.locator(`[data-step="${id}"]`);
  /** What the extension has kept of the chapters in a file of that ending. */
  const kept = (ending: string): string => {
    const files = fs.readdirSync(workbench.scratch, { recursive: true, encoding: 'utf8' });
    const found = files.find(file => /[\\/]chapters[\\/]/.test(file) && file.endsWith(ending));
    return found === undefined ? '{}' : fs.readFileSync(path.join(workbench.scratch, found), 'utf8');
  };
  /** Whether it is written down that the step began, and not yet that it ended. */
  const begun = (slug: string, id: string): boolean => {
    const { chapters } = JSON.parse(kept('.json')) as Partial<KeptProgress>;
    return chapters?.[slug]?.steps[id]?.interrupted === true;
  };
  const focused = () =>
    workbench.view.locator('body').evaluate(body => body.ownerDocument.activeElement?.textContent ?? '');

  it('finds the chapters in the tree and opens the guide at a step with a click', async () => {
    await workbench.page.locator('.activitybar .action-label[aria-label^="DSQL Workshop"]').click();
    const chapter = tree().filter({ hasText: '0 · ' }).first();
    await chapter.waitFor();
    assert.match((await chapter.getAttribute('aria-label')) ?? '', /Chapter 0, .*0 of \d+ steps done/);
    await chapter.click();
    await chapter.locator('.monaco-tl-twistie').click();
    const row = tree().filter({ hasText: 'A role for the application' }).first();
    await row.click();
    await step('create-role').locator('h2').waitFor();
    assert.match((await row.getAttribute('aria-label')) ?? '', /not done/);
  });

  it('runs a step by keyboard alone and sees it ticked in the guide and in the tree', async () => {
    await workbench.view.locator('h1').click();
    await workbench.page.keyboard.press('Alt+ArrowDown');
    assert.match(await focused(), /./);
    await workbench.page.keyboard.press('Control+Enter');
    await workbench.view.locator('.step').first().and(workbench.view.locator('.done')).waitFor({ timeout: 120_000 });
    await workbench.screenshot('guide-step-done');
    const id = (await workbench.view.locator('.step').first().getAttribute('data-step')) ?? '';
    const title = (await step(id).locator('h2').textContent()) ?? '';
    const row = tree().filter({ hasText: title }).first();
    await row.and(workbench.page.locator('[aria-label*=", done"]')).waitFor();
  });

  it('skips a step by a key, goes on to the next open one, and takes it up again', async () => {
    await workbench.page.keyboard.press('Alt+n');
    const open = workbench.view.locator('.step.pending').first();
    const id = (await open.getAttribute('data-step')) ?? '';
    await workbench.page.keyboard.press('Alt+k');
    await step(id).and(workbench.view.locator('.skipped')).waitFor();
    await workbench.page.keyboard.press('Alt+k');
    await step(id).and(workbench.view.locator('.pending')).waitFor();
  });

  it('is back where they were once a question is answered, and goes on from there by keyboard', async () => {
    const { page, view } = workbench;
    const dialog = page.locator('.monaco-dialog-box');
    await view.locator('h1').click();
    await view.getByRole('button', { name: 'Reset chapter' }).focus();
    await page.keyboard.press('Enter');
    await dialog.getByText('last step first').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await view.locator('vscode-button:focus[aria-label="Reset chapter"]').waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    await view.locator('.step h2:focus').first().waitFor();
  });

  it('runs the rest, then finds after a restart of the window what is really done', async () => {
    await workbench.view.getByRole('button', { name: 'Run all' }).click();
    await workbench.view.getByText(/^All \d+ steps done$/).waitFor({ timeout: 120_000 });
    await workbench.view.locator('.run-bar').waitFor({ state: 'hidden' });
    await workbench.reload(/dsqlWorkshop\.chapter/);
    await workbench.view.getByText(/^All \d+ steps done$/).waitFor({ timeout: 120_000 });
    await workbench.screenshot('guide-restarted');
    const doubts = workbench.view.locator('.step .meta', { hasText: 'done earlier' });
    await doubts.first().waitFor({ state: 'detached', timeout: 120_000 });
    await workbench.view.locator('.step:not(.done)').first().waitFor({ state: 'detached' });
    // results of before are shown again
    await workbench.view.locator('.action').first().waitFor();
  });

  it('opens a table in the results view', async () => {
    const button = workbench.view.getByRole('button', { name: /^Open in results view/ }).first();
    await button.scrollIntoViewIfNeeded();
    await button.click();
    await workbench.page
      .locator('.tab', { hasText: /SELECT|AWS IAM/ })
      .first()
      .waitFor();
    await workbench.screenshot('guide-results');
    // one webview at a time, for what follows
    await workbench.runCommand('View: Close All Editors');
  });

  it('finds after the editor was killed in the middle of a step which one that was', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Open Chapter', '2 · ');
    await workbench.view.getByRole('heading', { level: 1, name: 'Stress and OCC retries' }).waitFor();
    await step('without-retries')
      .getByRole('button', { name: /^Run step/ })
      .click();
    const deadline = Date.now() + 120_000;
    while (!begun('02-stress-and-occ-retries', 'without-retries')) {
      assert.ok(Date.now() < deadline, 'that the step began was never written down');
      await workbench.page.waitForTimeout(50);
    }
    const { pid } = JSON.parse(kept('.run')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await workbench.load();
    await workbench.chooseInCommand('DSQL Workshop: Open Chapter', '2 · ');
    await step('without-retries').locator('.meta', { hasText: 'interrupted before its end: run it again' }).waitFor();
    await workbench.page.locator('.activitybar .action-label[aria-label^="DSQL Workshop"]').click();
    const row = tree().filter({ hasText: 'Without retries' }).first();
    await row.and(workbench.page.locator('[aria-label*=", not done, interrupted"]')).waitFor();
    await workbench.screenshot('guide-interrupted');
    await workbench.runCommand('View: Close All Editors');
  });

  it('previews a chapter as its author types, keeps the last good text, and runs a step of it', async () => {
    fs.mkdirSync(OWN, { recursive: true });
    fs.writeFileSync(path.join(OWN, 'chapter.md'), chapterTemplate('50-my-chapter'));
    const { page } = workbench;
    await page.keyboard.press('Control+p');
    const box = page.locator('.quick-input-widget input[type=text]');
    await box.fill('50-my-chapter/chapter.md');
    await workbench.quickPickRow('chapter.md').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.tab', { hasText: 'chapter.md' }).waitFor();
    await page.locator('.monaco-editor .view-line').first().waitFor();
    await workbench.runCommand('DSQL Workshop: Preview Chapter');
    await workbench.view.getByRole('heading', { level: 1, name: 'My chapter' }).waitFor();
    await workbench.view.getByText('preview of your text').waitFor();
    await page
      .locator('.monaco-editor .view-line', { hasText: /#table/ })
      .first()
      .click();
    await page.keyboard.press('End');
    for (let i = 0; i < ' {#table .base}'.length; i++) await page.keyboard.press('Backspace');
    await workbench.view
      .getByRole('alert')
      .getByText(/the heading "A table" has no id/)
      .waitFor();
    assert.equal(await workbench.view.locator('.step').count(), 3, 'the last good text');
    await page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await workbench.screenshot('guide-preview-error');
    await page.keyboard.type(' of mine {#table .base}');
    await workbench.view.getByRole('heading', { level: 2, name: 'A table of mine' }).waitFor();
    await workbench.view.getByRole('button', { name: /^Run step 1/ }).click();
    await step('table').and(workbench.view.locator('.done')).waitFor({ timeout: 60_000 });
    await workbench.screenshot('guide-preview');
  });

  it('leads a newcomer by a walkthrough', async () => {
    await workbench.chooseInCommand('Welcome: Open Walkthrough...', 'Build a bank on Aurora DSQL');
    const { page } = workbench;
    await page.getByText('Start the local cluster').first().waitFor();
    const done = (title: string) => page.getByRole('checkbox', { name: `${title}: Completed` }).waitFor();
    await page.getByRole('button', { name: 'Look at the chapters' }).click();
    await page.getByRole('button', { name: 'Show Chapters' }).click();
    await done('Look at the chapters');
    await page.getByRole('button', { name: 'Go on to the bank' }).click();
    await workbench.screenshot('walkthrough');
    await page.getByRole('button', { name: 'Open Chapter 1' }).click();
    await workbench.view.getByRole('heading', { level: 1, name: 'Schema and transfer' }).waitFor();
    await workbench.chooseInCommand('Welcome: Open Walkthrough...', 'Build a bank on Aurora DSQL');
    await done('Go on to the bank');
  });

  for (const [theme, kind, name] of [
    ['Light Modern', 'vs', 'light'],
    ['Dark High Contrast', 'hc-black', 'high-contrast'],
  ] as const) {
    it(`sees tree and guide well in the ${name} theme`, async () => {
      await new SqlDesk(workbench).closeAll();
      await workbench.chooseInCommand('DSQL Workshop: Open Chapter', '0 · ');
      await workbench.view.locator('h1').waitFor();
      await workbench.page.keyboard.press('Control+Shift+e');
      await workbench.setTheme(theme, kind);
      await workbench.page.locator('.activitybar .action-label[aria-label^="DSQL Workshop"]').click();
      await tree().first().waitFor();
      await workbench.screenshot(`guide-${name}`);
    });
  }

  it('has left no secret in any file', async () => {
    assert.deepEqual(await secretsBelow(workbench.scratch, []), []);
  });
});
