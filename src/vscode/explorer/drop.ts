import * as vscode from 'vscode';
import { dropStatement, droppableName, type Droppable } from '../../core/catalog/actions';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { SqlRetryPolicy } from '../../core/sql/contract';
import { NO_SINK } from '../../core/sql/rolled-back';
import { inProgress } from '../commands/in-progress';
import type { Connections } from '../connections/connections';
import { confirmByName } from '../connections/confirm-by-name';
import { askInDialog } from '../webviews/focused-view';

/** DDL meets OC001 when another session changed the catalogue: the first retry clears it. */
const RETRY: SqlRetryPolicy = { maxAttempts: 4, baseDelayMs: 50, maxDelayMs: 1_000 };

/** Drops an object once the user has said so. */
export async function dropObject(
  connections: Connections,
  profile: ConnectionProfile,
  target: Droppable,
): Promise<void> {
  const statement = dropStatement(target);
  if (!(await confirmed(profile, target, statement))) return;
  const title = vscode.l10n.t('Dropping {0} on {1}…', droppableName(target), profile.name);
  await inProgress(title, async (_, signal) => {
    const session = await connections.openSession(profile, signal);
    try {
      await session.run(statement, NO_SINK, { signal, retry: RETRY });
    } finally {
      await session.close();
    }
  });
  connections.catalogChanged(profile.id);
}

async function confirmed(profile: ConnectionProfile, target: Droppable, statement: string): Promise<boolean> {
  const { l10n } = vscode;
  const name = droppableName(target);
  const drop = l10n.t('Drop');
  const answer = await askInDialog(
    l10n.t('Drop “{0}” on {1}?', name, profile.name),
    {
      detail: [statement, profile.host, l10n.t('There is no undo. What depends on it keeps it from being dropped.')]
        .filter(Boolean)
        .join('\n\n'),
    },
    drop,
  );
  if (answer !== drop) return false;
  return confirmByName(profile, name);
}
