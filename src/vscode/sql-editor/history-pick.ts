import * as vscode from 'vscode';
import { searchHistory, type HistoryEntry } from '../../core/sql/history';
import type { HistoryStore } from './history-store';
import { oneLine } from '../../base/one-line';
import { askInDialog } from '../webviews/focused-view';

export type HistoryAction = 'run' | 'insert' | 'copy' | 'delete';

type Item = vscode.QuickPickItem & { entry: HistoryEntry };
interface Button extends vscode.QuickInputButton {
  action: HistoryAction;
}

/** Shown at most at a time; the search goes through all. */
const MAX_ITEMS = 300;

/**
 * The history as a list to search, newest first. Enter asks what to do with an entry; the buttons do it at once.
 * @param act called for each action; after `delete` the list stays.
 */
export function showHistory(
  history: HistoryStore,
  act: (action: HistoryAction, entry: HistoryEntry) => Promise<void>,
): void {
  const { l10n } = vscode;
  const pick = vscode.window.createQuickPick<Item>();
  const clear: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('clear-all'),
    tooltip: l10n.t('Clear the History'),
  };
  pick.title = l10n.t('SQL History');
  pick.placeholder = l10n.t('Words of the statement, its connection, its result');
  pick.buttons = [clear];
  const show = (): void => {
    const found = searchHistory(history.entries, pick.value);
    pick.items = found.slice(0, MAX_ITEMS).map(toItem);
  };
  show();
  pick.onDidChangeValue(show);
  pick.onDidTriggerButton(async () => {
    pick.hide();
    await clearHistory(history);
  });
  pick.onDidTriggerItemButton(async ({ item, button }) => {
    const { action } = button as Button;
    if (action !== 'delete') pick.hide();
    await act(action, item.entry);
    if (action === 'delete') show();
  });
  pick.onDidAccept(async () => {
    const [item] = pick.selectedItems;
    pick.hide();
    if (!item) return;
    const action = await askAction(item.entry);
    if (action) await act(action, item.entry);
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

/** Empties the history once the user has confirmed. */
export async function clearHistory(history: HistoryStore): Promise<void> {
  const { l10n } = vscode;
  const clear = l10n.t('Clear');
  const count = history.entries.length;
  if (count === 0) return;
  const text =
    count === 1
      ? l10n.t('Forget the one statement of the SQL history?')
      : l10n.t('Forget all {0} statements of the SQL history?', count);
  if ((await askInDialog(text, {}, clear)) === clear) await history.clear();
}

const BUTTONS = (): Record<HistoryAction, Button> => {
  const { l10n } = vscode;
  const button = (action: HistoryAction, icon: string, tooltip: string): Button => ({
    action,
    iconPath: new vscode.ThemeIcon(icon),
    tooltip,
  });
  return {
    insert: button('insert', 'insert', l10n.t('Insert into the Editor')),
    run: button('run', 'play', l10n.t('Run Again')),
    copy: button('copy', 'copy', l10n.t('Copy')),
    delete: button('delete', 'trash', l10n.t('Delete from the History')),
  };
};

function actionsOf({ redacted }: HistoryEntry): HistoryAction[] {
  return redacted ? ['insert', 'copy', 'delete'] : ['insert', 'run', 'copy', 'delete'];
}

function toItem(entry: HistoryEntry): Item {
  const { l10n } = vscode;
  const buttons = BUTTONS();
  const icon = entry.error === undefined ? 'pass' : 'error';
  const when = new Date(entry.startedAtMs).toLocaleString();
  const redacted = entry.redacted ? ` · ${l10n.t('shortened or redacted')}` : '';
  return {
    entry,
    label: `$(${icon}) ${oneLine(entry.sql, 120)}`,
    description: entry.profileName,
    detail: `${entry.error ?? entry.tag ?? ''} · ${Math.round(entry.durationMs)} ms · ${when}${redacted}`,
    buttons: actionsOf(entry).map(action => buttons[action]),
    alwaysShow: true,
  };
}

async function askAction(entry: HistoryEntry): Promise<HistoryAction | undefined> {
  const buttons = BUTTONS();
  const items = actionsOf(entry).map(action => ({ label: buttons[action].tooltip ?? action, action }));
  return (await vscode.window.showQuickPick(items, { title: oneLine(entry.sql, 80) }))?.action;
}
