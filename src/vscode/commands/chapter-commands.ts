import * as vscode from 'vscode';
import type { WorkshopSession } from '../chapters/workshop-session';
import { COMMANDS } from '../contributions';
import type { ChapterPanels } from '../webviews/chapter-panels';
import { pickChapter } from './chapter-pick';
import { runWithNotification } from './run-progress-ui';

export interface ChapterCommandContext {
  session: WorkshopSession;
  panels: ChapterPanels;
}

/** Run and open chapters. Each takes a chapter's slug, for links and keybindings; without one it asks. */
export function chapterCommands({ session, panels }: ChapterCommandContext) {
  const choose = async (slug: unknown, placeHolder: string) => {
    if (slug === undefined) return pickChapter(session, placeHolder);
    return session.chapter(String(slug));
  };
  return {
    [COMMANDS.runChapter]: async (slug?: unknown) => {
      const chapter = await choose(slug, vscode.l10n.t('Chapter to run'));
      if (!chapter) return undefined;
      panels.open(chapter.slug);
      return runWithNotification(session, chapter, { slug: chapter.slug, activity: 'run' });
    },
    [COMMANDS.openChapter]: async (slug?: unknown) => {
      const chapter = await choose(slug, vscode.l10n.t('Chapter to open'));
      if (chapter) panels.open(chapter.slug);
    },
  };
}
