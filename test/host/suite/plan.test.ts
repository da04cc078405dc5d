import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../../src/vscode/contributions';
import { until } from '../support';

const PLAN = [
  'Limit  (cost=100.54..208.56 rows=2 width=36)',
  '  ->  Index Only Scan using pk on bank  (cost=100.54..208.56 rows=2 width=36)',
  '        -> Storage Scan on pk  (cost=100.54..208.56 rows=2 width=36 loops=1)',
  '            -> B-Tree Scan on pk  (cost=100.54..208.56 rows=2 width=36 loops=1)',
].join('\n');

const plans = (): string[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs.map(({ label }) => label))
    .filter(label => label.startsWith('Plan: '));

describe('the plan viewer in the editor', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('opens a plan from the clipboard under its name', async () => {
    await vscode.env.clipboard.writeText(PLAN);
    await vscode.commands.executeCommand(COMMANDS.openPlanFromClipboard);
    await until('the plan is open', () => plans().includes('Plan: from the clipboard'));
  });

  it('opens a file that is named, and shows it once', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder, 'plan-under-test.txt');
    await vscode.workspace.fs.writeFile(file, Buffer.from(PLAN));
    try {
      await vscode.commands.executeCommand(COMMANDS.openPlanFromFile, file);
      await vscode.commands.executeCommand(COMMANDS.openPlanFromFile, file);
    } finally {
      await vscode.workspace.fs.delete(file);
    }
    await until('the plan is open', () => plans().length > 0);
    assert.deepEqual(plans(), [`Plan: ${path.basename(file.path)}`]);
  });
});
