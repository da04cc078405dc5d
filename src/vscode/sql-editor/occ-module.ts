import * as vscode from 'vscode';
import { writeChosenFile } from '../chosen-file';
import { titleOf } from './sql-documents';

/** One language's retry module, below `workshop/snippets`. */
interface OccModule {
  label: string;
  file: string;
  language: string;
  description: string;
}

const MODULES: readonly OccModule[] = [
  {
    label: 'TypeScript (Node.js, pg)',
    file: 'node/dsql-retry.ts',
    language: 'typescript',
    description: 'dsql-retry.ts',
  },
  {
    label: 'Python (psycopg, psycopg2)',
    file: 'python/dsql_retry.py',
    language: 'python',
    description: 'dsql_retry.py',
  },
  { label: 'Java (JDBC)', file: 'java/DsqlRetry.java', language: 'java', description: 'DsqlRetry.java' },
  { label: 'Go (database/sql)', file: 'go/dsqlretry.go', language: 'go', description: 'dsqlretry.go' },
];

/** Puts the module that retries conflicts into the user's hands: as a new file, or as a document yet to be saved. Overwrites nothing. */
export async function insertOccModule(extensionUri: vscode.Uri): Promise<void> {
  const { l10n } = vscode;
  const picked = await vscode.window.showQuickPick([...MODULES], {
    title: l10n.t('OCC Retry Module'),
    placeHolder: l10n.t('Language of your application'),
  });
  if (!picked) return;
  const source = vscode.Uri.joinPath(extensionUri, 'workshop', 'snippets', ...picked.file.split('/'));
  const content = await vscode.workspace.fs.readFile(source);
  const folder = await pickPlace(picked.description);
  if (folder === undefined) return;
  if (folder === 'untitled') {
    const text = new TextDecoder().decode(content);
    const document = await vscode.workspace.openTextDocument({ language: picked.language, content: text });
    await vscode.window.showTextDocument(document);
    return;
  }
  const target = await freePlace(folder, picked.description);
  await writeChosenFile(target, content);
  await vscode.window.showTextDocument(target);
}

/** Where to: a workspace folder, any folder, or nowhere yet. */
async function pickPlace(fileName: string): Promise<vscode.Uri | 'untitled' | undefined> {
  const { l10n } = vscode;
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({
    label: `$(folder) ${name}`,
    description: l10n.t('new file {0}', fileName),
    place: uri as vscode.Uri | 'untitled' | 'other',
  }));
  const items = [
    { label: `$(new-file) ${l10n.t('New Unsaved Document')}`, description: '', place: 'untitled' as const },
    ...folders,
    { label: `$(folder-opened) ${l10n.t('Another Folder…')}`, description: '', place: 'other' as const },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: l10n.t('Where to put {0}', fileName) });
  if (picked?.place !== 'other') return picked?.place;
  const [chosen] = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false })) ?? [];
  return chosen;
}

/** `name`, or `name-2`, `name-3`… where that is taken. */
async function freePlace(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  const dot = name.lastIndexOf('.');
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : `${name.slice(0, dot)}-${number}${name.slice(dot)}`;
    const place = vscode.Uri.joinPath(folder, free);
    try {
      await vscode.workspace.fs.stat(place);
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return place;
      throw error;
    }
    if (number > 99) throw new Error(vscode.l10n.t('{0} is there a hundred times', titleOf(place)));
  }
}
