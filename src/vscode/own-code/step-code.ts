import path from 'node:path';
import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { Chapter, Step } from '../../core/chapters/contract';
import type { CodeFolder } from '../../core/workspace/contract';
import { nothingApplied } from '../../core/workspace/errors';
import { STARTER_FUNCTIONS } from '../../core/workspace/solution';
import { requireCodeOf, codeOf } from '../../core/chapters/step-code';
import { showComparison, type CodeTexts } from './code-texts';
import type { ErrorReporter } from '../errors';
import type { CodeFolders } from './code-folders';
import type { OwnCodeServices } from './services';
import { askInDialog } from '../webviews/focused-view';

/** A step, as commands, the guide and links name it. */
interface StepAddress {
  slug: string;
  stepId: string;
}

export interface StepCodeContext {
  errors: Pick<ErrorReporter, 'inBackground'>;
  services: OwnCodeServices;
  folders: CodeFolders;
  texts: CodeTexts;
  chapters: () => Promise<Chapter[]>;
  /** Makes a folder where there is none yet. */
  start: () => Promise<CodeFolder | undefined>;
}

interface Subject {
  folder: CodeFolder;
  chapter: Chapter;
  step: Step;
}

/** A step's code: opened, compared with the solution, replaced by it, put back. Each takes `{ slug, stepId }`, or asks. */
export class StepCodeCommands {
  private toldOfPackages = false;

  constructor(private readonly context: StepCodeContext) {}

  async open(address: unknown): Promise<void> {
    const subject = await this.subject(address);
    if (!subject) return;
    const { own, place } = await this.code(subject);
    const position = new vscode.Position(place.line - 1, 0);
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(path.join(own, place.path)), {
      selection: new vscode.Range(position, position),
    });
    editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenter);
    this.context.errors.inBackground(this.tellOfPackages(subject.folder));
  }

  /** Red marks come from packages that are missing, not from the learner; told once. */
  private async tellOfPackages({ directory }: CodeFolder): Promise<void> {
    const packages = vscode.Uri.file(path.join(directory, 'node_modules'));
    const present = await vscode.workspace.fs.stat(packages).then(
      () => true,
      () => false,
    );
    if (present || this.toldOfPackages) return;
    this.toldOfPackages = true;
    const install = vscode.l10n.t('Run npm install');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t('The red marks on imports stay until packages are installed. Deploying works without them.'),
      install,
    );
    if (answer !== install) return;
    const terminal = vscode.window.createTerminal({ name: install, cwd: directory });
    terminal.show();
    terminal.sendText('npm install');
  }

  async diff(address: unknown): Promise<void> {
    const subject = await this.subject(address);
    if (!subject) return;
    const { own, changes } = await this.code(subject);
    if (changes.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Your code is the solution.'));
      return;
    }
    const origin = `${subject.chapter.slug}--${subject.step.id}`;
    await showComparison(
      vscode.l10n.t('your code ↔ solution of chapter {0}', subject.chapter.number),
      changes.map(change => ({
        path: change.path,
        left:
          change.before === undefined
            ? this.context.texts.put('none', change.path, '')
            : vscode.Uri.file(path.join(own, change.path)),
        right: this.context.texts.put(origin, change.path, change.after),
      })),
    );
  }

  async apply(address: unknown): Promise<string[] | undefined> {
    const subject = await this.subject(address);
    if (!subject) return undefined;
    await this.code(subject);
    const paths = await this.context.services.apply(subject.folder, subject.chapter, subject.step);
    const text =
      paths.length === 0
        ? vscode.l10n.t('Your code is the solution already.')
        : vscode.l10n.t('Solution applied: {0}. “Put mine back” undoes it.', paths.join(', '));
    vscode.window.setStatusBarMessage(text, 8_000);
    return paths;
  }

  async undo(address: unknown): Promise<string[] | undefined> {
    // where there is no folder nothing was replaced either
    const subject = await this.subject(address, step => Promise.reject(nothingApplied(step)));
    if (!subject) return undefined;
    await this.save(subject);
    const { services } = this.context;
    let paths: string[];
    try {
      paths = await services.undo(subject.folder, subject.chapter, subject.step, false);
    } catch (error) {
      if (!(error instanceof CodedError && error.code === 'EDITED_SINCE_APPLIED')) throw error;
      if (!(await this.confirmUndo(error))) return undefined;
      paths = await services.undo(subject.folder, subject.chapter, subject.step, true);
    }
    vscode.window.setStatusBarMessage(vscode.l10n.t('Your code is back: {0}', paths.join(', ')), 8_000);
    return paths;
  }

  private async confirmUndo(error: CodedError): Promise<boolean> {
    const undo = vscode.l10n.t('Undo All the Same');
    const paths = error.details?.paths;
    const answer = await askInDialog(
      vscode.l10n.t('You have edited this code since the solution was applied.'),
      {
        detail: vscode.l10n.t(
          'Undo puts back what was there before. What you have now is kept in .dsql-workshop/replaced: {0}',
          Array.isArray(paths) ? paths.join(', ') : '',
        ),
      },
      undo,
    );
    return answer === undo;
  }

  /** What is in an editor and not on disk is the learner's code too. */
  private async save({ folder, step }: Subject): Promise<void> {
    const { functionName } = requireCodeOf(step, folder.functions);
    const root = path.join(folder.directory, folder.functions[functionName] ?? '') + path.sep;
    for (const document of vscode.workspace.textDocuments)
      if (document.isDirty && document.uri.scheme === 'file' && document.uri.fsPath.startsWith(root))
        await document.save();
  }

  private async code(subject: Subject) {
    await this.save(subject);
    return this.context.services.stepCode(subject.folder, subject.chapter, subject.step);
  }

  /** Says what a folder is asked for. */
  private async start(): Promise<CodeFolder | undefined> {
    const { l10n } = vscode;
    const choose = l10n.t('Choose a Folder…');
    const detail = l10n.t(
      'The starter kit is copied into a folder that you choose; no file is overwritten. Chapters deploy what you write there from then on.',
    );
    const question = l10n.t('Your code needs a folder of its own.');
    const answer = await askInDialog(question, { calm: true, detail }, choose);
    return answer === choose ? this.context.start() : undefined;
  }

  private async subject(
    address: unknown,
    make: (step: Step) => Promise<CodeFolder | undefined> = () => this.start(),
  ): Promise<Subject | undefined> {
    const chapters = await this.context.chapters();
    const found = find(chapters, address) ?? (address === undefined ? await pick(chapters) : undefined);
    if (!found) return undefined;
    const folder = await this.context.folders.orMake(() => make(found.step));
    return folder && { folder, ...found };
  }
}

function find(chapters: readonly Chapter[], address: unknown): Omit<Subject, 'folder'> | undefined {
  const { slug, stepId } = (typeof address === 'object' && address !== null ? address : {}) as Partial<StepAddress>;
  const chapter = chapters.find(candidate => candidate.slug === slug);
  const step = chapter?.steps.find(candidate => candidate.id === stepId);
  return chapter && step && { chapter, step };
}

async function pick(chapters: readonly Chapter[]): Promise<Omit<Subject, 'folder'> | undefined> {
  const items = chapters.flatMap(chapter =>
    chapter.steps
      .filter(step => codeOf(step, STARTER_FUNCTIONS))
      .map(step => ({ label: step.title, description: `${chapter.number} · ${chapter.title}`, chapter, step })),
  );
  return vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Step whose code is meant'),
    matchOnDescription: true,
  });
}
