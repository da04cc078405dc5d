import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../../src/vscode/contributions';
import { extension, until } from '../support';

/** The real CDK CLI, run by a task of the editor in a folder made of the starter kit. */
describe("the stack's tasks", function () {
  this.timeout(300_000);
  let root: string;
  let folder: string;

  before(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-host-stack-'));
    folder = path.join(root, 'bank');
    fs.mkdirSync(folder);
  });
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  const execute = async (action: string): Promise<vscode.Task> => {
    const task = (await vscode.tasks.fetchTasks({ type: 'dsqlWorkshop' })).find(
      ({ definition }) => definition['action'] === action,
    );
    assert.ok(task, action);
    const ended = new Promise<void>(resolve => {
      const listening = vscode.tasks.onDidEndTask(({ execution }) => {
        if (execution.task.definition['action'] !== action) return;
        listening.dispose();
        resolve();
      });
    });
    await vscode.tasks.executeTask(task);
    await ended;
    return task;
  };
  const problems = (): vscode.Diagnostic[] =>
    vscode.languages
      .getDiagnostics(vscode.Uri.file(path.join(folder, 'lambda', 'index.ts')))
      .filter(({ source }) => source === 'esbuild');

  it('are offered for the folder, with what they do', async () => {
    await vscode.commands.executeCommand(COMMANDS.startWorkshop, vscode.Uri.file(folder));
    fs.symlinkSync(path.join(extension().extensionPath, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    let actions: unknown[] = [];
    await until('the tasks are offered', async () => {
      const tasks = await vscode.tasks.fetchTasks({ type: 'dsqlWorkshop' });
      actions = tasks.map(({ definition }) => definition['action']);
      return actions.length > 0;
    });
    assert.deepEqual(actions.sort(), ['deploy', 'destroy', 'synth']);
  });

  it('mark what does not bundle at its line', async () => {
    const file = path.join(folder, 'lambda', 'index.ts');
    const mine = fs.readFileSync(file, 'utf8');
    const line = mine.split('\n').length;
    fs.writeFileSync(file, `${mine}export const broken = ;\n`);
    await execute('synth');
    await until('the problem is told', () => problems().length > 0);
    const [problem] = problems();
    assert.equal(problem?.range.start.line, line - 1);
    assert.match(problem.message, /Unexpected ";"/);
    fs.writeFileSync(file, mine);
  });

  it('write the template when all is well, and the problem is gone', async () => {
    await execute('synth');
    assert.ok(fs.existsSync(path.join(folder, 'infra/cdk/cdk.out/DsqlWorkshop.template.json')));
    await until('no problem is left', () => problems().length === 0);
  });
});
