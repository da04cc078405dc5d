import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ScriptResult } from '../../../src/core/sql/script-runner';
import { COMMANDS } from '../../../src/vscode/contributions';
import { extension, until } from '../support';

describe('the SQL editor', () => {
  let dataDir: string;
  let editor: vscode.TextEditor;

  before(async () => {
    await extension().activate();
    dataDir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-host-sql-')), 'data');
    await vscode.workspace
      .getConfiguration('dsqlWorkshop')
      .update('local.dataDirectory', dataDir, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand(COMMANDS.newSqlEditor);
    editor = vscode.window.activeTextEditor as vscode.TextEditor;
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand(COMMANDS.stopLocalCluster);
    fs.rmSync(path.dirname(dataDir), { recursive: true, force: true });
  });

  async function write(text: string): Promise<void> {
    const { document } = editor;
    const all = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, all, text);
    assert.ok(await vscode.workspace.applyEdit(edit));
  }
  const runFile = (): Thenable<ScriptResult | undefined> =>
    vscode.commands.executeCommand(COMMANDS.runFile, editor.document.uri);
  const runAt = (offset: number): Thenable<ScriptResult | undefined> =>
    vscode.commands.executeCommand(COMMANDS.runStatement, editor.document.uri.toString(), offset);
  const marks = (): vscode.Diagnostic[] =>
    vscode.languages
      .getDiagnostics(editor.document.uri)
      .filter(({ source, code }) => source === 'DSQL' && typeof code === 'string' && /^\w{5}$/.test(code));

  it('opens an untitled document and shows what can be done with each statement', async () => {
    assert.equal(editor.document.languageId, 'sql');
    await write(`CREATE TABLE t (id int PRIMARY KEY);\n\nSELECT ';' /* ; */ FROM t;\n`);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      editor.document.uri,
    );
    const ours = lenses.filter(({ command }) => command?.command.startsWith('dsqlWorkshop.'));
    assert.deepEqual(
      ours.map(({ range, command }) => [range.start.line, command?.title]),
      [
        [0, '$(play) Run'],
        [2, '$(play) Run'],
        [2, 'Explain'],
        [2, 'Explain Analyze'],
      ],
    );
  });

  it('runs all statements of a document that was never saved, the local cluster started on demand', async () => {
    await write(
      'CREATE TABLE bank (id int PRIMARY KEY, balance int);\nINSERT INTO bank VALUES (1, 100);\nSELECT * FROM bank;',
    );
    assert.deepEqual(await runFile(), { succeeded: 3, failed: 0, notRun: 0, cancelled: false });
  });

  it('runs the statement a lens stands above, and the selection', async () => {
    await write('SELECT nope;\nSELECT 1;\nSELECT 2;');
    assert.deepEqual(await runAt(editor.document.getText().indexOf('SELECT 1')), {
      succeeded: 1,
      failed: 0,
      notRun: 0,
      cancelled: false,
    });
    await vscode.window.showTextDocument(editor.document);
    const active = vscode.window.activeTextEditor as vscode.TextEditor;
    active.selection = new vscode.Selection(1, 0, 2, 9);
    const result = await vscode.commands.executeCommand<ScriptResult>(COMMANDS.runStatement);
    assert.equal(result.succeeded, 2);
  });

  it('shows every run of a document in the one panel of that document', () => {
    const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
    assert.deepEqual(
      tabs.filter(({ input }) => input instanceof vscode.TabInputWebview).map(({ label }) => label),
      [`Results: ${path.basename(editor.document.fileName)}`],
    );
  });

  it('marks an error where it is, until the text changes', async () => {
    await write('SELECT 1;\n\nSELECT balnce\nFROM bank;');
    await runAt(12);
    await until('the error is marked', () => marks().length === 1);
    const [mark] = marks();
    assert.equal(mark?.code, '42703');
    assert.equal(editor.document.getText(mark?.range), 'balnce');
    assert.match(mark?.message ?? '', /column "balnce" does not exist[\s\S]*Hint: /);
    await write('SELECT 1;');
    await until('the mark is gone', () => marks().length === 0);
  });

  it('says why DSQL refuses a statement', async () => {
    await write('TRUNCATE bank;');
    await runFile();
    await until('the refusal is marked', () => marks().length === 1);
    assert.match(marks()[0]?.message ?? '', /unsupported statement: Truncate\nThere is no TRUNCATE\.\nNext: /);
  });

  it('keeps a transaction open across runs until it is committed or rolled back', async () => {
    await write('BEGIN;\nUPDATE bank SET balance = 50 WHERE id = 1;');
    assert.equal((await runFile())?.succeeded, 2);
    await vscode.commands.executeCommand(COMMANDS.rollbackTransaction);
    await write('SELECT 1 / (balance - 50) FROM bank;');
    assert.equal((await runFile())?.succeeded, 1);
    await write('BEGIN;\nUPDATE bank SET balance = 51 WHERE id = 1;');
    await runFile();
    await vscode.commands.executeCommand(COMMANDS.commitTransaction);
    await write('SELECT 1 / (balance - 51) FROM bank;');
    assert.equal((await runFile())?.failed, 1);
  });

  it('explains a statement, and needs the results panel for an error only', async () => {
    const tabs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs);
    const results = () => tabs().filter(({ label }) => label.startsWith('Results: '));
    const explain = () =>
      vscode.commands.executeCommand(COMMANDS.explainAnalyzeStatement, editor.document.uri.toString(), 0);
    await vscode.window.tabGroups.close(results());
    await write('SELECT * FROM bank WHERE id = 1;');
    await explain();
    assert.deepEqual(marks(), []);
    await until('the plan is shown', () =>
      tabs().some(({ label }) => label === 'Plan: SELECT * FROM bank WHERE id = 1'),
    );
    assert.equal(results().length, 0);
    await write('SELECT nothing FROM bank;');
    await explain();
    assert.equal(marks()[0]?.code, '42703');
    await until('the error is shown', () => results().length === 1);
  });

  it('is cancelled in the middle of a statement', async () => {
    await write('SELECT pg_sleep(60);');
    const running = runFile();
    const cancelled = (async () => {
      let settled = false;
      void running.then(() => (settled = true));
      await until('the run ends', async () => {
        await vscode.commands.executeCommand(COMMANDS.cancelRun);
        return settled;
      });
    })();
    await cancelled;
    const result = await running;
    assert.ok(result === undefined || result.cancelled);
    await write('SELECT 1;');
    assert.equal((await runFile())?.succeeded, 1);
  });
});
