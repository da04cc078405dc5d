import path from 'node:path';
import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { RowStore } from '../../core/results/contract';
import type { ExportFormat } from '../../protocol/results-view';
import { inProgress } from '../commands/in-progress';
import type { ErrorReporter } from '../errors';

interface FormatItem extends vscode.QuickPickItem {
  format: ExportFormat;
  extension: string;
  guardFormulas: boolean;
}

const formats = (): FormatItem[] => [
  { label: 'CSV', format: 'csv', extension: 'csv', guardFormulas: false },
  {
    label: vscode.l10n.t('CSV for spreadsheets'),
    detail: vscode.l10n.t('Text that a spreadsheet would run as a formula gets an apostrophe in front.'),
    format: 'csv',
    extension: 'csv',
    guardFormulas: true,
  },
  {
    label: 'JSON',
    detail: vscode.l10n.t('An array of objects.'),
    format: 'json',
    extension: 'json',
    guardFormulas: false,
  },
  {
    label: 'NDJSON',
    detail: vscode.l10n.t('An object on every line.'),
    format: 'ndjson',
    extension: 'ndjson',
    guardFormulas: false,
  },
  {
    label: vscode.l10n.t('INSERT statements'),
    detail: vscode.l10n.t('1,000 rows each, so that every statement fits into a transaction of its own.'),
    format: 'insert',
    extension: 'sql',
    guardFormulas: false,
  },
];

/** Asks for format and file and writes the rows with progress; the dialog asks before a file is replaced. */
export async function exportRows(
  request: { store: RowStore; title: string; table: string; arranged: boolean },
  errors: ErrorReporter,
): Promise<void> {
  const item = await vscode.window.showQuickPick(formats(), { title: vscode.l10n.t('Export the result as') });
  if (!item) return;
  const uri = await vscode.window.showSaveDialog({
    defaultUri: defaultUri(`${path.parse(request.title).name || 'result'}.${item.extension}`),
    filters: { [item.label]: [item.extension] },
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!uri) return;
  if (uri.scheme !== 'file')
    throw new CodedError('EXPORT_NOT_A_FILE', vscode.l10n.t('Results are exported to files only.'), {
      nextStep: vscode.l10n.t('Choose a folder of this machine.'),
    });
  const { format, guardFormulas } = item;
  const name = path.basename(uri.fsPath);
  const { rowCount } = await inProgress(vscode.l10n.t('Exporting to {0}', name), (say, signal) => {
    let before = 0;
    const onProgress = (fraction: number): void => {
      say(`${Math.round(100 * fraction)} %`, 100 * (fraction - before));
      before = fraction;
    };
    return request.store.export(
      { file: uri.fsPath, format, guardFormulas, table: request.table, arranged: request.arranged },
      { signal, onProgress },
    );
  });
  const open = vscode.l10n.t('Open');
  const message =
    rowCount === 1
      ? vscode.l10n.t('1 row exported to {0}', name)
      : vscode.l10n.t('{0} rows exported to {1}', rowCount.toLocaleString('en-US'), name);
  errors.inBackground(
    vscode.window
      .showInformationMessage(message, open)
      .then(answer => (answer === open ? vscode.window.showTextDocument(uri) : undefined)),
  );
}

/** In the workspace's first folder, else in the user's own. */
function defaultUri(name: string): vscode.Uri | undefined {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
  return folder && vscode.Uri.joinPath(folder, name.replace(/[\\/:*?"<>|]+/g, '_'));
}
