import path from 'node:path';
import * as vscode from 'vscode';
import type { RunResult } from '../../core/stress/contract';
import { csvReport } from '../../core/stress/report/csv';
import { hdrReport } from '../../core/stress/report/hdr';
import { htmlReport } from '../../core/stress/report/html';
import { jsonReport } from '../../core/stress/report/json';

/** What a run can be written as. */
export const EXPORT_FORMATS = ['html', 'json', 'csv', 'hgrm', 'handler-hgrm'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

interface FormatItem extends vscode.QuickPickItem {
  format: ExportFormat;
  extension: string;
}

const formats = (result: RunResult): FormatItem[] => [
  {
    label: vscode.l10n.t('HTML report'),
    detail: vscode.l10n.t('One page that stands alone: figures, charts, what was run.'),
    format: 'html',
    extension: 'html',
  },
  {
    label: 'JSON',
    detail: vscode.l10n.t('Everything that was measured, and the plan.'),
    format: 'json',
    extension: 'json',
  },
  { label: 'CSV', detail: vscode.l10n.t('The run second by second.'), format: 'csv', extension: 'csv' },
  {
    label: vscode.l10n.t('HDR percentiles'),
    detail: vscode.l10n.t('Client latency as HdrHistogram plotters read it.'),
    format: 'hgrm',
    extension: 'hgrm',
  },
  ...(result.handlerLatency.count > 0
    ? [
        {
          label: vscode.l10n.t('HDR percentiles of the handler'),
          detail: vscode.l10n.t('What the handler itself reported.'),
          format: 'handler-hgrm' as const,
          extension: 'hgrm',
        },
      ]
    : []),
];

/** The text of a run in a format. */
export function exportText(result: RunResult, format: ExportFormat): string {
  switch (format) {
    case 'html':
      return htmlReport([result]);
    case 'json':
      return jsonReport(result);
    case 'csv':
      return csvReport(result);
    case 'hgrm':
      return hdrReport(result, 'latency');
    case 'handler-hgrm':
      return hdrReport(result, 'handlerLatency');
  }
}

/** Asks for format and file where they are not given, and writes. @returns the file, or undefined when the user gave up. */
export async function exportRun(
  result: RunResult,
  given: { format?: ExportFormat; uri?: vscode.Uri } = {},
): Promise<vscode.Uri | undefined> {
  const items = formats(result);
  const item = given.format
    ? items.find(({ format }) => format === given.format)
    : await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Export the run as'), matchOnDetail: true });
  if (!item) return undefined;
  const uri = given.uri ?? (await askForFile(result.plan.name, item));
  if (!uri) return undefined;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(exportText(result, item.format)));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Run exported'), 4_000);
  if (!given.uri) void offerToOpen(uri, item.format);
  return uri;
}

/** A report is read in a browser, where that sees the file; everything else in the editor. */
async function offerToOpen(uri: vscode.Uri, format: ExportFormat): Promise<void> {
  const inBrowser = format === 'html' && vscode.env.remoteName === undefined;
  const open = inBrowser ? vscode.l10n.t('Open in Browser') : vscode.l10n.t('Open');
  const message = vscode.l10n.t('The run was exported to {0}.', path.posix.basename(uri.path));
  if ((await vscode.window.showInformationMessage(message, open)) !== open) return;
  if (inBrowser) await vscode.env.openExternal(uri);
  else await vscode.window.showTextDocument(uri);
}

function askForFile(runName: string, { label, extension }: FormatItem): Thenable<vscode.Uri | undefined> {
  const name = `${runName.replace(/[\\/:*?"<>|\s]+/g, '_').slice(0, 80)}.${extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [label]: [extension] },
    saveLabel: vscode.l10n.t('Export'),
  });
}
