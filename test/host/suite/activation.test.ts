import assert from 'node:assert/strict';
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

  it('registers every declared command, and no other', async () => {
    const declared = (extension().packageJSON as { contributes: { commands: { command: string }[] } }).contributes
      .commands;
    // the editor registers some of its own for every view, `dsqlWorkshop.<view>.focus` and such
    const registered = (await vscode.commands.getCommands(true)).filter(id => /^dsqlWorkshop\.[^.]+$/.test(id));
    assert.deepEqual(registered.sort(), declared.map(({ command }) => command).sort());
  });
});
