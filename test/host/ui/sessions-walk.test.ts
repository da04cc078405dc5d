import assert from 'node:assert/strict';
import { testPackage } from './package';
import { secretsBelow } from './secrets';
import { Workbench } from './workbench';

describe('two sessions, stepped in the packaged extension', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open(await testPackage());
  });

  after(() => workbench?.close());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('failed-sessions');
  });

  it('finds a lesson in the palette and plays it', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Two Sessions…', 'Lost update');
    const { view } = workbench;
    await view.getByRole('heading', { name: 'Lost update' }).waitFor();
    await view.getByText('Play This Order').click();
    await view.locator('.verdict.held').waitFor({ timeout: 120_000 });
    await view.locator('tr[data-step=b4] .answer', { hasText: /40001 .*OC000/ }).waitFor();
    await workbench.setTheme('Dark Modern', 'vs-dark');
    await workbench.screenshot('sessions-dark');
  });

  it('steps lines with the keyboard, in an order of its own', async () => {
    const { view, page } = workbench;
    await view.getByText('Reset', { exact: true }).click();
    await view.locator('.script-line.next[data-step=b1]').focus();
    for (const step of ['b1', 'b2', 'b3']) {
      await page.keyboard.press('Enter');
      await view.locator(`.timeline tr[data-step=${step}]`).waitFor();
      await page.keyboard.press('ArrowDown');
    }
    assert.deepEqual(await view.locator('.timeline tr[data-step=b3] .seen').allTextContents(), [
      '',
      '1 | 80 (changed)',
      '1 | 100',
    ]);
    await view.locator('.verdict', { hasText: 'B: the transaction is still open' }).waitFor();
  });

  it('edits the script as text, and the view follows', async () => {
    const { view, page } = workbench;
    await view.getByText('Edit', { exact: true }).click();
    const editor = page.locator('.monaco-editor[data-uri^="untitled:"]');
    await editor.locator('.view-lines').waitFor();
    await editor.locator('.view-line', { hasText: 'title' }).first().click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('title My own');
    await view.getByRole('heading', { name: 'My own' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('nonsense');
    await view.getByRole('alert').getByText('line 2: "nonsense" is not understood').waitFor();
    await workbench.screenshot('sessions-edited');
  });

  it('comes back with the unsaved document after the window was loaded anew, and shows another script', async () => {
    await workbench.reload(/untitled:Untitled-1/);
    const { view } = workbench;
    // the editor brings back the document; how much of its last seconds, is the editor's business
    await view.locator('.file', { hasText: 'Untitled-1' }).waitFor();
    await workbench.setTheme('Light Modern', 'vs');
    await view.getByText('Script…').click();
    await workbench.quickPickRow('Write skew').click();
    await view.getByRole('heading', { name: 'Write skew' }).waitFor();
    await view.getByText('B commits first').click();
    await view.locator('.order.chosen', { hasText: 'B commits first' }).waitFor();
    await view.getByText('Play This Order').click();
    await view.locator('.verdict.held').waitFor({ timeout: 120_000 });
    await workbench.screenshot('sessions-light');
  });

  it('has left no secret in any file', async () => {
    assert.deepEqual(await secretsBelow(workbench.scratch, []), []);
  });
});
