import * as vscode from 'vscode';
import { causes, CodedError, describeError, describeErrorInLine } from '../base/errors';
import { isConnectionFailure } from '../core/connections/connection-failure';
import { COMMANDS } from './contributions';

/** True when an error means no more than that the user cancelled. */
export function isCancellation(error: unknown): boolean {
  return (
    error instanceof vscode.CancellationError ||
    (error instanceof CodedError && error.code === 'CANCELLED') ||
    (error instanceof Error && error.name === 'AbortError')
  );
}

/** What a button under an error message does, by the error's code. Codes without an entry get the log only. */
const NEXT_ACTIONS: Readonly<Record<string, { title: () => string; command: string; args?: unknown[] }>> = {
  LOCAL_CLUSTER_ENDED: { title: () => vscode.l10n.t('Start Again'), command: COMMANDS.startLocalCluster },
  LOCAL_CLUSTER_START_TIMEOUT: { title: () => vscode.l10n.t('Start Again'), command: COMMANDS.startLocalCluster },
  NOT_RUNNING: { title: () => vscode.l10n.t('Start Local Cluster'), command: COMMANDS.startLocalCluster },
  STACK_NOT_DEPLOYED: { title: () => vscode.l10n.t('Deploy Stack…'), command: COMMANDS.deployStack },
  LOCAL_CLUSTER_STOPPED: { title: () => vscode.l10n.t('Start Local Cluster'), command: COMMANDS.startLocalCluster },
};
const OPEN_SETTINGS = {
  title: () => vscode.l10n.t('Open Settings'),
  command: 'workbench.action.openSettings',
  args: ['@ext:dsql-workshop.dsql-workshop'],
};

function nextAction(error: unknown) {
  if (!(error instanceof CodedError)) return undefined;
  if (/^LOCAL_(PORT|DATA|DISK)_/.test(error.code)) return OPEN_SETTINGS;
  if (isConnectionFailure(error.code))
    return {
      title: () => vscode.l10n.t('Examine Connection'),
      command: COMMANDS.examineConnection,
      args: [error.details?.profileId],
    };
  return Object.hasOwn(NEXT_ACTIONS, error.code) ? NEXT_ACTIONS[error.code] : undefined;
}

/** The one place where an error becomes a message: what happened, what to do next, and a way to the log. */
export class ErrorReporter {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Writes the error with its causes to the log. Cancellation is no error. */
  write(error: unknown): void {
    if (isCancellation(error)) return;
    for (const cause of causes(error)) {
      const code = cause instanceof CodedError ? `${cause.code}: ` : '';
      this.log.error(
        `${code}${cause instanceof Error && !(cause instanceof CodedError) ? (cause.stack ?? cause.message) : describeError(cause)}`,
      );
    }
  }

  /** Writes the error and shows it. Does not wait for the user's answer. */
  show(error: unknown): void {
    if (isCancellation(error)) return;
    this.write(error);
    void this.ask(error);
  }

  private async ask(error: unknown): Promise<void> {
    const showLog = vscode.l10n.t('Show Log');
    const action = nextAction(error);
    const buttons = action ? [action.title(), showLog] : [showLog];
    const answer = await vscode.window.showErrorMessage(describeErrorInLine(error), ...buttons);
    if (answer === showLog) await vscode.commands.executeCommand(COMMANDS.showLog);
    else if (answer !== undefined && action)
      await vscode.commands.executeCommand(action.command, ...(action.args ?? []));
  }
}
