import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { nameless } from '../../support/accessible-names';
import { SqlDesk } from './sql-desk';
import { testPackage } from './package';
import { secretsBelow } from './secrets';
import { Workbench } from './workbench';

const ROWS = (from: number): string =>
  `INSERT INTO transactions SELECT n, n % 500, n FROM generate_series(${from}, ${from + 2_999}) AS n;`;
const BANK = `CREATE TABLE transactions (id int PRIMARY KEY, payer_id int NOT NULL, amount int NOT NULL);
${ROWS(1)}
${ROWS(3_001)}
${ROWS(6_001)}
ANALYZE transactions;
`;
const SLOW = 'SELECT amount FROM transactions WHERE payer_id = 42;';

describe('somebody with a slow query', () => {
  let workbench: Workbench;
  let desk: SqlDesk;

  before(async () => {
    workbench = await Workbench.open(await testPackage(), {
      'editor.autoIndent': 'none',
      'editor.autoClosingBrackets': 'never',
    });
    desk = new SqlDesk(workbench);
  });
  after(() => workbench?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await workbench?.screenshot(`index-failed-${this.currentTest.title.slice(0, 20).replace(/\W+/g, '-')}`);
  });

  /** The webview that shows this, of those in sight. */
  const viewWith = async (selector: string): Promise<FrameLocator> => {
    const frames = workbench.page.locator('iframe.webview.ready');
    let found: FrameLocator | undefined;
    await desk.until(`a view with ${selector}`, async () => {
      for (let at = 0; at < (await frames.count()); at++) {
        const frame = frames.nth(at).contentFrame().frameLocator('iframe#active-frame');
        if (!(await frame.locator(selector).first().isVisible())) continue;
        found = frame;
        return true;
      }
      return false;
    });
    return found!;
  };

  it('has a table that is large enough to matter', () => desk.begin(BANK));

  it('explains it in the editor, and is told why it is slow', async () => {
    const { page } = workbench;
    await desk.write(SLOW);
    await page.locator('.codelens-decoration a', { hasText: 'Explain Analyze' }).first().click();
    await page.getByRole('tab', { name: /^Plan: SELECT amount/ }).waitFor();
    const finding = desk.results.locator('.finding', { hasText: 'Full scan for few rows' });
    await finding.filter({ hasText: '9,000' }).waitFor();
    await workbench.screenshot('index-1-finding');
  });

  it('tries the recommended index in two clicks, and sees what changed', async () => {
    const { page } = workbench;
    const plan = await viewWith('.finding');
    await plan.getByText('Try This Index').first().click();
    await page.getByRole('tab', { name: /^Indexes: Local cluster/ }).waitFor();
    const indexes = await viewWith('.draft .preview');
    const wanted = /CREATE INDEX ASYNC ON public\.transactions \(payer_id\) INCLUDE \(amount\)/;
    await indexes.locator('.preview', { hasText: wanted }).waitFor();
    assert.equal(await indexes.locator('#trial-statement').inputValue(), SLOW.replace(';', ''));
    assert.deepEqual(await nameless(indexes.locator('main')), []);
    await workbench.screenshot('index-2-draft');
    await indexes.getByText('Build and Compare').click();
    await page.getByRole('tab', { name: /^Plan: with transactions_payer_id/ }).waitFor();
    const compared = await viewWith('.compare-side .node');
    await compared.getByRole('tab', { name: 'Compare', selected: true }).waitFor();
    await compared.locator('.verdict', { hasText: /is used now: 9,000 → 18 rows read/ }).waitFor();
    assert.deepEqual(await nameless(compared.locator('main')), []);
    await workbench.screenshot('index-3-compare');
  });

  it('finds job, index and verdict in the index view, and drops the index again', async () => {
    const { page } = workbench;
    await page.getByRole('tab', { name: /^Indexes: Local cluster/ }).click();
    const indexes = await viewWith('.tables .table-card');
    await indexes.locator('.job.completed', { hasText: 'transactions_payer_id' }).first().waitFor();
    await indexes.locator('tr.valid', { hasText: 'transactions_payer_id' }).waitFor();
    await workbench.screenshot('index-4-done');
    await indexes.getByText('Drop the Index…').click();
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Drop', exact: true }).click();
    await indexes.getByText('was dropped.').waitFor();
    await indexes.locator('tr.valid', { hasText: 'transactions_payer_id' }).waitFor({ state: 'hidden' });
  });

  it('sees in the open view that the connection is locked, and unlocked', async () => {
    const indexes = await viewWith('.tables .table-card');
    const note = indexes.locator('.note', { hasText: 'the connection is read-only' });
    await workbench.runCommand('DSQL Workshop: Toggle Read-Only');
    await note.waitFor();
    await workbench.runCommand('DSQL Workshop: Toggle Read-Only');
    await note.waitFor({ state: 'detached' });
  });

  it('finds what was explained in the history of SQL', async () => {
    const { page } = workbench;
    await workbench.chooseInCommand('DSQL Workshop: Show SQL History', 'EXPLAIN ANALYZE VERBOSE');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Insert into the Editor' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('has left no secret in any file', async () => {
    assert.deepEqual(await secretsBelow(workbench.scratch, []), []);
  });
});
