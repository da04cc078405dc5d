import * as vscode from 'vscode';
import { describeError } from '../../base/errors';
import { Emitter } from '../../base/events';
import { MARKER_FILE, type CodeFolder } from '../../core/workspace/contract';
import type { ErrorReporter } from '../errors';
import type { OwnCodeServices } from './services';

const REMEMBERED = 'codeFolder';

/**
 * The learner's folder: the one taken in this window, else one that is open, of several the one made last, else the one made last. One that
 * cannot be read is no reason to take another.
 */
export class CodeFolders implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private folder: CodeFolder | undefined;
  /** Taken in this window. */
  private taken: string | undefined;
  /** Why the learner's folder cannot be read. */
  private problem: Error | undefined;
  private loading: Promise<void>;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly services: OwnCodeServices,
    private readonly memento: vscode.Memento,
    private readonly errors: Pick<ErrorReporter, 'write' | 'show'>,
  ) {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${MARKER_FILE}`);
    // one after the other, or an older look could have the last word
    const reload = (): void => void (this.loading = this.loading.then(() => this.load()));
    this.subscription = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(reload),
      watcher.onDidCreate(reload),
      watcher.onDidDelete(reload),
      vscode.workspace.onDidChangeWorkspaceFolders(reload),
      vscode.workspace.onDidGrantWorkspaceTrust(reload),
    );
    this.loading = this.load();
  }

  /** As far as it is known now; `ready` tells when it is. */
  get current(): CodeFolder | undefined {
    return this.folder;
  }

  ready(): Promise<void> {
    return this.loading;
  }

  /** The folder as far as it is known now. @throws `CODE_FOLDER_MALFORMED` where there is one that cannot be read */
  get readable(): CodeFolder | undefined {
    if (this.problem) throw this.problem;
    return this.folder;
  }

  /** The folder, or one that is made where there is none. Rejects with `CODE_FOLDER_MALFORMED` where there is one that cannot be read. */
  async orMake(make: () => Promise<CodeFolder | undefined>): Promise<CodeFolder | undefined> {
    await this.loading;
    return this.readable ?? make();
  }

  /** Takes a folder that is being made: whoever asks what is `ready` waits for it. Rejects as `coming` does; then the former folder stays. */
  adopt(coming: Promise<CodeFolder>): Promise<CodeFolder> {
    const before = this.loading;
    const adopted = coming.then(async folder => {
      await before;
      this.taken = folder.directory;
      await this.memento.update(REMEMBERED, folder.directory);
      await this.load();
      return folder;
    });
    this.loading = adopted.then(
      () => undefined,
      () => this.load(),
    );
    return adopted;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  /** Code of a folder that is not trusted is neither deployed nor checked. */
  private async load(): Promise<void> {
    const open = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ uri }) => uri.fsPath);
    const kept = this.memento.get<unknown>(REMEMBERED);
    const remembered = typeof kept === 'string' ? [kept] : [];
    const taken = this.taken === undefined ? remembered.filter(each => open.includes(each)) : [this.taken];
    const candidates = vscode.workspace.isTrusted ? new Set([...taken, ...open, ...remembered]) : [];
    let found: CodeFolder | undefined;
    let problem: Error | undefined;
    for (const directory of candidates) {
      try {
        found = await this.services.find(directory);
      } catch (error) {
        problem = error as Error;
        // of a folder that is not open whoever needs it is told
        if (!open.includes(directory)) this.errors.write(error);
        else if (describeError(error) !== describeError(this.problem)) this.errors.show(error);
      }
      if (found ?? problem) break;
    }
    this.folder = found;
    this.problem = problem;
    this.changed.fire();
  }
}
