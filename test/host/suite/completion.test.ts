import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../../src/vscode/contributions';
import { openUntitled, until } from '../support';

describe('the explorer and completion', () => {
  let dataDir: string;

  before(async () => {
    dataDir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-host-explorer-')), 'data');
    await vscode.workspace
      .getConfiguration('dsqlWorkshop')
      .update('local.dataDirectory', dataDir, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand(COMMANDS.startLocalCluster);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand(COMMANDS.stopLocalCluster);
    fs.rmSync(path.dirname(dataDir), { recursive: true, force: true });
  });

  const labels = async (document: vscode.TextDocument, offset: number): Promise<string[]> => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.positionAt(offset),
    );
    return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  };

  it('completes tables and columns of the live catalogue', async () => {
    const content = 'SELECT j. FROM sys.jobs j';
    const document = await openUntitled(content);
    await until('the columns of sys.jobs', async () => (await labels(document, 'SELECT j.'.length)).includes('job_id'));
    assert.ok((await labels(document, 'SELECT j. FROM sys.'.length)).includes('jobs'));
  });

  it('opens a query of a cluster', async () => {
    await vscode.commands.executeCommand(COMMANDS.explorerNewQuery, { kind: 'cluster', id: 'x', profileId: 'local' });
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'sql');
  });
});
