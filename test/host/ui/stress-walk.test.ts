import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { until } from '../../support/postgres';
import { testPackage } from './package';
import { secretsBelow } from './secrets';
import { StressBar } from './stress-bar';
import { Workbench } from './workbench';

describe('somebody who opens the Stress view first', () => {
  let workbench: Workbench;
  let bar: StressBar;

  before(async () => {
    workbench = await Workbench.open(await testPackage(), {
      'files.simpleDialog.enable': true,
    });
    bar = new StressBar(workbench);
  });

  after(() => workbench?.close());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('stress-failed');
  });

  const side = () => bar.side();
  const report = () => bar.report();
  const fill = (label: string, value: string) => bar.fill(label, value);

  it('finds it in the activity bar, with the first preset filled in', async () => {
    await workbench.page.locator('.activitybar').getByRole('tab', { name: 'DSQL Stress' }).click();
    await (await side()).getByText(/^10,000 calls, 1,000 in flight/).waitFor();
    await (await side()).getByText('No run yet.').waitFor();
    await workbench.screenshot('stress-welcome');
  });

  it('is told of what cannot be run, where it is', async () => {
    await fill('In flight', '0');
    await (await side()).getByText('From 1 to 20,000.').waitFor();
    await fill('In flight', '200');
    await fill('Calls', '4000');
    await (await side()).getByText(/^4,000 calls, 200 in flight/).waitFor();
  });

  it('gets from nothing to a run with one click, and to its exact balance', async () => {
    await (await side()).getByRole('button', { name: 'Start', exact: true }).click();
    const preparing = /Starting the local cluster|Loading|Looking|Deploying/;
    await (await side()).locator('.live .phase', { hasText: preparing }).waitFor();
    await (await side()).locator('.live .chart').first().waitFor({ timeout: 120_000 });
    await workbench.page.locator('.statusbar-item', { hasText: /Stress: / }).waitFor();
    await workbench.screenshot('stress-live');
    await (await side()).locator('.run').first().waitFor({ timeout: 120_000 });
    await (await side()).locator('.run', { hasText: 'balance exact' }).first().waitFor();
    await (await side()).locator('.live').waitFor({ state: 'hidden' });
    await (await side()).locator('.notice.good', { hasText: /^ten-thousand: .*balance exact/ }).waitFor();
  });

  it('keeps on running while the view is hidden, and is there when it is shown again', async () => {
    await fill('Name of the run', 'again');
    await fill('Calls', '1000000');
    await (await side()).getByText(/^1,000,000 calls/).waitFor();
    await (await side()).getByRole('button', { name: 'Start', exact: true }).click();
    await (await side()).locator('.live .figures').waitFor({ timeout: 60_000 });
    const calls = async (): Promise<number> =>
      Number(((await (await side()).locator('.live .figures dd').first().textContent()) ?? '').replace(/\D/g, ''));
    const before = await calls();
    await workbench.page
      .locator('.activitybar')
      .getByRole('tab', { name: /^Explorer/ })
      .click();
    await workbench.page.locator('.statusbar-item', { hasText: /Stress: [\d,]+\/s/ }).click();
    await (await side()).locator('.live .chart').first().waitFor({ timeout: 15_000 });
    await until(async () => (await calls()) > before, 'the run went on meanwhile');
    await workbench.screenshot('stress-shown-again');
  });

  it('stops it, and its part is counted correctly', async () => {
    await (await side()).getByRole('button', { name: 'Stop' }).click();
    const run = (await side()).locator('.run', { hasText: 'again' });
    await run.filter({ hasText: /stopped, balance exact|missed errors/ }).waitFor({ timeout: 20_000 });
  });

  it('is told of the end of a run though the view is hidden', async () => {
    await fill('Name of the run', 'unseen');
    await fill('Calls', '2000');
    await (await side()).getByText(/^2,000 calls/).waitFor();
    await (await side()).getByRole('button', { name: 'Start', exact: true }).click();
    await (await side()).locator('.live .figures').waitFor({ timeout: 60_000 });
    await workbench.page
      .locator('.activitybar')
      .getByRole('tab', { name: /^Explorer/ })
      .click();
    const told = await workbench.notification(/unseen: .*balance exact/);
    await told.getByRole('button', { name: 'Open Report' }).waitFor();
    await workbench.screenshot('stress-told');
    await told.hover();
    await told.locator('.codicon-notifications-clear').click();
    await workbench.page.locator('.activitybar').getByRole('tab', { name: 'DSQL Stress' }).click();
  });

  it('is asked before the cluster of a run is stopped, and the run is counted first', async () => {
    await fill('Name of the run', 'with its cluster');
    await fill('Calls', '1000000');
    await (await side()).getByText(/^1,000,000 calls/).waitFor();
    await (await side()).getByRole('button', { name: 'Start', exact: true }).click();
    await (await side()).locator('.live .figures').waitFor({ timeout: 60_000 });
    await workbench.runCommand('DSQL Workshop: Stop Local Cluster');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Stop Both' }).click();
    await workbench.page.locator('.statusbar-item', { hasText: 'DSQL: stopped' }).waitFor();
    await (
      await side()
    )
      .locator('.run', { hasText: 'with its cluster' })
      .filter({ hasText: 'stopped, balance exact' })
      .waitFor();
  });

  it('compares two runs in the report panel', async () => {
    const bar = await side();
    await bar.getByLabel('Compare again').check();
    await bar.getByLabel('Compare ten-thousand').check();
    await bar.getByRole('button', { name: 'Compare 2' }).click();
    const panel = await report();
    await panel.getByRole('heading', { name: 'Runs side by side' }).waitFor();
    await panel.locator('.verdict', { hasText: /differ in calls\. “again” was stopped/ }).waitFor();
    await panel.locator('.comparison tbody tr').nth(10).waitFor();
    await workbench.screenshot('stress-compared');
    await panel.getByRole('button', { name: 'ten-thousand' }).click();
  });

  it('opens one of them and exports it', async () => {
    await workbench.page.getByRole('tab', { name: 'Run: ten-thousand' }).waitFor();
    const panel = await report();
    await panel.getByRole('heading', { level: 1, name: 'ten-thousand' }).waitFor();
    await workbench.screenshot('stress-report');
    const file = path.join(workbench.scratch, 'run.html');
    await panel.getByRole('button', { name: 'Export…' }).click();
    await workbench.quickPickRow('HTML report').click();
    const dialog = workbench.page.locator('.quick-input-widget');
    const box = dialog.locator('input[type=text]');
    await dialog.getByRole('button', { name: 'Show Local' }).waitFor();
    // it proposes a name once it has read the folder, and reads again what is typed
    while (!(await box.inputValue()).endsWith('.html')) await workbench.page.waitForTimeout(50);
    await box.fill(file);
    await workbench.quickPickRow('extensions').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.statusbar-item', { hasText: /^Exported$/ }).waitFor();
    assert.match(fs.readFileSync(file, 'utf8'), /^<!doctype html>[\s\S]*ten-thousand/i);
  });

  for (const [theme, kind, name] of [
    ['Light Modern', 'vs', 'light'],
    ['Dark High Contrast', 'hc-black', 'high-contrast'],
  ] as const) {
    it(`sees it well in the ${name} theme`, async () => {
      const activity = workbench.page.locator('.activitybar');
      await activity.getByRole('tab', { name: /^Explorer/ }).click();
      await workbench.setTheme(theme, kind, { view: false });
      await activity.getByRole('tab', { name: 'DSQL Stress' }).click();
      await (await side()).locator('.run').first().waitFor();
      await workbench.screenshot(`stress-${name}`);
    });
  }

  it('finds the history again after the window was loaded anew', async () => {
    await workbench.load();
    await workbench.runCommand('DSQL Workshop: Show Stress Runs');
    await (await side()).locator('.run').nth(1).waitFor();
  });

  it('is told what became of a run in the middle of which the window was loaded anew', async () => {
    await bar.start('half', 1_000_000);
    await (await side()).locator('.live .figures').waitFor({ timeout: 60_000 });
    await workbench.load();
    await bar.open();
    const told = /The window ended while a stress run was under way\. half: stopped with its window, balance exact/;
    await (await side()).locator('.notice', { hasText: told }).waitFor();
    await workbench.screenshot('stress-ended-with-window');
  });

  it('has left no secret in any file', async () => {
    assert.deepEqual(await secretsBelow(workbench.scratch, []), []);
  });
});
