import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { testPackage } from './package';
import { Workbench } from './workbench';

const FOREIGN = 'abcdefghijklmnopqrstuvwx23.dsql.eu-west-1.on.aws';

describe('somebody who opens a folder of strangers', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-strangers-'));
  const trap = path.join(folder, 'trap');
  let workbench: Workbench;

  before(async () => {
    fs.mkdirSync(path.join(folder, '.vscode'));
    fs.writeFileSync(
      path.join(folder, '.vscode', 'settings.json'),
      JSON.stringify({
        'dsqlWorkshop.connections': [{ name: 'stranger', endpoint: FOREIGN }],
        'dsqlWorkshop.local.dataDirectory': trap,
      }),
    );
    fs.writeFileSync(path.join(folder, 'query.sql'), 'TRUNCATE accounts;\n');
    workbench = await Workbench.open(
      await testPackage(),
      {},
      { folder, asksForTrust: true, env: { AWS_EC2_METADATA_DISABLED: 'true' } },
    );
  });

  after(async () => {
    await workbench?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('trust-failed');
  });

  it('is in restricted mode', async () => {
    await workbench.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
  });

  it('is helped with SQL all the same', async () => {
    await workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'query.sql' }).dblclick();
    await workbench.page.locator('.squiggly-error').first().waitFor();
    await workbench.screenshot('trust-lint');
  });

  it('finds none of the folder’s connections', async () => {
    await workbench.runCommand('DSQL Workshop: Select Connection…');
    await workbench.quickPickRow('Local cluster').waitFor();
    await workbench.screenshot('trust-connections');
    assert.equal(await workbench.page.locator('.quick-input-list', { hasText: 'stranger' }).count(), 0);
    await workbench.page.keyboard.press('Escape');
  });

  it('starts the local cluster, and not where the folder says', async () => {
    await workbench.runCommand('DSQL Workshop: Start Local Cluster');
    await workbench.page.locator('.statusbar-item', { hasText: /DSQL: (?!stop|start)/ }).waitFor();
    assert.equal(fs.existsSync(trap), false);
    await workbench.runCommand('DSQL Workshop: Stop Local Cluster');
    await workbench.page.locator('.statusbar-item', { hasText: 'DSQL: stopped' }).waitFor();
  });

  it('is led to where a folder is trusted by what needs that', async () => {
    await workbench.runCommand('DSQL Workshop: Start the Workshop…');
    const refusal = await workbench.notification('Your own code runs in trusted workspaces only.');
    await refusal.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await workbench.page.locator('.workspace-trust-editor').waitFor();
  });

  it('finds them once the folder is trusted', async () => {
    await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await workbench.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ state: 'detached' });
    await workbench.runCommand('DSQL Workshop: Select Connection…');
    await workbench.quickPickRow('stranger').waitFor();
    await workbench.screenshot('trust-granted');
    await workbench.page.keyboard.press('Escape');
  });
});
