import * as vscode from 'vscode';
import { PANELS } from '../contributions';
import { panelIcon } from '../webviews/panel-icon';
import { ChapterPanel, type ChapterPanelContext } from './chapter-panel';
import type { RunRequest } from './run-progress';

/** The window's chapter panel: opened, shown again, and brought back after a restart of the window. */
export class ChapterPanels implements vscode.WebviewPanelSerializer {
  private current: ChapterPanel | undefined;

  constructor(private readonly context: ChapterPanelContext) {}

  /** Shows the chapter, at the step where one is named, in the panel that is open where there is one. */
  open(slug: string, stepId?: string, preserveFocus = false): ChapterPanel {
    if (this.current) {
      if (this.current.chapterSlug !== slug || stepId !== undefined) this.current.show(slug, stepId);
      this.current.panel.reveal(undefined, preserveFocus);
      return this.current;
    }
    return this.adopt(
      vscode.window.createWebviewPanel(
        PANELS.chapter,
        'DSQL Workshop',
        { viewColumn: preserveFocus ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active, preserveFocus },
        { enableScripts: true, enableFindWidget: true },
      ),
      slug,
      stepId,
    );
  }

  /** A run of a whole chapter that a failed step has ended leads there, where the chapter is still shown. */
  async showFailure({ slug, stepId, activity }: RunRequest): Promise<void> {
    if (activity !== 'run' || stepId !== undefined) return;
    const { session } = this.context;
    const failed = (await session.chapter(slug)).steps.find(({ id }) => session.status(slug, id) === 'failed');
    if (failed && this.shownSlug === slug) this.current?.show(slug, failed.id);
  }

  /** The chapter in the panel that is open. */
  get shownSlug(): string | undefined {
    return this.current?.chapterSlug;
  }

  /** Shows what is wrong with a chapter, where it is open. */
  setNotice(slug: string, error: unknown): void {
    if (this.current?.chapterSlug === slug) this.current.setNotice(error);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const slug = keptSlug(state) ?? (await this.context.session.chapters())[0]?.slug;
    if (slug === undefined || this.current) panel.dispose();
    else this.adopt(panel, slug);
  }

  private adopt(panel: vscode.WebviewPanel, slug: string, stepId?: string): ChapterPanel {
    const adopted = new ChapterPanel(panel, slug, this.context, stepId);
    this.current = adopted;
    panel.iconPath = panelIcon(this.context.extensionUri, 'chapter');
    panel.onDidDispose(() => (this.current = undefined));
    return adopted;
  }
}

/** The chapter that a panel showed before a restart; nothing when its memory is not of the form of `ChapterViewMemory`. */
function keptSlug(state: unknown): string | undefined {
  const slug = typeof state === 'object' && state !== null ? (state as Record<string, unknown>).slug : undefined;
  return typeof slug === 'string' && slug.length > 0 && slug.length <= 200 ? slug : undefined;
}
