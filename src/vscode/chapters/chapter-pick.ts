import * as vscode from 'vscode';
import type { Chapter, Step, StepStatus } from '../../core/chapters/contract';
import type { WorkshopSession } from './workshop-session';

/** Asks for a chapter; each line tells how far it is. */
export async function pickChapter(session: WorkshopSession, placeHolder: string): Promise<Chapter | undefined> {
  const items = session
    .chapters()
    .then(chapters => chapters.map(chapter => ({ chapter, ...chapterItem(session, chapter) })));
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  return picked?.chapter;
}

/** Asks for a step of a chapter; the first that is open is active. */
export async function pickStep(
  session: WorkshopSession,
  chapter: Chapter,
  placeHolder: string,
): Promise<Step | undefined> {
  const items = chapter.steps.map((step, index) => ({
    step,
    label: `${MARKS[session.status(chapter.slug, step.id)]} ${index + 1} · ${step.title}`,
    description: DESCRIPTIONS[session.status(chapter.slug, step.id)](),
  }));
  const pick = vscode.window.createQuickPick<(typeof items)[number]>();
  pick.title = `${chapter.number} · ${chapter.title}`;
  pick.placeholder = placeHolder;
  pick.items = items;
  const open = nextStep(session, chapter);
  pick.activeItems = items.filter(({ step }) => step === open);
  return new Promise(resolve => {
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.step);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

/** The first step that is neither done nor skipped. */
export function nextStep(session: WorkshopSession, chapter: Chapter): Step | undefined {
  return chapter.steps.find(({ id }) => !['done', 'skipped'].includes(session.status(chapter.slug, id)));
}

const MARKS: Readonly<Record<StepStatus, string>> = {
  done: '$(pass-filled)',
  failed: '$(error)',
  running: '$(sync~spin)',
  skipped: '$(debug-step-over)',
  pending: '$(circle-large-outline)',
};

const DESCRIPTIONS: Readonly<Record<StepStatus, () => string>> = {
  done: () => vscode.l10n.t('done'),
  failed: () => vscode.l10n.t('failed'),
  running: () => vscode.l10n.t('running'),
  skipped: () => vscode.l10n.t('skipped'),
  pending: () => '',
};

function chapterItem(session: WorkshopSession, chapter: Chapter): vscode.QuickPickItem {
  const statuses = chapter.steps.map(step => session.status(chapter.slug, step.id));
  const count = (wanted: StepStatus) => statuses.filter(status => status === wanted).length;
  const [done, skipped] = [count('done'), count('skipped')];
  const mark = statuses.includes('failed')
    ? MARKS.failed
    : done + skipped === statuses.length
      ? MARKS.done
      : MARKS.pending;
  return {
    label: `${mark} ${chapter.number} · ${chapter.title}`,
    description: [
      vscode.l10n.t('{0} of {1} steps done', done, statuses.length),
      skipped > 0 ? vscode.l10n.t('{0} skipped', skipped) : '',
      chapter.own ? vscode.l10n.t('your own') : '',
    ]
      .filter(Boolean)
      .join(' · '),
    detail: chapter.summary,
  };
}
