import * as vscode from 'vscode';
import { callsOf } from '../../core/aws/command-calls';
import { FUNCTION_PREFIX } from '../../core/lambda/names';
import { placesOfConnection, preflightLines, preflightOf } from '../../core/aws/preflight';
import type { CallerOf } from '../aws/callers';
import { confirmByName } from '../connections/confirm-by-name';
import type { FunctionPlace } from './function-target';
import { askInDialog } from '../webviews/focused-view';

/** Asks before a function is removed, whatever the setting says: its versions cannot be had back. On production its name is typed, too. */
export async function confirmRemoval(
  { profile, label }: FunctionPlace,
  name: string,
  callerOf: CallerOf,
): Promise<boolean> {
  const { l10n } = vscode;
  const caller = profile.kind === 'aws' ? await callerOf(profile) : undefined;
  const known = { ...placesOfConnection(profile), function: FUNCTION_PREFIX + name };
  const detail = [
    l10n.t('Its code and all of its versions go, and there is no undo. Deploying it again makes it anew.'),
    ...(caller
      ? [
          l10n.t('Its log stays. If a stack made the function, destroy the stack instead.'),
          '',
          ...preflightLines(preflightOf(callsOf('remove-function'), known, { caller, host: profile.host })),
        ]
      : []),
  ].join('\n');
  const go = l10n.t('Remove');
  const question = l10n.t('Remove the function {0} from “{1}”?', name, label);
  if ((await askInDialog(question, { detail }, go)) !== go) return false;
  return confirmByName(profile, name, l10n.t('Type {0} to remove it', name));
}
