import * as vscode from 'vscode';
import { CodedError, describeError } from '../base/errors';
import { fileNextStep } from '../base/file-errors';
import { isConnectionFailure } from '../core/connections/connection-failure';
import { COMMANDS } from './contributions';

/** A button under an error message. */
export interface NextAction {
  title: string;
  command: string;
  args?: unknown[];
}

const startAgain = () => ({ title: vscode.l10n.t('Start Again'), command: COMMANDS.startLocalCluster });
const startCluster = () => ({ title: vscode.l10n.t('Start Local Cluster'), command: COMMANDS.startLocalCluster });
const deployFunction = () => ({ title: vscode.l10n.t('Deploy Function…'), command: COMMANDS.deployFunction });
const showPolicy = () => ({ title: vscode.l10n.t('Show IAM Policy…'), command: COMMANDS.showIamPolicy });

/** What the button does, by the error's code. Codes without an entry get the log only. */
const ACTIONS: Readonly<Record<string, () => NextAction>> = {
  LOCAL_CLUSTER_ENDED: startAgain,
  LOCAL_CLUSTER_START_TIMEOUT: startAgain,
  NOT_RUNNING: startCluster,
  LOCAL_CLUSTER_STOPPED: startCluster,
  STACK_NOT_DEPLOYED: () => ({ title: vscode.l10n.t('Deploy Stack…'), command: COMMANDS.deployStack }),
  LAMBDA_FUNCTION_NOT_FOUND: deployFunction,
  LAMBDA_NONE_DEPLOYED: deployFunction,
  LAMBDA_ACCESS_DENIED: showPolicy,
  CLUSTER_ACCESS_DENIED: showPolicy,
  STACK_ACCESS_DENIED: showPolicy,
  TEARDOWN_ACCESS_DENIED: showPolicy,
  CLOUDWATCH_ACCESS_DENIED: showPolicy,
  WORKSPACE_NOT_TRUSTED: () => ({
    title: vscode.l10n.t('Manage Workspace Trust'),
    command: 'workbench.trust.manage',
  }),
  CLUSTER_CREATED_PERHAPS: () => ({ title: vscode.l10n.t('Find Clusters in AWS…'), command: COMMANDS.findClusters }),
};

export function nextActionOf(error: unknown): NextAction | undefined {
  if (!(error instanceof CodedError)) return undefined;
  if (/^LOCAL_(PORT|DATA|DISK)_/.test(error.code))
    return {
      title: vscode.l10n.t('Open Settings'),
      command: 'workbench.action.openSettings',
      args: ['@ext:dsql-workshop.dsql-workshop'],
    };
  if (error.code === 'SETTING_MALFORMED')
    return {
      title: vscode.l10n.t('Open Settings'),
      command: 'workbench.action.openSettings',
      args: [error.details?.key],
    };
  if (error.code === 'CODE_FOLDER_MALFORMED')
    return {
      title: vscode.l10n.t('Open File'),
      command: 'vscode.open',
      args: [vscode.Uri.file(String(error.details?.file))],
    };
  if (isConnectionFailure(error.code))
    return {
      title: vscode.l10n.t('Examine Connection'),
      command: COMMANDS.examineConnection,
      args: [error.details?.profileId],
    };
  return Object.hasOwn(ACTIONS, error.code) ? ACTIONS[error.code]?.() : undefined;
}

/** Where the step that an error names is one at a terminal: what to do in a window. */
const STEPS: Readonly<Record<string, () => string>> = {
  LAMBDA_FUNCTION_NOT_FOUND: () => vscode.l10n.t('Deploy it first.'),
  LAMBDA_ACCESS_DENIED: () => vscode.l10n.t('Use credentials that may do this, or have it allowed to these.'),
  LAMBDA_CREDENTIALS_REFUSED: () =>
    vscode.l10n.t('Sign in again (aws sso login), or give the connection another AWS profile; and check the clock.'),
  LAMBDA_UNREACHABLE: () => vscode.l10n.t('Check the network and the Region, then try again.'),
  STACK_ACCESS_DENIED: () => vscode.l10n.t('Use credentials that may do this, or have it allowed to these.'),
};

/** The error with the step that can be done in a window; one of the file system with what its code asks for. */
export function inWindow(error: unknown): unknown {
  const nextStep = error instanceof CodedError ? undefined : fileNextStep(error);
  if (nextStep !== undefined) return new CodedError('FILE_SYSTEM', describeError(error), { nextStep, cause: error });
  if (!(error instanceof CodedError) || !Object.hasOwn(STEPS, error.code)) return error;
  return new CodedError(error.code, error.message, { nextStep: STEPS[error.code]?.() });
}
