import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { foreignTableText, type ForeignTable } from '../../core/chapters/foreign-tables';
import { askInDialog } from '../webviews/focused-view';

/** Asks before chapters drop tables that none of them made. */
export async function confirmDrop(tables: readonly ForeignTable[], target: ConnectionProfile): Promise<boolean> {
  const drop = vscode.l10n.t('Drop Them');
  const answer = await askInDialog(
    vscode.l10n.t('Drop tables that are not the workshop’s?'),
    {
      detail: vscode.l10n.t(
        'The chapter uses these names for tables of its own. On “{0}” they are other tables, which are lost with their rows:\n\n{1}',
        target.name,
        tables.map(foreignTableText).join('\n'),
      ),
    },
    drop,
  );
  return answer === drop;
}
