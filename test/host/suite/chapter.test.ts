import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../../src/vscode/contributions';
import { until } from '../support';

describe('a chapter', () => {
  let dataDir: string;

  before(async () => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-host-chapter-'));
    await vscode.commands.executeCommand(COMMANDS.stopLocalCluster);
    await vscode.workspace
      .getConfiguration('dsqlWorkshop')
      .update('local.dataDirectory', dataDir, vscode.ConfigurationTarget.Global);
  });

  after(async () => {
    await vscode.commands.executeCommand(COMMANDS.stopLocalCluster);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  const tabs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs);

  it('runs from beginning to end by command, starting the cluster it needs', async () => {
    assert.equal(await vscode.commands.executeCommand(COMMANDS.runChapter, '00-connect-and-authorise'), true);
  });

  it('shows its results in a webview panel', async () => {
    await until('the panel is there', () => tabs().some(tab => /^0 · /.test(tab.label)));
    const tab = tabs().find(({ label }) => /^0 · /.test(label));
    assert.ok(tab?.input instanceof vscode.TabInputWebview);
    assert.match(tab.input.viewType, /dsqlWorkshop\.chapter$/);
  });

  it('shows another chapter in the same panel', async () => {
    await vscode.commands.executeCommand(COMMANDS.openChapter, '01-schema-and-transfer');
    await until('the panel shows it', () => tabs().some(tab => /^1 · /.test(tab.label)));
    assert.equal(tabs().filter(tab => tab.input instanceof vscode.TabInputWebview).length, 1);
  });

  it('runs a chapter that builds on another: makes what is missing first', async () => {
    assert.equal(await vscode.commands.executeCommand(COMMANDS.runChapter, '01-schema-and-transfer'), true);
  });
});
