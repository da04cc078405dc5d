import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Deployment, Invocation } from '../../../src/core/lambda/contract';
import { codeStanding, runningVersion, type FunctionOverview } from '../../../src/core/lambda/overview';
import { COMMANDS } from '../../../src/vscode/contributions';
import { until } from '../support';

const STEP = { slug: '01-schema-and-transfer', stepId: 'transfer-denied' };

describe("the learner's own code", () => {
  let root: string;
  let folder: string;
  const lambda = (file: string) => path.join(folder, 'lambda', file);
  const read = (file: string) => fs.readFileSync(lambda(file), 'utf8');
  const run = <T>(command: string, ...args: unknown[]) => vscode.commands.executeCommand<T>(command, ...args);
  const settings = () => vscode.workspace.getConfiguration('dsqlWorkshop');

  before(async () => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-host-code-'));
    folder = path.join(root, 'bank');
    fs.mkdirSync(folder);
    await run(COMMANDS.stopLocalCluster);
    await settings().update('local.dataDirectory', path.join(root, 'data'), vscode.ConfigurationTarget.Global);
  });

  after(async () => {
    await settings().update('ownCode.deployOnSave', undefined, vscode.ConfigurationTarget.Global);
    await run(COMMANDS.stopLocalCluster);
    await run('workbench.action.closeAllEditors');
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('has nothing to put back where there is no folder, and makes none', async () => {
    assert.equal(await run(COMMANDS.undoStepCode, STEP), undefined);
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it('starts in a folder of its own', async () => {
    // whoever needs the folder goes on though nobody answers the offer to open it
    await run(COMMANDS.startWorkshop, vscode.Uri.file(folder));
    assert.ok(fs.existsSync(lambda('index.ts')));
  });

  it('opens at the place, takes the solution and gives it back', async () => {
    const mine = read('index.ts');
    await until('the step opens', async () => {
      await run(COMMANDS.openStepCode, STEP);
      return vscode.window.activeTextEditor?.document.uri.fsPath === lambda('index.ts');
    });
    await run(COMMANDS.diffStepCode, STEP);
    await until('the comparison is there', () =>
      vscode.window.tabGroups.all.some(group => group.tabs.some(tab => tab.input instanceof vscode.TabInputTextDiff)),
    );
    assert.deepEqual(await run(COMMANDS.applyStepCode, STEP), ['index.ts']);
    assert.match(read('index.ts'), /Insufficient balance/);
    assert.deepEqual(await run(COMMANDS.undoStepCode, STEP), ['index.ts']);
    assert.equal(read('index.ts'), mine);
  });

  it('is deployed, called, and rolled back', async () => {
    fs.writeFileSync(lambda('index.ts'), "export const handler = async () => ({ answer: 'one' });\n");
    const first = await run<Deployment>(COMMANDS.deployFunction, 'transfer');
    assert.equal(first.version, '1');
    fs.writeFileSync(lambda('index.ts'), "export const handler = async () => ({ answer: 'two' });\n");
    assert.equal((await run<Deployment>(COMMANDS.deployFunction, 'transfer')).version, '2');
    const answer = async () => (await run<Invocation>(COMMANDS.invokeFunction, 'transfer', {})).payload;
    assert.deepEqual(await answer(), { answer: 'two' });
    await run(COMMANDS.rollBackFunction, 'transfer', '1');
    assert.deepEqual(await answer(), { answer: 'one' });
    const comparison = await run<{ same: boolean }>(COMMANDS.compareFunction, 'transfer');
    assert.equal(comparison.same, false);
  });

  it('is listed with the version that runs, and whether that is the code of the folder', async () => {
    const listed = async (name: string) => {
      const overviews = await run<FunctionOverview[]>(COMMANDS.functionsRefresh);
      const overview = overviews.find(each => each.name === name);
      const { deployed } = overview ?? {};
      return overview && [deployed && runningVersion(deployed), codeStanding(overview)];
    };
    assert.deepEqual(await listed('transfer'), ['1', 'differs']);
    fs.writeFileSync(lambda('index.ts'), "export const handler = async () => ({ answer: 'one' });\n");
    assert.deepEqual(await listed('transfer'), ['1', 'same']);
    assert.deepEqual(await listed('greeter'), [undefined, undefined], 'in the folder, and not deployed');
  });

  it('is deployed on save where that is wanted; what does not bundle is a problem at its line', async () => {
    await settings().update('ownCode.deployOnSave', true, vscode.ConfigurationTarget.Global);
    const document = await vscode.workspace.openTextDocument(lambda('index.ts'));
    const save = async (text: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)), text);
      assert.ok(await vscode.workspace.applyEdit(edit));
      assert.ok(await document.save());
    };
    await save("export const handler = async () => ({ answer: 'saved' });\n");
    await until('the saved code answers', async () => {
      const { payload } = await run<Invocation>(COMMANDS.invokeFunction, 'transfer', {});
      return (payload as { answer?: string }).answer === 'saved';
    });
    await save("export const handler = async () => ({ answer: 'saved' );\n");
    const problems = () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'esbuild');
    await until('the bundler complains', () => problems().length === 1);
    assert.equal(problems()[0]?.range.start.line, 0);
    await save("export const handler = async () => ({ answer: 'again' });\n");
    await until('the problem is gone', () => problems().length === 0);
  });
});
