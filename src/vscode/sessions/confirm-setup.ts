import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { SessionScript } from '../../core/sessions/script';
import { askInDialog } from '../webviews/focused-view';

/** What a script does on somebody's real cluster is shown before it is done. The local cluster is there to be played with. */
export async function confirmSetup(profile: ConnectionProfile, { setup, teardown }: SessionScript): Promise<boolean> {
  if (profile.kind === 'local') return true;
  const run = vscode.l10n.t('Run');
  const statements = [...teardown, ...setup].map(sql => sql.replace(/\s+/g, ' '));
  const answer = await askInDialog(
    vscode.l10n.t('Step these sessions on {0}?', profile.name),
    {
      detail: [
        vscode.l10n.t('Before the first line this is run there, and what it made is removed at the end:'),
        ...statements,
      ].join('\n\n'),
    },
    run,
  );
  return answer === run;
}
