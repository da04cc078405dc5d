import assert from 'node:assert/strict';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Workbench } from './workbench';

/** The SQL editor, its results and the tree of clusters, used by hand. Tests keep one webview in view at a time. */
export class SqlDesk {
  constructor(private readonly workbench: Workbench) {}

  private get page(): Page {
    return this.workbench.page;
  }

  /** The webview in view. */
  get results(): FrameLocator {
    return this.workbench.view;
  }

  /** A view of the side bar by its title. */
  pane(title: string): Locator {
    return this.page.locator('.pane', { has: this.page.locator('.pane-header', { hasText: title }) });
  }

  /** A row of the tree. */
  row(text: string): Locator {
    return this.pane('Clusters').locator('.monaco-list-row', { hasText: text }).first();
  }

  /** A shown cell of the results by its place in view, both from 0. */
  cell(row: number, column: number): Locator {
    return this.results.locator(`.grid [id$="-${row}-${column}"]`);
  }

  /** Waits for the line of figures. */
  async status(pattern: RegExp): Promise<void> {
    await this.results.locator('.status-text').filter({ hasText: pattern }).waitFor();
  }

  async focusEditor(): Promise<void> {
    const focused = this.page.locator('.editor-instance .monaco-editor.focused');
    // a webview that is busy may swallow a key
    await this.until('the editor has the focus', async () => {
      await this.page.keyboard.press('Control+1');
      return focused.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** From the empty view to a query on the local cluster that has run `script`, which ends with ANALYZE; the editor alone is left open. */
  async begin(script: string): Promise<void> {
    const { page } = this;
    await page.locator('.activitybar').getByRole('tab', { name: 'DSQL Workshop' }).click();
    await page.getByRole('button', { name: 'Start Local Cluster' }).click();
    await this.row('Local cluster').hover();
    await this.row('Local cluster').getByRole('button', { name: 'New Query' }).click();
    await page.locator('.right-items .statusbar-item', { hasText: 'Local cluster' }).waitFor();
    await this.write(script);
    await page.keyboard.press('Control+Shift+Enter');
    await this.status(/^ANALYZE · /);
    await page.keyboard.press('Control+1');
    await this.workbench.runCommand('View: Close Other Editors in Group');
    await this.workbench.runCommand('View: Close Editors in Other Groups');
  }

  /** Replaces what the editor holds. */
  async write(text: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.insertText(text);
  }

  /** The lines in view. */
  async text(): Promise<string> {
    const lines = await this.page.locator('.editor-instance .view-line').evaluateAll(all =>
      all
        .map(line => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Puts the cursor at “line:column”. */
  async place(position: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+g');
    await this.page.locator('.quick-input-widget input[type=text]').waitFor();
    await this.page.keyboard.type(position);
    await this.page.keyboard.press('Enter');
    const [line, column] = position.split(':');
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** Applies a quick fix by its title. */
  async fix(position: string, title: string): Promise<void> {
    await this.place(position);
    const action = this.page.locator('.action-widget .monaco-list-row', { hasText: title });
    await this.until(`“${title}” is offered`, async () => {
      await this.page.keyboard.press('Control+.');
      return action.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
    await action.click();
    await action.waitFor({ state: 'hidden' });
  }

  /** Answers a question for a parameter. */
  async answer(parameter: string, value: string): Promise<void> {
    const box = this.page.locator(`.quick-input-widget input[placeholder*="${parameter}"]`);
    await box.fill(value);
    await this.workbench.quickPickRow(value).waitFor();
    await this.page.keyboard.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** Chooses from the menu of a row of the tree. */
  menu(row: string, item: string): Promise<void> {
    return this.workbench.chooseInMenu(this.row(row), item);
  }

  /** Closes every editor, without saving. */
  async closeAll(): Promise<void> {
    await this.workbench.runCommand('View: Close All Editors');
    const discard = this.page.locator('.monaco-dialog-box').getByRole('button', { name: "Don't Save" });
    const empty = this.page.locator('.editor-group-container.empty').first();
    await this.until('no editor is open', async () => {
      if (await discard.isVisible()) await discard.click();
      return empty.isVisible();
    });
  }

  /** Polls; the page has no event for what is asked. */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!(await holds())) {
      assert.ok(Date.now() < deadline, `in vain: ${what}`);
      await this.page.waitForTimeout(50);
    }
  }
}
