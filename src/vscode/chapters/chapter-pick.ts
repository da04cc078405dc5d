import * as vscode from 'vscode';
import type { Chapter, Step, StepStatus } from '../../core/chapters/contract';
import type { WorkshopSession } from './workshop-session';

/** Asks for a chapter; each line tells how far it is. The one of the slug `shown` is active, where there is one, else the first. */
export async function pickChapter(
  session: WorkshopSession,
  placeHolder: string,
  shown: string | undefined,
): Promise<Chapter | undefined> {
  const items = (await session.chapters()).map(chapter => ({ chapter, ...chapterItem(session, chapter) }));
  const picked = await pickOne(items, ({ chapter }) => chapter.slug === shown, { placeHolder, matchOnDetail: true });
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
  const open = nextStep(session, chapter);
  const title = `${chapter.number} · ${chapter.title}`;
  const picked = await pickOne(items, ({ step }) => step === open, { title, placeHolder });
  return picked?.step;
}

/** `showQuickPick` begins at the first item; this one at the one that `isActive`, where there is one. */
function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[],
  isActive: (item: T) => boolean,
  { title, placeHolder, matchOnDetail = false }: vscode.QuickPickOptions,
): Promise<T | undefined> {
  const pick = vscode.window.createQuickPick<T>();
  pick.title = title;
  pick.placeholder = placeHolder;
  pick.matchOnDetail = matchOnDetail;
  pick.items = items;
  const active = items.filter(isActive);
  // told of none, the list has none, and Enter picks nothing
  if (active.length > 0) pick.activeItems = active;
  return new Promise(resolve => {
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]);
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
