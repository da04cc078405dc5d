import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../../../src/build/repository';
import { testPackage } from './package';
import { secretsBelow } from './secrets';
import { SqlDesk } from './sql-desk';
import { Workbench } from './workbench';

/** A handler with a mistake that only shows when it runs. */
const THROWS = `interface Order {
  lines: string[];
}

export const handler = async (event: Partial<Order>) => {
  const { lines } = event;
  return total(lines as string[]);
};

function total(lines: string[]): number {
  return lines.length * 3;
}
`;
/** Two mistakes: one of types, which runs all the same, and below one of grammar. */
const MISTYPED = "const answer: number = 'forty-two';\nexport const handler = async () => ({ answer });\n";
const MALFORMED = "export const handler = async () => ({ answer: 'saved' );\n";
const GOOD = "export const handler = async () => ({ answer: 'saved' });\n";

describe('a learner who writes the code', () => {
  let workbench: Workbench;
  let desk: SqlDesk;
  let home: string;
  let folder: string;

  before(async () => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-own-code-'));
    folder = path.join(home, 'bank');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'README.md'), 'mine');
    workbench = await Workbench.open(await testPackage(), {
      'files.simpleDialog.enable': true,
      'editor.autoIndent': 'none',
      'editor.autoClosingBrackets': 'never',
      'editor.formatOnType': false,
      'dsqlWorkshop.ownCode.deployOnSave': true,
    });
    desk = new SqlDesk(workbench);
  });

  after(async () => {
    await workbench?.close();
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 12 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('own-code-failed');
  });

  const handler = (): string => path.join(folder, 'lambda', 'index.ts');
  const read = (): string => fs.readFileSync(handler(), 'utf8');
  const tab = (name: string | RegExp) => workbench.page.locator('.tabs-container').getByRole('tab', { name });
  const step = (id: string) => workbench.view.locator(`[data-step="${id}"]`);
  const functionRow = (text: string | RegExp) =>
    workbench.page.locator('.pane:has(h3.title:text-is("Functions")) .monaco-list-row', { hasText: text }).first();
  const problems = (text: string) => workbench.page.locator('.markers-panel .monaco-list-row', { hasText: text });

  /** Goes to the handler, replaces it and saves it, which deploys it. */
  async function save(text: string): Promise<void> {
    await tab(/^index\.ts($|,| )/)
      .first()
      .click();
    await desk.until('the handler is on disk', async () => {
      await desk.write(text);
      await workbench.page.keyboard.press('Control+s');
      // saving takes its time on a busy machine
      for (let look = 0; look < 20 && read() !== text; look++) await workbench.page.waitForTimeout(100);
      return read() === text;
    });
  }

  async function openChapter(): Promise<void> {
    await workbench.chooseInCommand('DSQL Workshop: Open Chapter', '1 · ');
    await workbench.view.locator('h1').waitFor();
  }

  it('starts the workshop into a folder of its own, whose files are left as they are', async () => {
    const { page } = workbench;
    await workbench.runCommand('DSQL Workshop: Start the Workshop…');
    const modal = page.locator('.monaco-dialog-box');
    await workbench.chooseFolder(folder, 'Start the Workshop Here');
    await modal.getByText('None of them will be overwritten').waitFor();
    await workbench.screenshot('own-code-in-the-way');
    await modal.getByRole('button', { name: 'Add Only Missing Files' }).click();
    const offer = page.locator('.notification-list-item', { hasText: 'Your code is in' });
    await desk.until('the folder is offered to be opened', async () => {
      if (await offer.isVisible()) return true;
      // it is shown for some seconds, and kept behind the bell
      await page.locator('.statusbar-item[id="status.notifications"] a').click();
      return offer.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
    await workbench.screenshot('own-code-offer');
    assert.equal(fs.readFileSync(path.join(folder, 'README.md'), 'utf8'), 'mine');
    // as after npm install
    fs.symlinkSync(path.join(repositoryRoot(), 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    await offer.getByRole('button', { name: 'Open Folder' }).click();
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'dsql-workshop.json' }).waitFor();
  });

  it('is led to the step that the code of the starter kit does not pass yet', async () => {
    await openChapter();
    await workbench.view.getByRole('button', { name: 'Run all' }).click();
    const failed = step('transfer-denied').and(workbench.view.locator('.failed'));
    await failed.locator('h2:focus').waitFor({ timeout: 120_000 });
    await failed.locator('.check-next', { hasText: 'An answer with a greeting' }).waitFor();
    await workbench.screenshot('own-code-failed-step');
  });

  it('opens the code of a step at its place from the guide', async () => {
    await openChapter();
    await step('transfer-denied').getByRole('button', { name: 'Your code of step' }).click();
    await tab(/^index\.ts/).waitFor();
    await workbench.page.locator('.editor-instance .view-line', { hasText: 'handler' }).first().waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: /^Ln ([2-9]|\d\d+), Col 1$/ }).waitFor();
    await workbench.screenshot('own-code-open');
  });

  it('compares it with the solution, takes that, and gets their own back', async () => {
    const mine = read();
    await openChapter();
    await step('transfer-denied').getByRole('button', { name: 'Compare your code with the solution of step' }).click();
    await workbench.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
    await tab(/your code ↔ solution of chapter 1/).waitFor();
    await workbench.screenshot('own-code-compared');
    await openChapter();
    await step('transfer-denied').getByRole('button', { name: 'Apply solution of step' }).click();
    await desk.until('the solution is applied', () => Promise.resolve(/Insufficient balance/.test(read())));
    await step('transfer-denied').getByRole('button', { name: 'Put mine back in step' }).click();
    await desk.until('their own code is back', () => Promise.resolve(read() === mine));
    await step('transfer-denied').getByRole('button', { name: 'Apply solution of step' }).click();
    await desk.until('the solution is applied again', () => Promise.resolve(/Insufficient balance/.test(read())));
  });

  it('runs the chapter on the code of their folder, to the promises it keeps', async () => {
    await workbench.view.getByRole('button', { name: 'Run all' }).click();
    await workbench.view.getByText(/^All \d+ steps done$/).waitFor({ timeout: 180_000 });
    await workbench.screenshot('own-code-run');
  });

  it('deploys what is saved, and is told which promise a mistake breaks', async () => {
    await step('transfer-denied').getByRole('button', { name: 'Your code of step' }).click();
    await tab(/^index\.ts/).waitFor();
    // what was written beside the editor must have come into it, or saving meets a conflict
    await workbench.page.locator('.editor-instance .view-line', { hasText: 'interface' }).first().waitFor();
    await save(read().replace("if (balance < 0) throw new Error('Insufficient balance');", ''));
    await workbench.page.locator('.statusbar-item', { hasText: 'transfer deployed' }).waitFor();
    await openChapter();
    await workbench.screenshot('own-code-broken-1');
  });

  it('reads the stack of an error in their own lines, called with a saved payload', async () => {
    await save(THROWS);
    await workbench.page.locator('.statusbar-item', { hasText: 'transfer deployed' }).waitFor();
    await workbench.chooseInCommand('DSQL Workshop: Invoke Function…', 'transfer');
    await workbench.quickPickRow('transfer-too-much').click();
    const panel = workbench.page.locator('.output-view');
    await panel
      .locator('.view-line', { hasText: /at\shandler/ })
      .first()
      .waitFor();
    await workbench.screenshot('own-code-stack');
    const text = ((await panel.textContent()) ?? '').replaceAll('\u00a0', ' ');
    assert.match(text, /TypeError: Cannot read properties of undefined/);
    assert.ok(text.includes(`${handler()}:11:`), text);
    assert.doesNotMatch(text, /functions\/transfer\/code-/, 'no path of the deployed copy');
  });

  it('finds in Problems what the compiler and what the bundler say of it, until it is mended', async () => {
    await workbench.runCommand('View: Toggle Problems');
    await save(MISTYPED);
    await problems("Type 'string' is not assignable to type 'number'").first().waitFor();
    await save(MALFORMED);
    await problems('esbuild').first().waitFor();
    await workbench.screenshot('own-code-problems');
    await save(GOOD);
    await problems('esbuild').first().waitFor({ state: 'detached' });
  });

  it('rolls back to what was deployed before', async () => {
    const { page } = workbench;
    await workbench.chooseInCommand('DSQL Workshop: Roll Function Back to a Version…', 'transfer');
    await workbench.quickPickRow('runs now').waitFor();
    await workbench.screenshot('own-code-versions');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item', { hasText: /transfer runs version \d+ again/ }).waitFor();
  });

  it('sees in the tree of functions that what runs is not the code of the folder, and deploys that from there', async () => {
    await workbench.runCommand('DSQL Workshop: Focus on Functions View');
    await functionRow('differs from your folder').waitFor();
    const spoken = (await functionRow('transfer').getAttribute('aria-label')) ?? '';
    assert.match(spoken, /^transfer, differs from your folder · version \d+ · 512 MiB · \d+ KiB, active\ntimeout 30 s/);
    await workbench.screenshot('own-code-functions');
    await functionRow('transfer').hover();
    await functionRow('transfer').getByRole('button', { name: 'Deploy Function…' }).click();
    await functionRow('as in your folder').waitFor();
    fs.appendFileSync(handler(), '// written elsewhere\nglobalThis.written = true;\n');
    await functionRow('differs from your folder').waitFor();
  });

  it('has its environments run several invocations at a time, as managed instances do', async () => {
    const { page } = workbench;
    await workbench.chooseInCommand('DSQL Workshop: Function Settings…', 'transfer');
    const concurrency = workbench.quickPickRow('Concurrency');
    await concurrency.getByText('one invocation at a time').waitFor();
    await workbench.screenshot('own-code-concurrency');
    await concurrency.click();
    await page.locator('.quick-input-widget input[type=text]').fill('8');
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item', { hasText: 'Settings of transfer changed' }).waitFor();
    await functionRow(/^transfer.*2048 MiB/).waitFor();
    await workbench.chooseInCommand('DSQL Workshop: Function Settings…', 'transfer');
    await concurrency.getByText('8 at a time (managed instances)').waitFor();
    await page.keyboard.press('Escape');
  });

  it('opens what is told of one, and removes it', async () => {
    const { page } = workbench;
    await functionRow('transfer').click();
    await functionRow(/^State\s*active/).waitFor();
    await workbench.screenshot('own-code-function-open');
    await workbench.chooseInMenu(functionRow('transfer'), 'Remove Function…');
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove', exact: true }).click();
    await functionRow(/^transfer\s*not deployed/).waitFor();
  });

  it('has left no secret in any file', async () => {
    assert.deepEqual(await secretsBelow(workbench.scratch, []), []);
    assert.deepEqual(fs.readFileSync(path.join(folder, 'README.md'), 'utf8'), 'mine');
  });
});
