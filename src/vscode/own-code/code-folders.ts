import * as vscode from 'vscode';
import { Emitter } from '../../base/events';
import { MARKER_FILE, type CodeFolder } from '../../core/workspace/contract';
import type { OwnCodeServices } from './services';

const REMEMBERED = 'codeFolder';

/** The learner's folder: the one that is open, else the one that was made last. */
export class CodeFolders implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private folder: CodeFolder | undefined;
  private loading: Promise<void>;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly services: OwnCodeServices,
    private readonly memento: vscode.Memento,
    private readonly onError: (error: unknown) => void,
  ) {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${MARKER_FILE}`);
    const reload = (): void => void (this.loading = this.load());
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

  /** Takes a folder that is being made: whoever asks what is `ready` waits for it. Rejects as `coming` does; then the former folder stays. */
  adopt(coming: Promise<CodeFolder>): Promise<CodeFolder> {
    const adopted = coming.then(async folder => {
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
    const remembered = this.memento.get<unknown>(REMEMBERED);
    const candidates = vscode.workspace.isTrusted
      ? [...open, ...(typeof remembered === 'string' ? [remembered] : [])]
      : [];
    let found: CodeFolder | undefined;
    try {
      for (const directory of candidates) {
        found = await this.services.find(directory);
        if (found) break;
      }
    } catch (error) {
      this.onError(error);
    }
    this.folder = found;
    this.changed.fire();
  }
}
