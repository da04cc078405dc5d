import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCodeFolder } from '../../../src/node/workspace/folder';
import { testPackage } from './package';
import { SqlDesk } from './sql-desk';
import { Workbench } from './workbench';

describe('a learner with two folders of the workshop open', () => {
  let workbench: Workbench;
  let root: string;

  before(async () => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-folders-'));
    for (const name of ['first', 'second']) createCodeFolder(path.join(root, name), false);
    const workspace = path.join(root, 'both.code-workspace');
    fs.writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'first' }, { path: 'second' }] }));
    workbench = await Workbench.open(await testPackage(), { 'files.simpleDialog.enable': true }, { folder: workspace });
  });

  after(async () => {
    await workbench?.close();
    fs.rmSync(root, { recursive: true, force: true, maxRetries: 12 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('folders-failed');
  });

  const step = () => workbench.view.locator('[data-step="transfer-denied"]');

  async function openChapter(): Promise<void> {
    await workbench.chooseInCommand('DSQL Workshop: Open Chapter', '1 · ');
    await workbench.view.locator('h1').waitFor();
  }

  /** Opens the code of a step, which must be in that folder, and closes it. */
  async function hasCodeIn(name: string): Promise<void> {
    await openChapter();
    await step().getByRole('button', { name: 'Your code of step' }).click();
    await workbench.page.locator('.tab.active[data-resource-name="index.ts"]').waitFor();
    await workbench.page.locator('.breadcrumbs-control', { hasText: new RegExp(`${name}.*lambda.*index`) }).waitFor();
    await new SqlDesk(workbench).closeAll();
  }

  it('has the code in the first of them where it was started in neither', () => hasCodeIn('first'));

  it('has it in the one where it was started, also after a restart', async () => {
    await workbench.runCommand('DSQL Workshop: Start the Workshop…');
    await workbench.chooseFolder(path.join(root, 'second'), 'Start the Workshop Here');
    await workbench.notification(/Your code is in .*second\./);
    await hasCodeIn('second');
    await workbench.load();
    await hasCodeIn('second');
  });

  it('is told when it cannot be read any more, and nobody else’s code is deployed in its place', async () => {
    fs.writeFileSync(path.join(root, 'second', 'dsql-workshop.json'), '{ "workshop": ');
    const told = await workbench.notification(/second\/dsql-workshop\.json: not JSON/);
    await workbench.screenshot('folders-malformed');
    await told.getByRole('button', { name: 'Open File' }).click();
    await workbench.page.locator('.tab.active[data-resource-name="dsql-workshop.json"]').waitFor();
    await openChapter();
    await workbench.view.getByRole('button', { name: 'Run all' }).click();
    const refused = step()
      .and(workbench.view.locator('.failed'))
      .getByText(/dsql-workshop\.json: not JSON/);
    await refused.last().waitFor({ timeout: 120_000 }); // below the step's heading, and where it was done
    assert.equal(await refused.count(), 2);
    await workbench.screenshot('folders-refused');
  });
});
