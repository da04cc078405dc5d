import * as vscode from 'vscode';

/** Scheme of texts that are looked at beside the learner's own: solutions, and what is deployed. Nobody can save over them. */
const CODE_SCHEME = 'dsql-workshop-code';

/** Texts under read-only addresses, for one side of a diff. */
export class CodeTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(CODE_SCHEME, this);

  /** `origin` tells the texts of one comparison from another's: `solution`, `deployed`. */
  put(origin: string, path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: CODE_SCHEME, authority: origin, path: `/${path}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** A file on both sides of a comparison. */
export interface ComparedFile {
  path: string;
  left: vscode.Uri;
  right: vscode.Uri;
}

/** One file in a diff editor, several in one that holds them all. */
export async function showComparison(title: string, files: readonly ComparedFile[]): Promise<void> {
  const [first, ...others] = files;
  if (!first) return;
  if (others.length === 0)
    await vscode.commands.executeCommand('vscode.diff', first.left, first.right, `${first.path}: ${title}`, {
      preview: true,
    });
  else
    await vscode.commands.executeCommand(
      'vscode.changes',
      title,
      files.map(({ left, right }) => [right, left, right]),
    );
}
