import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../../src/vscode/contributions';
import { openUntitled as open, until } from '../support';

const rulesOf = (document: vscode.TextDocument): string[] =>
  vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ source }) => source === 'DSQL')
    .map(({ code }) => String(typeof code === 'object' ? code.value : code));

const found = (document: vscode.TextDocument, ...rules: string[]): Promise<void> =>
  until(`${rules.join(', ')} in ${document.uri}`, () => rulesOf(document).join() === rules.join());

const whole = (document: vscode.TextDocument): vscode.Range =>
  new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));

const actionsOf = (document: vscode.TextDocument, range: vscode.Range, kind?: string) =>
  vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    kind,
    20,
  );

describe('language help', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('marks what DSQL refuses while one types, with the rule and a link', async () => {
    const document = await open('SELECT 1;\nTRUNCATE t;\n');
    await found(document, 'unsupported_statement');
    const [shown] = vscode.languages.getDiagnostics(document.uri);
    assert.equal(document.getText(shown?.range), 'TRUNCATE');
    assert.equal(shown?.severity, vscode.DiagnosticSeverity.Error);
    assert.match(shown.message, /^unsupported statement: Truncate\n/);
    assert.ok(typeof shown.code === 'object' && shown.code.target.authority === 'docs.aws.amazon.com');
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, whole(document), 'VACUUM;\nCREATE INDEX i ON t (a);\n');
    await vscode.workspace.applyEdit(edit);
    await found(document, 'vacuum', 'index_async');
  });

  it('offers quick fixes, and the edit mends the statement', async () => {
    const document = await open('CREATE SEQUENCE s;\n');
    await found(document, 'sequence_cache');
    const actions = await actionsOf(document, new vscode.Range(0, 0, 0, 5), vscode.CodeActionKind.QuickFix.value);
    const [first] = actions;
    assert.equal(first?.title, 'Add CACHE 65536, for many concurrent numbers');
    assert.equal(first.isPreferred, true);
    assert.ok(actions.some(({ title }) => title === 'Silence sequence_cache for this line'));
    assert.ok(first.edit);
    await vscode.workspace.applyEdit(first.edit);
    assert.equal(document.getText(), 'CREATE SEQUENCE s CACHE 65536;\n');
    await found(document);
  });

  it('fixes all of a kind, and the whole file when asked', async () => {
    const document = await open('CREATE INDEX i ON t (a);\nCREATE INDEX j ON t (b);\nCREATE SEQUENCE s;\n');
    await found(document, 'index_async', 'index_async', 'sequence_cache');
    const quick = await actionsOf(document, new vscode.Range(0, 0, 0, 8), vscode.CodeActionKind.QuickFix.value);
    const kind = quick.find(({ title }) => title === 'Fix all of this kind in the file (index_async)');
    assert.ok(kind?.edit);
    await vscode.workspace.applyEdit(kind.edit);
    await found(document, 'sequence_cache');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(COMMANDS.fixAllInFile);
    await found(document);
    assert.equal(
      document.getText(),
      'CREATE INDEX ASYNC i ON t (a);\nCREATE INDEX ASYNC j ON t (b);\nCREATE SEQUENCE s CACHE 65536;\n',
    );
  });

  it('does not offer to fix the file unless asked for that kind', async () => {
    const document = await open('CREATE SEQUENCE s;\n');
    await found(document, 'sequence_cache');
    const quick = await actionsOf(document, whole(document), vscode.CodeActionKind.QuickFix.value);
    assert.ok(quick.every(({ kind }) => !kind || !vscode.CodeActionKind.SourceFixAll.contains(kind)));
    const source = await actionsOf(document, whole(document), 'source.fixAll.dsql');
    assert.equal(source.length, 1);
  });

  it('explains findings and keywords in hovers', async () => {
    const document = await open('SELECT * FROM t FOR SHARE;\nCREATE INDEX ASYNC i ON t (a);\n');
    await found(document, 'for_share');
    const textAt = async (line: number, character: number): Promise<string> => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        new vscode.Position(line, character),
      );
      return hovers
        .flatMap(({ contents }) => contents)
        .map(content => (typeof content === 'string' ? content : content.value))
        .join('\n');
    };
    assert.match(
      await textAt(0, 18),
      /for_share[\s\S]*SQLSTATE 0A000[\s\S]*2026\S*09\S*15[\s\S]*docs\.aws\.amazon\.com/,
    );
    assert.match(await textAt(1, 15), /CREATE INDEX ASYNC[\s\S]*job_id[\s\S]*User Guide/);
    assert.equal(await textAt(1, 26), '');
  });

  it('leaves other languages and other databases’ SQL alone', async () => {
    const mysql = await open('CREATE TABLE `a` (id INT AUTO_INCREMENT) ENGINE=InnoDB;\nTRUNCATE a;\n');
    const text = await open('TRUNCATE a;', 'plaintext');
    const sentinel = await open('VACUUM;');
    await found(sentinel, 'vacuum');
    assert.deepEqual([rulesOf(mysql), rulesOf(text)], [[], []]);
  });

  it('heeds the settings at once', async () => {
    const document = await open('VACUUM;\nCREATE TABLE t (a int);\n');
    const section = vscode.workspace.getConfiguration('dsqlWorkshop');
    await found(document, 'vacuum', 'missing_primary_key');
    try {
      await section.update('lint.rules', { vacuum: 'off' }, vscode.ConfigurationTarget.Global);
      await found(document, 'missing_primary_key');
      await section.update('lint.enabled', false, vscode.ConfigurationTarget.Global);
      await found(document);
    } finally {
      await section.update('lint.enabled', undefined, vscode.ConfigurationTarget.Global);
      await section.update('lint.rules', undefined, vscode.ConfigurationTarget.Global);
    }
    await found(document, 'vacuum', 'missing_primary_key');
  });

  it('keeps the extension host free while a file of 20,000 lines is checked', async function () {
    const tables = Array.from(
      { length: 2500 },
      (_, n) =>
        `CREATE TABLE t${n} (\n  id uuid PRIMARY KEY,\n  name text NOT NULL,\n  balance numeric(19,2)\n);\nCREATE INDEX i${n} ON t${n} (name);\nINSERT INTO t${n} (name) VALUES ('a');\n`,
    );
    const content = tables.join('\n');
    assert.ok(content.split('\n').length >= 20_000);
    // a pause in which this process computed little is the machine's
    const look = () => ({ atMs: performance.now(), ...process.cpuUsage() });
    let longestMs = 0;
    let last = look();
    const timer = setInterval(() => {
      const next = look();
      const computedMs = (next.user + next.system - last.user - last.system) / 1_000;
      longestMs = Math.max(longestMs, Math.min(next.atMs - last.atMs, computedMs));
      last = next;
    }, 1);
    try {
      const document = await open(content);
      last = look();
      longestMs = 0;
      const started = performance.now();
      await until('all indexes are marked', () => rulesOf(document).length === 2500);
      console.log(
        `      20,000 lines: ${Math.round(performance.now() - started)} ms, longest pause ${Math.round(longestMs)} ms`,
      );
      assert.ok(longestMs < 1_000, `the extension host stood still for ${Math.round(longestMs)} ms`);
    } finally {
      clearInterval(timer);
    }
  });
});
