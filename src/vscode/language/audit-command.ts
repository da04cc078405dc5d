import * as vscode from 'vscode';
import type { AuditReport } from '../../core/audit/contract';
import { inProgress } from '../commands/in-progress';

export interface AuditOptions {
  signal?: AbortSignal;
  onProgress?(done: number, all: number): void;
}

/** The audits the extension offers; the real ones are wired in `extension.ts`. */
export interface Audits {
  folder(folder: string, options: AuditOptions): Promise<AuditReport>;
  database(url: string, options: AuditOptions): Promise<AuditReport>;
}

/** Asks what to audit, and opens the report as a Markdown document with its preview. */
export async function auditMigration(audits: Audits): Promise<void> {
  const subject = await pickSubject();
  if (!subject) return;
  const report = await inProgress(vscode.l10n.t('Auditing {0}…', subject.name), (say, signal) => {
    let last = 0;
    const onProgress = (done: number, all: number): void => {
      const share = all > 0 ? (done / all) * 100 : 0;
      say(`${done} / ${all}`, share - last);
      last = share;
    };
    return subject.run({ signal, onProgress });
  });
  const { auditMarkdown } = await import('../../core/audit/report/markdown');
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: auditMarkdown(report) });
  await vscode.window.showTextDocument(document, { preview: false });
  await vscode.commands.executeCommand('markdown.showPreview', document.uri).then(undefined, () => undefined);

  async function pickSubject(): Promise<
    { name: string; run(options: AuditOptions): Promise<AuditReport> } | undefined
  > {
    // code is read from the disk: folders of virtual workspaces have none
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const ofFolder = (uri: vscode.Uri, name: string) => ({
      name,
      run: (options: AuditOptions) => audits.folder(uri.fsPath, options),
    });
    const items = [
      ...folders.map(({ name, uri }) => ({
        label: `$(folder) ${name}`,
        description: uri.fsPath,
        choose: () => Promise.resolve(ofFolder(uri, name)),
      })),
      {
        label:
          folders.length > 0
            ? vscode.l10n.t('$(folder-opened) Another folder…')
            : vscode.l10n.t('$(folder-opened) A folder…'),
        description: '',
        choose: async () => {
          const [uri] = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false })) ?? [];
          return uri && ofFolder(uri, uri.path.split('/').at(-1) ?? uri.path);
        },
      },
      {
        label: vscode.l10n.t('$(database) A PostgreSQL database…'),
        description: vscode.l10n.t('read only; nothing is changed'),
        choose: askDatabase,
      },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Audit a migration to Aurora DSQL'),
      placeHolder: vscode.l10n.t('What is to be moved?'),
    });
    return picked?.choose();
  }

  async function askDatabase() {
    const url = await vscode.window.showInputBox({
      title: vscode.l10n.t('Audit a PostgreSQL database'),
      prompt: vscode.l10n.t('URL without the password. Other PG* variables of this window count, too.'),
      placeHolder: 'postgres://user@host:5432/database',
      ignoreFocusOut: true,
      validateInput: text =>
        /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text)
          ? undefined
          : vscode.l10n.t('Write postgres://user@host:5432/database'),
    });
    if (url === undefined) return undefined;
    const target = new URL(url);
    if (target.password === '') {
      const password = await vscode.window.showInputBox({
        title: vscode.l10n.t('Password'),
        prompt: vscode.l10n.t('Used for this audit only, and kept nowhere. Empty: PGPASSWORD, or none.'),
        password: true,
        ignoreFocusOut: true,
      });
      if (password === undefined) return undefined;
      if (password !== '') target.password = encodeURIComponent(password);
    }
    return { name: target.host, run: (options: AuditOptions) => audits.database(target.href, options) };
  }
}
