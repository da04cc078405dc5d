import * as vscode from 'vscode';
import type { FunctionState } from '../../core/lambda/admin';
import { concurrencyOf } from '../../core/lambda/settings';

/** Lambda's `2026-11-21T18:27:23.209+0000` as people of this machine write it. */
export function timeText(lastModified: string): string {
  const time = new Date(lastModified);
  return Number.isNaN(time.getTime()) ? lastModified : time.toLocaleString();
}

/** How many invocations an environment of the function runs. */
export function concurrencyText(state: Pick<FunctionState, 'managedInstances'>): string {
  const { l10n } = vscode;
  if (state.managedInstances === undefined) return l10n.t('one invocation at a time');
  const count = concurrencyOf(state);
  return count === undefined
    ? l10n.t('many invocations at a time (managed instances)')
    : l10n.t('{0} at a time (managed instances)', count);
}
