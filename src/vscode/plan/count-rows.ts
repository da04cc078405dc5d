import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { countRows, rowsToRead, tableLabel, uncounted } from '../../core/catalog/row-counts';
import type { CatalogQuery } from '../../core/catalog/reader';
import { inProgress } from '../commands/in-progress';
import { isCancellation } from '../errors';
import type { CountRows } from './plan-panel';
import { askInDialog } from '../webviews/focused-view';

/** Counts a cluster's tables for a plan: tells first what that reads, shows its progress, and can be given up. */
export function rowCounter(profile: ConnectionProfile, query: CatalogQuery): CountRows {
  return async facts => {
    const tables = uncounted(facts);
    const names = tables.map(tableLabel).join(', ');
    const rows = rowsToRead(tables);
    const size =
      rows === undefined
        ? vscode.l10n.t('Its size is not known: it was never analysed.')
        : vscode.l10n.t('By the statistics that is about {0} rows.', Math.round(rows).toLocaleString('en-US'));
    const cost =
      profile.kind === 'local'
        ? vscode.l10n.t('On the local cluster it costs nothing.')
        : vscode.l10n.t(
            'Each row read is billed as Read DPU, as in a full scan; a long count may meet the limit of 5 minutes.',
          );
    const count = vscode.l10n.t('Count');
    const answer = await askInDialog(
      vscode.l10n.t('Count the rows of {0} on {1}?', names, profile.name),
      { calm: true, detail: [vscode.l10n.t('A count reads the whole table.'), size, cost].join(' ') },
      count,
    );
    if (answer !== count) return undefined;
    try {
      return await inProgress(vscode.l10n.t('Counting rows'), (say, signal) => countRows(facts, query, say, signal));
    } catch (error) {
      if (isCancellation(error)) return undefined;
      throw error;
    }
  };
}
