import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { testPackage } from './package';
import { Workbench } from './workbench';

const ID = 'abcdefghijklmnopqrstuvwx23';
const HOST = `${ID}.dsql.eu-west-1.on.aws`;
const PASTED = `PGPASSWORD='hunter2 & co' psql -h ${HOST} -U teller -d postgres`;

describe('somebody who adds a connection', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open(await testPackage());
  });

  after(() => workbench?.close());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('connection-failed');
  });

  const box = (): Locator => workbench.page.locator('.quick-input-widget input[type=text]');
  const step = (number: number): Promise<void> =>
    workbench.page.locator('.quick-input-title', { hasText: `(${number}/` }).waitFor();
  /** The item of the window; that of a document is on the right. */
  const status = (text: string): Locator =>
    workbench.page.locator('.statusbar .left-items .statusbar-item', { hasText: text });

  it('finds the local cluster and a way to add one', async () => {
    await workbench.runCommand('DSQL Workshop: Select Connection…');
    await workbench.quickPickRow('Local cluster').waitFor();
    await workbench.screenshot('connection-list');
    await workbench.quickPickRow('Add Connection…').click();
    await step(1);
  });

  it('pastes a psql command line, is told what was understood, and answers the rest', async () => {
    const { page } = workbench;
    await box().fill('psql -h db.example.com');
    await page.locator('.quick-input-message', { hasText: 'no Aurora DSQL cluster' }).waitFor();
    await box().fill(PASTED);
    await page.locator('.quick-input-message', { hasText: HOST }).waitFor();
    await workbench.screenshot('connection-paste');
    await page.keyboard.press('Enter');
    await step(2);
    await workbench.quickPickRow('Default credentials').waitFor();
    await workbench.screenshot('connection-aws-profile');
    await page.keyboard.press('Enter');
    await step(3);
    assert.equal(await box().inputValue(), 'teller');
    await page.keyboard.press('Enter');
    await step(4);
    await workbench.quickPickRow('Production').click();
    await step(5);
    await page.locator('.quick-input-widget .codicon-quick-input-back').click();
    await step(4);
    await page.keyboard.press('Enter');
    await step(5);
    await workbench.screenshot('connection-access');
    await page.keyboard.press('Enter');
    await step(6);
    await page.keyboard.press('Enter');
    await step(7);
    assert.equal(await box().inputValue(), 'teller abcdef');
    await box().fill('orders');
    await page.keyboard.press('Enter');
  });

  it('sees it in the status bar: production, locked, in colour', async () => {
    const item = status('orders');
    await item.waitFor();
    assert.match((await item.getAttribute('class')) ?? '', /warning-kind/);
    assert.match((await item.locator('a').getAttribute('aria-label')) ?? '', /orders, production, read-only/);
    await workbench.screenshot('connection-production');
  });

  it('turns the lock off after a question, and the colour alarms', async () => {
    await workbench.runCommand('DSQL Workshop: Toggle Read-Only');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Allow Writes' }).click();
    await workbench.page.locator('.statusbar .left-items .error-kind', { hasText: 'orders' }).waitFor();
    await workbench.screenshot('connection-production-writable');
  });

  it('finds no trace of the password in the settings', async () => {
    const settings = workbench.settingsText;
    assert.match(settings, /"name": "orders"/);
    assert.match(settings, /"user": "teller"/);
    assert.doesNotMatch(settings, /hunter2/);
  });

  it('gives an SQL document a connection of its own, and takes it away again', async () => {
    const { page } = workbench;
    await workbench.runCommand('DSQL Workshop: New SQL Editor');
    const own = page.locator('.statusbar .right-items .statusbar-item', { hasText: 'orders' });
    await own.waitFor();
    await own.click();
    await workbench.quickPickRow('Local cluster').click();
    const pinned = page.locator('.statusbar .right-items .statusbar-item', { hasText: 'Local cluster' });
    await pinned.locator('.codicon-pin').waitFor();
    await workbench.screenshot('connection-document');
    await pinned.click();
    await workbench.quickPickRow("Follow the window's connection").click();
    await own.waitFor();
  });

  for (const [theme, kind, name] of [
    ['Dark Modern', 'vs-dark', 'dark'],
    ['Dark High Contrast', 'hc-black', 'high-contrast'],
  ] as const) {
    it(`sees it well in the ${name} theme`, async () => {
      await workbench.setTheme(theme, kind, { view: false });
      await workbench.screenshot(`connection-${name}`);
    });
  }

  it('removes it again, and is back at the local cluster', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Remove Connection…', 'orders');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
    await status('Local cluster').waitFor();
    assert.doesNotMatch(workbench.settingsText, /orders/);
  });
});
