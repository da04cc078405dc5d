import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { testPackage } from './package';
import { secretsBelow } from './secrets';
import { SqlDesk } from './sql-desk';
import { Workbench } from './workbench';

const BANK = `CREATE TABLE transactions (id int PRIMARY KEY, payer_id int NOT NULL, amount int NOT NULL);
INSERT INTO transactions SELECT n, n % 500, n FROM generate_series(1, 3000) AS n;
ANALYZE transactions;
`;

describe('somebody who works with plans by hand', () => {
  let workbench: Workbench;
  let desk: SqlDesk;

  before(async () => {
    workbench = await Workbench.open(await testPackage(), {
      'files.simpleDialog.enable': true,
      'editor.autoIndent': 'none',
      'editor.autoClosingBrackets': 'never',
    });
    desk = new SqlDesk(workbench);
  });
  after(() => workbench?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('plan-failed');
  });

  /** Explains by running what the editor holds; the plan is shown alone. */
  async function analyze(sql: string): Promise<void> {
    await desk.write(sql);
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Explain Analyze' }).first().click();
  }

  it('has a table', () => desk.begin(BANK));

  it('is asked before EXPLAIN ANALYZE of a write, which is rolled back', async () => {
    const { page } = workbench;
    const modal = page.locator('.monaco-dialog-box');
    await analyze('DELETE FROM transactions WHERE payer_id = 42;');
    await modal.getByText('EXPLAIN ANALYZE executes the statement on Local cluster.').waitFor();
    await modal.getByText('which is rolled back').waitFor();
    await workbench.screenshot('plan-1-asks');
    await modal.getByRole('button', { name: 'Cancel' }).click();
    await modal.waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('tab', { name: /^Plan: / }).count(), 0, 'nothing was run');
    await analyze('DELETE FROM transactions WHERE payer_id = 42;');
    await modal.getByRole('button', { name: 'Execute and Roll Back' }).click();
    await page.getByRole('tab', { name: /^Plan: DELETE FROM/ }).waitFor();
    await workbench.view.getByRole('heading', { level: 1, name: /^DELETE FROM/ }).waitFor();
    await workbench.screenshot('plan-2-delete');
    await page.keyboard.press('Control+1');
    await workbench.runCommand('View: Close Editors in Other Groups');
    await desk.write('SELECT count(*) FROM transactions;');
    await page.keyboard.press('Control+Shift+Enter');
    await desk
      .cell(0, 0)
      .filter({ hasText: /^3,?000$/ })
      .waitFor();
    await page.keyboard.press('Control+1');
    await workbench.runCommand('View: Close Editors in Other Groups');
  });

  it('opens the plan of an EXPLAIN of their own from its rows', async () => {
    const { page } = workbench;
    await desk.write('EXPLAIN ANALYZE VERBOSE SELECT amount FROM transactions WHERE payer_id = 7;');
    await page.keyboard.press('Control+Shift+Enter');
    await desk.cell(0, 0).filter({ hasText: 'transactions' }).waitFor();
    await workbench.view.getByRole('button', { name: 'Plan: open in the plan viewer' }).click();
    await page.getByRole('tab', { name: /^Plan: SELECT amount FROM transactions/ }).waitFor();
    await page.keyboard.press('Control+1');
    await workbench.runCommand('View: Close Editors in Other Groups');
  });

  it('goes through the graph by keyboard, and reads each node beside it', async () => {
    const { page, view } = workbench;
    await analyze('SELECT payer_id, sum(amount) FROM transactions WHERE amount > 10 GROUP BY payer_id ORDER BY 1;');
    await page.getByRole('tab', { name: /^Plan: SELECT payer_id/ }).waitFor();
    const title = (): Promise<string> =>
      view
        .locator('.side h2')
        .first()
        .textContent()
        .then(text => text ?? '');
    await view.locator('.canvas [role=treeitem]').first().waitFor();
    await view.locator('.canvas [role=treeitem]').first().click();
    const seen = [await title()];
    for (let step = 0; step < 4; step++) {
      await page.keyboard.press('ArrowDown');
      await desk.until('the next node is selected', async () => (await title()) !== seen.at(-1));
      seen.push(await title());
    }
    assert.match(seen.join(' > '), /Scan > (Storage|B-Tree) Scan|Storage Scan > B-Tree Scan/);
    await page.keyboard.press('Home');
    await desk.until('the root is selected', async () => (await title()) === seen[0]);
    for (const key of ['+', '+', 'Shift+ArrowDown', '-', '0']) await page.keyboard.press(key);
    await workbench.screenshot('plan-3-graph');
  });

  it('is told what a count reads, and has the rows counted', async () => {
    const { page, view } = workbench;
    const count = view.getByRole('button', { name: 'Count the rows of public.transactions' });
    await count.click();
    const modal = page.locator('.monaco-dialog-box');
    await modal.getByText('Count the rows of public.transactions on Local cluster?').waitFor();
    await modal.getByText('about 3,000 rows').waitFor();
    await workbench.screenshot('plan-4-count');
    await modal.getByRole('button', { name: 'Count', exact: true }).click();
    await count.waitFor({ state: 'detached' });
  });

  /** Has the plan in view exported. `beside`: a folder where the file is to be. */
  async function exportAs(format: string, file: string, beside: string): Promise<void> {
    const { page, view } = workbench;
    await view.getByRole('button', { name: /^Export/ }).click();
    const dialog = page.locator('.quick-input-widget');
    const box = dialog.locator('input[type=text]');
    await workbench.quickPickRow('Markdown').waitFor();
    // alone in the list: rows move while it opens
    await box.fill(format);
    await desk.until('one format is left', async () => (await dialog.locator('.monaco-list-row').count()) === 1);
    await page.keyboard.press('Enter');
    // it proposes a name once it has read the folder, and reads again what is typed
    await desk.until('a name is proposed', async () => (await box.inputValue()).endsWith(path.extname(file)));
    await box.fill(file);
    await workbench.quickPickRow(beside).waitFor();
    await page.keyboard.press('Enter');
  }

  for (const [format, extension, begins] of [
    ['Markdown', 'md', /^# Plan: SELECT payer/],
    ['SVG', 'svg', /^<svg /],
    ['PNG', 'png', /^\u0089PNG/],
    ['Text', 'txt', /^Sort {2}\(cost=/],
  ] as const)
    it(`exports it as .${extension}`, async () => {
      const file = path.join(workbench.scratch, `plan.${extension}`);
      await exportAs(format, file, 'extensions');
      await desk.until('the file is written', () => Promise.resolve(fs.existsSync(file) && fs.statSync(file).size > 0));
      assert.match(fs.readFileSync(file, 'latin1'), begins);
    });

  it('is told why it cannot be exported to a folder that takes no files', async () => {
    await exportAs('SVG', '/sys/plan.svg', 'kernel');
    await workbench.notification(
      /\/sys\/plan\.svg cannot be written: E[A-Z]+: [\w -]+\. \w.*(another folder|another place)/,
    );
  });

  it('has left no secret in any file', async () => {
    assert.deepEqual(await secretsBelow(workbench.scratch, []), []);
  });
});
