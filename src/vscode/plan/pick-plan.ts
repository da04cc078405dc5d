import * as vscode from 'vscode';
import type { PlanSource } from '../../protocol/plan-view';
import type { SavedPlans } from './saved-plans';

interface PlanItem extends vscode.QuickPickItem {
  source?: PlanSource;
  saved?: boolean;
}

const item = (source: PlanSource, saved: boolean, detail?: string): PlanItem => ({
  label: source.name,
  description: [source.connection, detail].filter(part => part).join(' · '),
  source,
  saved,
  ...(saved && { buttons: [{ iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Delete Saved Plan') }] }),
});

/** Lets the user choose among saved plans and those seen in this window; saved ones can be deleted here. */
export function pickPlan(
  title: string,
  saved: SavedPlans,
  recent: readonly { source: PlanSource; at: Date }[],
): Promise<PlanSource | undefined> {
  const picker = vscode.window.createQuickPick<PlanItem>();
  const fill = (): void => {
    const kept = saved.all();
    const separator = (label: string): PlanItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
    picker.items = [
      ...(recent.length > 0 ? [separator(vscode.l10n.t('seen in this window'))] : []),
      ...recent.map(({ source, at }) => item(source, false, at.toLocaleTimeString())),
      ...(kept.length > 0 ? [separator(vscode.l10n.t('saved in this workspace'))] : []),
      ...kept.map(source => item(source, true)),
    ];
  };
  fill();
  picker.title = title;
  picker.matchOnDescription = true;
  picker.placeholder =
    picker.items.length > 0
      ? vscode.l10n.t('A plan')
      : vscode.l10n.t('There is no other plan yet: explain a statement, open a file, or save a plan.');
  return new Promise(resolve => {
    picker.onDidTriggerItemButton(async ({ item: { source } }) => {
      if (source) await saved.remove(source.name);
      fill();
    });
    picker.onDidAccept(() => {
      resolve(picker.selectedItems[0]?.source);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}
