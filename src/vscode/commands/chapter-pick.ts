import * as vscode from 'vscode';
import type { Chapter } from '../../core/chapters/contract';
import type { WorkshopSession } from '../chapters/workshop-session';

/** Asks for a chapter; each line tells how far it is. */
export async function pickChapter(session: WorkshopSession, placeHolder: string): Promise<Chapter | undefined> {
  const items = session
    .chapters()
    .then(chapters => chapters.map(chapter => ({ chapter, ...chapterItem(session, chapter) })));
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  return picked?.chapter;
}

function chapterItem(session: WorkshopSession, chapter: Chapter): vscode.QuickPickItem {
  const statuses = chapter.steps.map(step => session.status(chapter.slug, step.id));
  const done = statuses.filter(status => status === 'done').length;
  const mark = statuses.includes('failed')
    ? '$(error)'
    : done === statuses.length
      ? '$(pass-filled)'
      : '$(circle-large-outline)';
  return {
    label: `${mark} ${chapter.number} · ${chapter.title}`,
    description: vscode.l10n.t('{0} of {1} steps done', done, statuses.length),
    detail: chapter.summary,
  };
}
