import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../../src/vscode/contributions';
import { extension, until } from '../support';

describe('activation', () => {
  it('waits for a command', () => {
    assert.equal(extension().isActive, false, 'the extension must not be active before it is needed');
  });

  it('happens with the first command, which works', async () => {
    await vscode.commands.executeCommand(COMMANDS.showLog);
    await until('the extension is active', () => extension().isActive);
  });

  it('has read what it needs at once, and nothing of what comes with a feature: SDK, driver, parser', () => {
    const dist = path.join(extension().extensionPath, 'dist');
    const read = Object.keys(createRequire(__filename).cache).filter(file => path.dirname(file) === dist);
    const bytes = read.reduce((sum, file) => sum + fs.statSync(file).size, 0);
    assert.ok(read.includes(path.join(dist, 'extension.js')));
    // 1.1 MB of 2.7
    assert.ok(bytes < 1_300_000, `${bytes} bytes: ${read.join(', ')}`);
  });

  it('takes the API of the editor once, for all its files', () => {
    const entry = fs.readFileSync(path.join(extension().extensionPath, 'dist', 'extension.js'), 'utf8');
    assert.equal(entry.split('require("vscode")').length - 1, 1);
  });

  it('registers every declared command, and no other', async () => {
    const declared = (extension().packageJSON as { contributes: { commands: { command: string }[] } }).contributes
      .commands;
    // the editor registers some of its own for every view, `dsqlWorkshop.<view>.focus` and such
    const registered = (await vscode.commands.getCommands(true)).filter(id => /^dsqlWorkshop\.[^.]+$/.test(id));
    assert.deepEqual(registered.sort(), declared.map(({ command }) => command).sort());
  });
});
