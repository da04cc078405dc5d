import * as vscode from 'vscode';
import type { StackRequest } from '../../core/stack/contract';
import { DEFAULT_STACK_NAME } from '../../core/stack/contract';
import type { CodeFolder } from '../../core/workspace/contract';
import type { CallerOf } from '../aws/callers';
import { askPlaces, type ClusterDraft } from '../clusters/draft';
import { awsProfileStep } from '../connections/wizard/connection-wizard';
import type { ProfileSettings } from '../connections/profile-settings';
import { COMMANDS } from '../contributions';
import type { ErrorReporter } from '../errors';
import type { CodeFolders } from '../own-code/code-folders';
import { codeNotTrusted } from '../own-code/start-workshop';
import type { WorkshopServices } from '../ports';
import { TASK_TYPE } from './definition';
import { showOutputs } from './show-outputs';
import { StackTasks } from './tasks';

export interface StackContext {
  services: Pick<WorkshopServices, 'stack' | 'awsProfiles'>;
  callerOf: CallerOf;
  folders: CodeFolders;
  /** Makes a workshop folder where there is none. */
  start: () => Promise<CodeFolder | undefined>;
  settings: ProfileSettings;
  errors: ErrorReporter;
}

/** Commands and tasks that deploy and destroy the learner's stack. */
export function createStack({ services, callerOf, folders, start, settings, errors }: StackContext) {
  const { l10n } = vscode;
  const tasks = new StackTasks({ services: services.stack, callerOf, folders, settings, errors });
  // asked again, the answers of the last time are there
  const draft: ClusterDraft = {};

  const folder = async (): Promise<string | undefined> => {
    if (!vscode.workspace.isTrusted) throw codeNotTrusted();
    return (await folders.orMake(start))?.directory;
  };
  const asked = async (title: string): Promise<StackRequest | undefined> => {
    if (!(await askPlaces(title, draft, awsProfileStep<ClusterDraft>(services)))) return undefined;
    const { awsProfile, region, set, secondRegion, witnessRegion } = draft;
    const pair = set === 'multi' && secondRegion !== undefined && witnessRegion !== undefined;
    return {
      stackName: DEFAULT_STACK_NAME,
      region,
      awsProfile,
      ...(pair && { twoRegions: { secondRegion, witnessRegion } }),
    };
  };
  const execute = async (action: 'deploy' | 'destroy', title: string): Promise<void> => {
    const directory = await folder();
    const request = directory === undefined ? undefined : await asked(title);
    if (directory !== undefined && request) await vscode.tasks.executeTask(tasks.task(directory, action, request));
  };
  return {
    commands: {
      [COMMANDS.deployStack]: () => execute('deploy', l10n.t('Deploy Stack')),
      [COMMANDS.destroyStack]: () => execute('destroy', l10n.t('Destroy Stack')),
      [COMMANDS.showStackOutputs]: async () => {
        const directory = await folder();
        if (directory === undefined) return;
        const stacks = await services.stack.outputs(directory);
        await showOutputs({ services: services.stack, settings }, directory, stacks);
      },
    },
    disposable: vscode.tasks.registerTaskProvider(TASK_TYPE, tasks),
  };
}
