import * as vscode from 'vscode';
import { roundedCount, sizeClass } from '../../core/catalog/size-class';
import { TRANSACTION_ROW_LIMIT } from '../../core/dialect/row-limit';
import type { EmptyNode, SchemaGroup, TableGroup } from './nodes';

/** The name of a group of objects, in the editor's language. */
export function groupLabel(group: SchemaGroup | TableGroup): string {
  const { l10n } = vscode;
  switch (group) {
    case 'tables':
      return l10n.t('Tables');
    case 'views':
      return l10n.t('Views');
    case 'sequences':
      return l10n.t('Sequences');
    case 'routines':
      return l10n.t('Functions');
    case 'columns':
      return l10n.t('Columns');
    case 'constraints':
      return l10n.t('Keys and Constraints');
    case 'indexes':
      return l10n.t('Indexes');
  }
}

/** What stands in a group without anything, in the editor's language. */
export function emptyText(what: EmptyNode['what']): string {
  const { l10n } = vscode;
  switch (what) {
    case 'jobs':
      return l10n.t('No jobs in the last half hour');
    case 'roles':
      return l10n.t('No roles');
    case 'routines':
      return l10n.t('No functions');
    default:
      return l10n.t('None');
  }
}

/** A table's size as the list shows it, and in a sentence. */
export function sizeText(rows: number | undefined): { short: string; long: string } {
  const { l10n } = vscode;
  if (rows === undefined) {
    return {
      short: '',
      long: l10n.t('Not analysed yet: the service counts rows by ANALYZE, some time after data came in.'),
    };
  }
  const count = `${roundedCount(rows)} ${rows === 1 ? 'row' : 'rows'}`;
  const estimate = l10n.t('About {0} at the last ANALYZE.', count);
  switch (sizeClass(rows)) {
    case 'empty':
      return { short: '', long: l10n.t('No rows at the last ANALYZE.') };
    case 'small':
      return { short: `~${count}`, long: estimate };
    default:
      return {
        short: `~${count}`,
        long: `${estimate}\n${l10n.t('One transaction changes at most {0} rows: change or delete the whole in batches.', TRANSACTION_ROW_LIMIT)}`,
      };
  }
}
