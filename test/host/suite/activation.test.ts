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
    const registered = (await vscode.commands.getCommands(true)).filter(id => id.startsWith('dsqlWorkshop.'));
    // the editor registers one of its own for every view and panel type: none is ours yet
    assert.deepEqual(registered.sort(), declared.map(({ command }) => command).sort());
  });
});
