import * as vscode from 'vscode';
import type { FunctionSettings, FunctionState } from '../../core/lambda/admin';

/** Lambda's bounds. */
const MEMORY_MB = { min: 128, max: 10_240 };
const TIMEOUT_SECONDS = { min: 1, max: 900 };

/** Asks for one setting of a function and its new value. */
export async function askSettings(state: FunctionState): Promise<FunctionSettings | undefined> {
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
  return picked && askEnvironment(environment);
}

async function askNumber(
  title: string,
  value: number,
  { min, max }: { min: number; max: number },
): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    value: String(value),
    validateInput: input => {
      const number = Number(input);
      const fits = Number.isInteger(number) && number >= min && number <= max;
      return fits ? undefined : vscode.l10n.t('A whole number from {0} to {1}', min, max);
    },
  });
  return text === undefined ? undefined : Number(text);
}

async function askEnvironment(environment: Record<string, string>): Promise<FunctionSettings | undefined> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Name of the variable'),
    validateInput: input =>
      /^[a-zA-Z][a-zA-Z0-9_]+$/.test(input) ? undefined : vscode.l10n.t('Letters, digits and underscores'),
  });
  if (name === undefined) return undefined;
  const value = await vscode.window.showInputBox({
    title: vscode.l10n.t('Value of {0}; nothing removes it', name),
    value: environment[name] ?? '',
  });
  if (value === undefined) return undefined;
  const others = Object.entries(environment).filter(([known]) => known !== name);
  return { environment: Object.fromEntries(value === '' ? others : [...others, [name, value]]) };
}
