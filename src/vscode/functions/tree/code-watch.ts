import * as vscode from 'vscode';

/** A build or a checkout changes many files: they are told once. */
const QUIET_MS = 300;

/** Tells when something below one of the folders with functions' sources changes. Packages are another matter: there are too many of them. */
export class CodeWatch implements vscode.Disposable {
  private watched = '';
  private watchers = vscode.Disposable.from();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onChange: () => void) {}

  /** Absolute folders, in place of those before. */
  follow(directories: readonly string[]): void {
    const wanted = [...new Set(directories)].sort();
    if (JSON.stringify(wanted) === this.watched) return;
    this.watched = JSON.stringify(wanted);
    this.watchers.dispose();
    this.watchers = vscode.Disposable.from(...wanted.flatMap(directory => this.watch(directory)));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watchers.dispose();
  }

  private watch(directory: string): vscode.Disposable[] {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(directory), '**/*'),
    );
    const changed = ({ path }: vscode.Uri): void => {
      if (path.includes('/node_modules/')) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(this.onChange, QUIET_MS);
    };
    return [watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
  }
}
