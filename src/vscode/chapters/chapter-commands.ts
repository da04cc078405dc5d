import * as vscode from 'vscode';
import { confirmReset } from './confirm-reset';
import type { ChapterPreview } from './chapter-preview';
import type { ChapterNode } from './chapter-tree';
import type { RunRequest } from './run-progress';
import type { WorkshopSession } from './workshop-session';
import { COMMANDS } from '../contributions';
import type { ChapterPanels } from './chapter-panels';
import { nextStep, pickChapter, pickStep } from './chapter-pick';
import { runWithNotification } from './run-progress-ui';

export interface ChapterCommandContext {
  session: WorkshopSession;
  panels: ChapterPanels;
  preview: ChapterPreview;
  chooseTarget: () => Promise<void>;
}

/** What a command is about: a node of the tree, or a chapter's slug and a step's id, as links and keybindings give them. */
interface Subject {
  slug?: string;
  stepId?: string;
}

function subjectOf(first: unknown, second: unknown): Subject {
  if (typeof first === 'object' && first !== null && 'kind' in first) {
    const node = first as ChapterNode;
    return { slug: node.chapter.slug, ...(node.kind === 'step' && { stepId: node.step.id }) };
  }
  return {
    ...(first !== undefined && { slug: String(first) }),
    ...(second !== undefined && { stepId: String(second) }),
  };
}

/** Commands around chapters. Each takes a node of the tree, or slug and step id; without them it asks, or takes the chapter that is shown. */
export function chapterCommands({ session, panels, preview, chooseTarget }: ChapterCommandContext) {
  const chapterOf = async ({ slug }: Subject, placeHolder: string, shown = false) => {
    const known = slug ?? (shown ? panels.shownSlug : undefined);
    return known === undefined ? pickChapter(session, placeHolder, panels.shownSlug) : session.chapter(known);
  };
  const run = async (request: RunRequest) => {
    const chapter = await session.chapter(request.slug);
    panels.open(chapter.slug, request.stepId);
    const done = await runWithNotification(session, chapter, request);
    await panels.showFailure(request);
    return done;
  };
  /** For commands about one step: what was given, else the chapter that is shown and a pick. */
  const onStep =
    (placeHolder: () => string, act: (slug: string, stepId: string) => unknown) =>
    async (first?: unknown, second?: unknown) => {
      const subject = subjectOf(first, second);
      const chapter = await chapterOf(subject, vscode.l10n.t('Chapter'), true);
      if (!chapter) return undefined;
      const stepId = subject.stepId ?? (await pickStep(session, chapter, placeHolder()))?.id;
      return stepId === undefined ? undefined : act(chapter.slug, stepId);
    };
  return {
    [COMMANDS.runChapter]: async (first?: unknown) => {
      const chapter = await chapterOf(subjectOf(first, undefined), vscode.l10n.t('Chapter to run'));
      return chapter && run({ slug: chapter.slug, activity: 'run' });
    },
    [COMMANDS.openChapter]: async (first?: unknown, second?: unknown) => {
      const subject = subjectOf(first, second);
      const chapter = await chapterOf(subject, vscode.l10n.t('Chapter to open'));
      if (chapter) panels.open(chapter.slug, subject.stepId);
    },
    [COMMANDS.runStep]: onStep(
      () => vscode.l10n.t('Step to run'),
      (slug, stepId) => run({ slug, stepId, activity: 'run' }),
    ),
    [COMMANDS.skipStep]: onStep(
      () => vscode.l10n.t('Step to skip, or to take up again'),
      (slug, stepId) => session.skip(slug, stepId, session.status(slug, stepId) !== 'skipped'),
    ),
    [COMMANDS.resetStep]: onStep(
      () => vscode.l10n.t('Step to undo, with those after it'),
      async (slug, stepId) => {
        const title = (await session.chapter(slug)).steps.find(({ id }) => id === stepId)?.title ?? stepId;
        const { current } = session.targets;
        if (current.kind === 'aws' && !(await confirmReset(`“${title}”`, current))) return undefined;
        return run({ slug, stepId, activity: 'reset' });
      },
    ),
    [COMMANDS.nextStep]: async (first?: unknown) => {
      const chapter = await chapterOf(subjectOf(first, undefined), vscode.l10n.t('Chapter'), true);
      if (!chapter) return;
      const step = nextStep(session, chapter);
      const chapters = await session.chapters();
      const following = chapters[chapters.indexOf(chapter) + 1];
      if (step) panels.open(chapter.slug, step.id);
      else if (following) panels.open(following.slug, nextStep(session, following)?.id);
      else vscode.window.setStatusBarMessage(vscode.l10n.t('$(pass) Every step of the last chapter is done'), 5_000);
    },
    [COMMANDS.resetChapter]: async (first?: unknown) => {
      const chapter = await chapterOf(subjectOf(first, undefined), vscode.l10n.t('Chapter to reset'), true);
      const title = chapter && vscode.l10n.t('chapter {0}', `${chapter.number} · ${chapter.title}`);
      if (chapter && title !== undefined && (await confirmReset(title, session.targets.current)))
        return run({ slug: chapter.slug, activity: 'reset' });
      return undefined;
    },
    [COMMANDS.checkChapter]: async (first?: unknown) => {
      const chapter = await chapterOf(subjectOf(first, undefined), vscode.l10n.t('Chapter to check'), true);
      if (!chapter) return;
      panels.open(chapter.slug, subjectOf(first, undefined).stepId);
      await session.check(chapter.slug);
    },
    [COMMANDS.previewChapter]: (uri?: unknown) => preview.open(uri instanceof vscode.Uri ? uri : undefined),
    [COMMANDS.chooseChapterTarget]: () => chooseTarget(),
  };
}
