import * as vscode from 'vscode';
import { abortSignalOf } from './cancellation';

/** Work with a notification that says how far it is, in words and in further percents, and that can cancel it. */
export function inProgress<T>(
  title: string,
  work: (say: (message: string, increment?: number) => void, signal: AbortSignal) => Promise<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => work((message, increment) => progress.report({ message, increment }), abortSignalOf(token)),
  );
}
