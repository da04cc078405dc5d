import * as vscode from 'vscode';

/** Where a step stands, for its title line. */
export interface Place {
  title: string;
  step: number;
  totalSteps: number;
}

export type Answer<T> = { value: T } | 'back' | 'cancel';

/** One question. It writes its answer into the draft; asked again, it shows that answer. */
export interface Step<Draft> {
  /** Left out when false, with what the draft holds so far. */
  applies?(draft: Draft): boolean;
  ask(draft: Draft, place: Place): Promise<'next' | 'back' | 'cancel'>;
}

/** Asks one question after the other; Back goes to the one before. @returns false when the user gave up. */
export async function runSteps<Draft>(title: string, steps: readonly Step<Draft>[], draft: Draft): Promise<boolean> {
  const asked: Step<Draft>[] = [];
  for (;;) {
    const applying = steps.filter(step => step.applies?.(draft) ?? true);
    const last = asked.at(-1);
    const next = applying[last === undefined ? 0 : applying.indexOf(last) + 1];
    if (!next) return true;
    const answer = await next.ask(draft, { title, step: applying.indexOf(next) + 1, totalSteps: applying.length });
    if (answer === 'cancel') return false;
    if (answer === 'next') asked.push(next);
    else asked.pop();
  }
}

export interface TextQuestion {
  prompt: string;
  placeholder?: string;
  value?: string;
  /** A text or message when the input cannot be accepted; an Info message does not hold it back. */
  validate(text: string): string | vscode.InputBoxValidationMessage | undefined;
}

/** Asks for a text. */
export function askText(place: Place, question: TextQuestion): Promise<Answer<string>> {
  const input = vscode.window.createInputBox();
  input.prompt = question.prompt;
  input.placeholder = question.placeholder;
  input.value = question.value ?? '';
  const problem = (): string | vscode.InputBoxValidationMessage | undefined =>
    input.value.trim() === '' && question.validate('') !== undefined ? undefined : question.validate(input.value);
  input.validationMessage = problem();
  return show(input, place, resolve => [
    input.onDidChangeValue(() => (input.validationMessage = problem())),
    input.onDidAccept(() => {
      const found = question.validate(input.value);
      const refused =
        typeof found === 'string' || (found && found.severity === vscode.InputBoxValidationSeverity.Error);
      if (refused) input.validationMessage = found;
      else resolve({ value: input.value });
    }),
  ]);
}

export interface ChoiceQuestion<T> {
  placeholder: string;
  items: readonly (vscode.QuickPickItem & { value: T })[];
  /** The item that is active at first. */
  active?: T;
}

/** Asks for one of several. */
export function askChoice<T>(place: Place, question: ChoiceQuestion<T>): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { value: T }>();
  pick.placeholder = question.placeholder;
  pick.matchOnDescription = pick.matchOnDetail = true;
  pick.items = question.items;
  const active = question.items.find(item => item.value === question.active);
  if (active) pick.activeItems = [active];
  return show(pick, place, resolve => [
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item) resolve({ value: item.value });
    }),
  ]);
}

function show<T>(
  input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] } & {
    onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  },
  { title, step, totalSteps }: Place,
  listen: (resolve: (answer: Answer<T>) => void) => vscode.Disposable[],
): Promise<Answer<T>> {
  input.title = title;
  input.step = step;
  input.totalSteps = totalSteps;
  input.ignoreFocusOut = true;
  if (step > 1) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise<Answer<T>>(resolve => {
    const listeners = [
      ...listen(answer => {
        resolve(answer);
        input.hide();
      }),
      input.onDidTriggerButton(() => {
        resolve('back');
        input.hide();
      }),
      input.onDidHide(() => {
        resolve('cancel');
        for (const listener of listeners) listener.dispose();
        input.dispose();
      }),
    ];
    input.show();
  });
}
