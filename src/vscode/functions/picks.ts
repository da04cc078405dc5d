import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import type { FunctionState, FunctionVersion } from '../../core/lambda/admin';
import { kibText } from '../../core/lambda/contract';
import { nothingToRollBack } from '../../core/lambda/errors';
import { PROMISE_SETS, type PromiseSet } from '../../core/promises/contract';
import type { FunctionPlace } from './function-target';
import { timeText } from './texts';

/**
 * One of the functions of a target, which is reached and asked while the list is open: closing it gives that up. Rejects with
 * `LAMBDA_NONE_DEPLOYED`, and with errors of the target.
 */
export async function pickDeployed(target: FunctionPlace): Promise<string | undefined> {
  const items = async (signal: AbortSignal): Promise<vscode.QuickPickItem[]> => {
    const found = await (await target.reach(signal)).lambda.list(signal);
    if (found.length === 0)
      throw new CodedError('LAMBDA_NONE_DEPLOYED', vscode.l10n.t('There is no function on “{0}” yet.', target.label), {
        nextStep: vscode.l10n.t('Deploy one from your folder first.'),
      });
    return found.map(functionItem);
  };
  const picked = await pickWhile(items, {
    placeHolder: vscode.l10n.t('Function on {0}', target.label),
    matchOnDescription: true,
  });
  return picked?.label;
}

const functionItem = ({ name, memoryMb, timeoutSeconds, codeBytes, lastModified }: FunctionState) => ({
  label: name,
  description: vscode.l10n.t('{0} MiB, {1} s', memoryMb, timeoutSeconds),
  detail: vscode.l10n.t('{0} of code, changed {1}', kibText(codeBytes), timeText(lastModified)),
});

/** A published version. Rejects with `LAMBDA_NOTHING_TO_ROLL_BACK` where none has other code than what runs now. */
export async function pickVersion(target: FunctionPlace, name: string): Promise<string | undefined> {
  const items = async (signal: AbortSignal): Promise<(vscode.QuickPickItem & { version: string })[]> => {
    const { lambda } = await target.reach(signal);
    const [versions, state] = await Promise.all([lambda.versions(name, signal), lambda.describe(name, signal)]);
    const now = state?.codeSha256;
    if (versions.every(({ codeSha256 }) => codeSha256 === now)) throw nothingToRollBack(name);
    return versions.map(one => versionItem(one, one.codeSha256 === now));
  };
  return (await pickWhile(items, { placeHolder: vscode.l10n.t('Version of {0} to go back to', name) }))?.version;
}

const versionItem = ({ version, codeBytes, lastModified }: FunctionVersion, runsNow: boolean) => ({
  version,
  label: vscode.l10n.t('Version {0}', version),
  description: runsNow ? vscode.l10n.t('runs now') : '',
  detail: vscode.l10n.t('{0} of code, published {1}', kibText(codeBytes), timeText(lastModified)),
});

/** Which promises of a transfer are tested. */
export async function pickPromises(given: unknown): Promise<PromiseSet | undefined> {
  const known = PROMISE_SETS.find(one => one === given);
  if (known) return known;
  const { l10n } = vscode;
  const items: (vscode.QuickPickItem & { set: PromiseSet })[] = [
    { set: 'money', label: l10n.t('Money'), description: l10n.t('chapter 1: moved, never made or lost') },
    { set: 'retries', label: l10n.t('Money and retries'), description: l10n.t('chapter 2: conflicts are tried again') },
    {
      set: 'history',
      label: l10n.t('Money, retries and history'),
      description: l10n.t('chapter 3: one row a transfer'),
    },
  ];
  return (await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Promises to test') }))?.set;
}

/** A list that is open while its items are fetched; what fetches them is told when it closes. */
async function pickWhile<T extends vscode.QuickPickItem>(
  fetchItems: (signal: AbortSignal) => Promise<T[]>,
  options: vscode.QuickPickOptions,
): Promise<T | undefined> {
  const closed = new AbortController();
  try {
    return await vscode.window.showQuickPick(fetchItems(closed.signal), options);
  } finally {
    closed.abort();
  }
}
