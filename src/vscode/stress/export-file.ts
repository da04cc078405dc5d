import path from 'node:path';
import * as vscode from 'vscode';
import { writeChosenFile } from '../chosen-file';
import type { ErrorReporter } from '../errors';

/** Something that can be exported, in one of the formats it is offered in. */
export interface ExportFormat extends vscode.QuickPickItem {
  /** By which a command asks for it. */
  format: string;
  extension: string;
  text: () => string;
}

/** What is exported, for those who are asked about it. */
export interface Exported {
  /** Title of the choice of formats. */
  title: string;
  /** What the file is called, where its user does not say. */
  name: string;
  formats: readonly ExportFormat[];
}

/** Asks for format and file where they are not given, and writes. @returns the file, or undefined when the user gave up. Rejects with `RESULT_EXPORT`. */
export async function exportFile(
  { title, name, formats }: Exported,
  errors: ErrorReporter,
  given: { format?: string; uri?: vscode.Uri } = {},
): Promise<vscode.Uri | undefined> {
  const known = formats.find(({ format }) => format === given.format);
  const chosen = known ?? (await vscode.window.showQuickPick(formats, { title, matchOnDetail: true }));
  if (!chosen) return undefined;
  const uri = given.uri ?? (await askForFile(name, chosen));
  if (!uri) return undefined;
  await writeChosenFile(uri, new TextEncoder().encode(chosen.text()));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Exported'), 4_000);
  if (!given.uri) errors.inBackground(offerToOpen(uri, chosen));
  return uri;
}

/** A report is read in a browser, where that sees the file; everything else in the editor. */
async function offerToOpen(uri: vscode.Uri, { extension }: ExportFormat): Promise<void> {
  const inBrowser = extension === 'html' && vscode.env.remoteName === undefined;
  const open = inBrowser ? vscode.l10n.t('Open in Browser') : vscode.l10n.t('Open');
  const message = vscode.l10n.t('Exported to {0}.', path.posix.basename(uri.path));
  if ((await vscode.window.showInformationMessage(message, open)) !== open) return;
  if (inBrowser) await vscode.env.openExternal(uri);
  else await vscode.window.showTextDocument(uri);
}

function askForFile(named: string, { label, extension }: ExportFormat): Thenable<vscode.Uri | undefined> {
  const name = `${named.replace(/[\\/:*?"<>|\s]+/g, '_').slice(0, 80)}.${extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [label]: [extension] },
    saveLabel: vscode.l10n.t('Export'),
  });
}
