import path from 'node:path';
import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { Chapter } from '../../core/chapters/contract';
import { parseChapter } from '../../core/chapters/parser';
import { verifyReferences } from '../../core/chapters/references';
import type { ChapterPanels } from './chapter-panels';
import { chapterErrors } from './chapter-errors';
import type { ChapterLibrary } from './chapter-library';

/** How long the author's hands must rest. */
const QUIET_MS = 250;

/** The guide of a chapter as its author types it. What is malformed is marked at its line, and the last good text stays in the guide. */
export class ChapterPreview implements vscode.Disposable {
  private readonly problems = vscode.languages.createDiagnosticCollection('dsqlWorkshop.chapters');
  private readonly previewed = new Map<string, { timer?: NodeJS.Timeout; slug?: string }>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly library: ChapterLibrary,
    private readonly panels: ChapterPanels,
  ) {
    this.subscriptions = [
      this.problems,
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.readSoon(document)),
      vscode.workspace.onDidCloseTextDocument(document => void this.forget(document)),
      vscode.workspace.onDidSaveTextDocument(document => {
        if (!isChapterFile(document.uri) || this.previewed.has(document.uri.toString())) return;
        if (this.library.hasDraft(folderOf(document.uri))) this.read(document);
        else this.library.reload();
      }),
    ];
  }

  /** Shows the chapter of a `chapter.md` beside it. @throws CodedError `NOT_A_CHAPTER`, `WORKSPACE_NOT_TRUSTED`. */
  async open(uri: vscode.Uri | undefined = vscode.window.activeTextEditor?.document.uri): Promise<void> {
    if (!uri || !isChapterFile(uri)) throw chapterErrors.notAChapter();
    if (!vscode.workspace.isTrusted) throw chapterErrors.notTrusted();
    const document = await vscode.workspace.openTextDocument(uri);
    this.previewed.set(uri.toString(), {});
    const chapter = this.read(document);
    if (!chapter) {
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      return;
    }
    await this.library.all();
    this.panels.open(chapter.slug, undefined, true);
  }

  dispose(): void {
    for (const { timer } of this.previewed.values()) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private readSoon(document: vscode.TextDocument): void {
    const preview = this.previewed.get(document.uri.toString());
    if (!preview) return;
    clearTimeout(preview.timer);
    preview.timer = setTimeout(() => this.read(document), QUIET_MS);
  }

  private read(document: vscode.TextDocument): Chapter | undefined {
    const preview = this.previewed.get(document.uri.toString());
    try {
      const chapter = chapterOf(document.getText(), folderOf(document.uri));
      this.problems.delete(document.uri);
      if (preview) preview.slug = chapter.slug;
      this.library.setDraft(chapter);
      this.panels.setNotice(chapter.slug, undefined);
      return chapter;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.problems.set(document.uri, [diagnosticOf(document, error)]);
      if (preview?.slug !== undefined) this.panels.setNotice(preview.slug, error);
      return undefined;
    }
  }

  /** A closed document is what its file says; one that is in no folder of chapters stays in the guide as long as the window. */
  private async forget(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const preview = this.previewed.get(key);
    if (!preview) return;
    clearTimeout(preview.timer);
    this.previewed.delete(key);
    this.problems.delete(document.uri);
    const directory = folderOf(document.uri);
    try {
      const text = Buffer.from(await vscode.workspace.fs.readFile(document.uri)).toString('utf8');
      this.library.setDraft(chapterOf(text, directory));
    } catch {
      this.library.reload(directory);
    }
  }
}

const folderOf = ({ fsPath }: vscode.Uri): string => path.dirname(fsPath);

/** @throws CodedError `CHAPTER_MALFORMED`. */
function chapterOf(text: string, directory: string): Chapter {
  const chapter: Chapter = { ...parseChapter(text, directory), own: true };
  verifyReferences(chapter);
  return chapter;
}

const isChapterFile = (uri: vscode.Uri): boolean =>
  uri.scheme === 'file' && path.posix.basename(uri.path) === 'chapter.md';

function diagnosticOf(document: vscode.TextDocument, error: CodedError): vscode.Diagnostic {
  const line = Math.min(Number(error.details?.line ?? 1), document.lineCount) - 1;
  const text = error.message.replace(/^[^:]+:\d+: /, '');
  const message = error.nextStep === undefined ? text : `${text}. ${error.nextStep}`;
  const diagnostic = new vscode.Diagnostic(document.lineAt(Math.max(0, line)).range, message);
  diagnostic.source = 'DSQL Workshop';
  diagnostic.code = error.code;
  return diagnostic;
}
