import * as vscode from 'vscode';
import type { Chapter } from '../../core/chapters/contract';
import type { RunRequest } from './run-progress';
import type { WorkshopSession } from './workshop-session';

/** Runs with a notification that tells what goes on and can cancel. @returns true when every step is done. */
export function runWithNotification(
  session: WorkshopSession,
  chapter: Chapter,
  request: RunRequest,
): Thenable<boolean> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Chapter {0}', chapter.number),
      cancellable: true,
    },
    async (progress, token) => {
      const cancel = token.onCancellationRequested(() => session.cancel());
      const listener = session.onDidProgress(run => progress.report({ message: run.progress.view.text }));
      try {
        const done = await session.execute(request);
        announce(chapter, done);
        return done;
      } finally {
        listener.dispose();
        cancel.dispose();
      }
    },
  );
}

/** Runs what was asked for in a view: the view shows the progress, the window only that something runs. */
export function runFromView(session: WorkshopSession, request: RunRequest): Thenable<void> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('DSQL Workshop: running') },
    async () => void (await session.execute(request)),
  );
}

function announce(chapter: Chapter, done: boolean): void {
  const text = done
    ? vscode.l10n.t('$(pass) Chapter {0}: every check held', chapter.number)
    : vscode.l10n.t('$(error) Chapter {0}: a step failed', chapter.number);
  vscode.window.setStatusBarMessage(text, 8_000);
}
