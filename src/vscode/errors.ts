import * as vscode from 'vscode';
import { causes, CodedError, describeError, describeErrorInLine } from '../base/errors';
import { COMMANDS } from './contributions';
import { inWindow, nextActionOf } from './next-actions';

/** True when an error means no more than that the user cancelled. */
export function isCancellation(error: unknown): boolean {
  return (
    error instanceof vscode.CancellationError ||
    (error instanceof CodedError && error.code === 'CANCELLED') ||
    (error instanceof Error && error.name === 'AbortError')
  );
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
    void this.ask(error).catch((failure: unknown) => this.write(failure));
  }

  /** For work that nobody waits for, such as what follows on a message's button: what goes wrong in it is shown all the same. */
  inBackground(work: PromiseLike<unknown>): void {
    work.then(undefined, (error: unknown) => this.show(error));
  }

  private async ask(error: unknown): Promise<void> {
    const showLog = vscode.l10n.t('Show Log');
    const action = nextActionOf(error);
    const buttons = action ? [action.title, showLog] : [showLog];
    const answer = await vscode.window.showErrorMessage(describeErrorInLine(inWindow(error)), ...buttons);
    if (answer === showLog) await vscode.commands.executeCommand(COMMANDS.showLog);
    else if (answer !== undefined && action)
      await vscode.commands.executeCommand(action.command, ...(action.args ?? []));
  }
}
