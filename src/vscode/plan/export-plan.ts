import * as vscode from 'vscode';
import { planMarkdown } from '../../core/plan-view/markdown';
import { planSvg } from '../../core/plan-view/svg';
import type { PlanExportFormat, PlanMetric, PlanView } from '../../protocol/plan-view';
import { writeChosenFile } from '../chosen-file';

interface FormatItem extends vscode.QuickPickItem {
  format: PlanExportFormat;
  extension: string;
}

const formats = (): FormatItem[] => [
  {
    label: 'Markdown',
    detail: vscode.l10n.t('Summary, findings, operations and the plan as text: for an issue or a review.'),
    format: 'markdown',
    extension: 'md',
  },
  { label: 'SVG', detail: vscode.l10n.t('The graph, sharp at any size.'), format: 'svg', extension: 'svg' },
  { label: 'PNG', detail: vscode.l10n.t('The graph as a picture.'), format: 'png', extension: 'png' },
  {
    label: vscode.l10n.t('Text'),
    detail: vscode.l10n.t('The plan as the server wrote it.'),
    format: 'text',
    extension: 'txt',
  },
];

/** Asks for format and file and writes the plan; the dialog asks before a file is replaced. Rejects with `RESULT_EXPORT`. */
export async function exportPlan(view: PlanView, metric: PlanMetric, png: () => Promise<string>): Promise<void> {
  const item = await vscode.window.showQuickPick(formats(), { title: vscode.l10n.t('Export the plan as') });
  if (!item) return;
  const name = `${view.source.name.replace(/[\\/:*?"<>|\s]+/g, '_').slice(0, 80)}.${item.extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [item.label]: [item.extension] },
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!uri) return;
  const content = item.format === 'png' ? Buffer.from(await png(), 'base64') : Buffer.from(textOf(item.format));
  await writeChosenFile(uri, content);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Plan exported'), 4_000);

  function textOf(format: PlanExportFormat): string {
    if (format === 'svg') return planSvg(view, metric);
    return format === 'markdown' ? planMarkdown(view) : view.text;
  }
}
