import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openUntitled, until } from '../support';

describe('checks of untitled documents', () => {
  it('come again for each document, also under the name of one that was closed', async () => {
    for (const type of ['polygon', 'money', 'xml', 'box', 'circle']) {
      const content = `CREATE TABLE t_${type} (a ${type});\n`;
      const document = await openUntitled(content);
      await vscode.window.showTextDocument(document);
      const shown = () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'DSQL');
      await until(`a finding on ${type}`, () => shown().some(({ message }) => message.includes(type)), 10_000);
      assert.ok(
        shown().every(({ range }) => range.start.line === 0),
        'none of another document',
      );
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  });
});
