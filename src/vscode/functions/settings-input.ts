import * as vscode from 'vscode';
import type { FunctionSettings, FunctionState } from '../../core/lambda/admin';
import { DEFAULT_MANAGED_CONCURRENCY, MANAGED_CONCURRENCY } from '../../core/lambda/managed-instances';
import {
  changedSettings,
  concurrencyOf,
  isVariableName,
  isWithin,
  MEMORY_MB,
  TIMEOUT_SECONDS,
  withVariables,
  type Bounds,
} from '../../core/lambda/settings';
import { concurrencyText } from './texts';

/** Asks for one setting of a function and its new value. @param isLocal whether it may be put on managed instances here */
export async function askSettings(state: FunctionState, isLocal: boolean): Promise<FunctionSettings | undefined> {
  const { memoryMb, timeoutSeconds, environment } = state;
  const picked = await vscode.window.showQuickPick(
    [
      { id: 'memory', label: vscode.l10n.t('Memory'), description: vscode.l10n.t('{0} MiB', memoryMb) },
      { id: 'timeout', label: vscode.l10n.t('Timeout'), description: vscode.l10n.t('{0} s', timeoutSeconds) },
      {
        id: 'environment',
        label: vscode.l10n.t('Environment'),
        description: Object.keys(environment).join(', ') || vscode.l10n.t('none'),
      },
      ...(isLocal ? [{ id: 'concurrency', ...concurrencyItem(state) }] : []),
    ],
    { placeHolder: vscode.l10n.t('Setting of {0}', state.name) },
  );
  if (picked?.id === 'memory') {
    const value = await askNumber(vscode.l10n.t('Memory in MiB'), memoryMb, MEMORY_MB);
    return value === undefined ? undefined : { memoryMb: value };
  }
  if (picked?.id === 'timeout') {
    const value = await askNumber(vscode.l10n.t('Timeout in seconds'), timeoutSeconds, TIMEOUT_SECONDS);
    return value === undefined ? undefined : { timeoutSeconds: value };
  }
  if (picked?.id === 'concurrency') {
    const title = vscode.l10n.t('Invocations that an environment runs at the same time');
    const before = concurrencyOf(state) ?? DEFAULT_MANAGED_CONCURRENCY;
    const concurrency = await askNumber(title, before, MANAGED_CONCURRENCY);
    return concurrency === undefined ? undefined : changedSettings(state, { concurrency });
  }
  return picked && askEnvironment(environment);
}

const concurrencyItem = (state: FunctionState) => ({
  label: vscode.l10n.t('Concurrency'),
  description: concurrencyText(state),
  detail: vscode.l10n.t('Several at a time, as on Lambda Managed Instances: if the handler allows it'),
});

async function askNumber(title: string, value: number, bounds: Bounds): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    value: String(value),
    validateInput: input =>
      isWithin(Number(input), bounds)
        ? undefined
        : vscode.l10n.t('A whole number from {0} to {1}', bounds.min, bounds.max),
  });
  return text === undefined ? undefined : Number(text);
}

async function askEnvironment(environment: Record<string, string>): Promise<FunctionSettings | undefined> {
  const name = await askVariable(Object.keys(environment));
  if (name === undefined) return undefined;
  const value = await vscode.window.showInputBox({
    title: vscode.l10n.t('Value of {0}; nothing removes it', name),
    value: environment[name] ?? '',
  });
  if (value === undefined) return undefined;
  return { environment: withVariables(environment, { [name]: value === '' ? undefined : value }) };
}

/** One of the variables that are there, or the name of a new one. Values are shown when one is chosen: they may be secrets. */
async function askVariable(known: readonly string[]): Promise<string | undefined> {
  const { l10n, window } = vscode;
  const items = [
    ...known.map(label => ({ label, isNew: false })),
    { label: l10n.t('$(add) New variable…'), isNew: true },
  ];
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Variable to change, or to add') });
  if (!picked?.isNew) return picked?.label;
  return window.showInputBox({
    title: l10n.t('Name of the variable'),
    validateInput: input =>
      isVariableName(input) ? undefined : l10n.t('A letter first, then letters, digits and underscores'),
  });
}
