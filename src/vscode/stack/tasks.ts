import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import { DEFAULT_STACK_NAME, STACK_ACTIONS, type StackAction, type StackRequest } from '../../core/stack/contract';
import { stackCancelled } from '../../core/stack/errors';
import { goesToAws } from '../../core/stack/plan';
import { callerLines } from '../../core/aws/caller';
import type { CallerOf } from '../aws/callers';
import type { ErrorReporter } from '../errors';
import type { CodeFolders } from '../own-code/code-folders';
import { confirmed } from './confirm';
import { definitionOf, PROBLEM_MATCHERS, readDefinition, TASK_TYPE } from './definition';
import { offerOutputs, type OfferContext } from './offer';
import type { StackServices } from './services';
import { StackTerminal } from './stack-terminal';
import { askInDialog } from '../webviews/focused-view';

export interface StackTasksContext extends OfferContext {
  services: StackServices;
  callerOf: CallerOf;
  folders: Pick<CodeFolders, 'current' | 'ready'>;
  errors: ErrorReporter;
}

/** Tasks `dsqlWorkshop: deploy, destroy, synth` in the learner's folder. What costs money or loses data is asked when the task runs. */
export class StackTasks implements vscode.TaskProvider {
  constructor(private readonly context: StackTasksContext) {}

  async provideTasks(): Promise<vscode.Task[]> {
    await this.context.folders.ready();
    const directory = this.context.folders.current?.directory;
    if (directory === undefined) return [];
    return STACK_ACTIONS.map(action => this.task(directory, action, { stackName: DEFAULT_STACK_NAME }));
  }

  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    const read = readDefinition(task.definition);
    await this.context.folders.ready();
    const directory = this.context.folders.current?.directory;
    if (!read || directory === undefined) return undefined;
    // the editor wants the definition back as it was
    return this.task(directory, read.action, read.request, task.definition, task.scope);
  }

  /** @param definition as a tasks.json has it; the request's own when undefined */
  task(
    directory: string,
    action: StackAction,
    request: StackRequest,
    definition: vscode.TaskDefinition = definitionOf(action, request),
    scope: vscode.Task['scope'] = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(directory)),
  ): vscode.Task {
    const { services, errors } = this.context;
    const task = new vscode.Task(
      definition,
      scope ?? vscode.TaskScope.Workspace,
      action,
      TASK_TYPE,
      new vscode.CustomExecution(() =>
        Promise.resolve(
          new StackTerminal({
            directory,
            services,
            run: (write, signal) => this.run(directory, action, request, write, signal),
            onError: error => errors.show(error),
          }),
        ),
      ),
      PROBLEM_MATCHERS,
    );
    task.detail = `cdk ${action} ${request.stackName}`;
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
    return task;
  }

  private async run(
    directory: string,
    action: StackAction,
    request: StackRequest,
    write: (text: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.ready(directory, write, signal);
    const guarded = action === 'destroy' ? await this.context.services.guarded(directory, request, signal) : [];
    if (goesToAws(action)) {
      const owner = await this.context.services.account(directory, request);
      const who = callerLines(await this.context.callerOf({ ...request, fresh: true }), owner);
      if (!(await confirmed(action, request, who, guarded))) throw stackCancelled(false);
    }
    if (guarded.length > 0) await this.context.services.unprotect(guarded, request, write, signal);
    const stacks = await this.context.services.run(action, request, {
      directory,
      onOutput: write,
      signal,
      colours: true,
    });
    if (action === 'deploy')
      void offerOutputs(this.context, directory, stacks, request.awsProfile).catch(error =>
        this.context.errors.show(error),
      );
  }

  /** Packages that are missing are installed when the user agrees. */
  private async ready(directory: string, write: (text: string) => void, signal: AbortSignal): Promise<void> {
    const { services } = this.context;
    try {
      await services.require(directory);
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'STACK_PACKAGES_MISSING') throw error;
      const { l10n } = vscode;
      const install = l10n.t('Install');
      const detail = l10n.t('npm install runs in {0} and in its infra/cdk; about 300 MB.', directory);
      const question = l10n.t('The packages of the stack are not installed yet.');
      const answer = await askInDialog(question, { calm: true, detail }, install);
      if (answer !== install) throw error;
      await services.install(directory, write, signal);
      await services.require(directory);
    }
  }
}
