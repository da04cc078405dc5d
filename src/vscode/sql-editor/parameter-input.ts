import { oneLine } from '../../base/one-line';
import * as vscode from 'vscode';
import { exampleIfInvalid } from '../../core/sql/parameter-value';
import type { StatementParameter } from '../../core/sql/parameters';
import type { SqlValue } from '../../core/sql/contract';

type Choice = vscode.QuickPickItem & { value?: SqlValue };
type Answer = { value: SqlValue } | 'back' | undefined;

/**
 * Asks for the values of a statement's parameters, one step each. Typed text is the value; NULL is an item of its own. The last values
 * of a statement are offered again as long as the window lives: they are never stored.
 */
export class ParameterInput {
  private readonly remembered = new Map<string, SqlValue[]>();

  /** @param types the server's names of the types, in order, as far as known. @returns undefined when given up. */
  async ask(
    statement: string,
    parameters: readonly StatementParameter[],
    types: readonly string[],
    signal: AbortSignal,
  ): Promise<SqlValue[] | undefined> {
    const last = this.remembered.get(statement) ?? [];
    const values: SqlValue[] = [];
    for (let step = 0; step < parameters.length;) {
      const parameter = parameters[step] as StatementParameter;
      const type = types[step] ?? parameter.castType;
      const previous = step in values ? values[step] : last[step];
      const answer = await askOne({ statement, parameter, type, step, total: parameters.length, previous, signal });
      if (answer === undefined) return undefined;
      if (answer === 'back') step--;
      else values[step++] = answer.value;
    }
    this.remembered.delete(statement);
    this.remembered.set(statement, values);
    // the window may live for weeks
    if (this.remembered.size > 200) this.remembered.delete(this.remembered.keys().next().value as string);
    return values;
  }
}

interface Question {
  statement: string;
  parameter: StatementParameter;
  type: string | undefined;
  step: number;
  total: number;
  previous: SqlValue | undefined;
  signal: AbortSignal;
}

function askOne({ statement, parameter, type, step, total, previous, signal }: Question): Promise<Answer> {
  const { l10n } = vscode;
  const pick = vscode.window.createQuickPick<Choice>();
  const name = `$${parameter.number}${parameter.hint ? ` (${parameter.hint})` : ''}`;
  pick.title = l10n.t('Parameters of {0}', oneLine(statement, 60));
  pick.step = step + 1;
  pick.totalSteps = total;
  pick.placeholder = type ? l10n.t('Value of {0}, {1}', name, type) : l10n.t('Value of {0}', name);
  pick.ignoreFocusOut = true;
  if (step > 0) pick.buttons = [vscode.QuickInputButtons.Back];
  const nullItem: Choice = { label: '$(circle-slash) NULL', alwaysShow: true, value: null };
  const show = (): void => {
    const typed = pick.value;
    const example = typed === '' ? undefined : exampleIfInvalid(type, typed);
    if (typed === '') pick.items = [...previousItem(previous), ...emptyItem(type), nullItem];
    else if (example) {
      const label = l10n.t('$(warning) Not a value of type {0}', type ?? '');
      pick.items = [{ label, description: l10n.t('for example {0}', example), alwaysShow: true }, nullItem];
    } else pick.items = [{ label: `$(pass) ${typed}`, alwaysShow: true, value: typed }, nullItem];
    const [first] = pick.items;
    if (first) pick.activeItems = [first];
  };
  show();
  return new Promise<Answer>(resolve => {
    const settle = (answer: Answer): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
      pick.dispose();
    };
    const onAbort = (): void => settle(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    pick.onDidChangeValue(show);
    pick.onDidTriggerButton(() => settle('back'));
    pick.onDidHide(() => settle(undefined));
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems;
      if (chosen?.value !== undefined) settle({ value: chosen.value });
    });
    pick.show();
  });
}

/** Without a last value, Enter on nothing must not mean NULL. */
function previousItem(previous: SqlValue | undefined): Choice[] {
  if (previous === undefined || previous === null || previous === '')
    return [{ label: `$(edit) ${vscode.l10n.t('Type a value')}`, alwaysShow: true }];
  const description = vscode.l10n.t('last value');
  return [{ label: `$(history) ${oneLine(previous, 200)}`, description, alwaysShow: true, value: previous }];
}

/** An empty text is a value of text types only. */
function emptyItem(type: string | undefined): Choice[] {
  if (type !== undefined && !/char|text|name|json/.test(type)) return [];
  return [{ label: `$(symbol-string) ${vscode.l10n.t('Empty text')}`, alwaysShow: true, value: '' }];
}
