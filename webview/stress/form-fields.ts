import type { FieldLimit, NumberField, StressForm } from '../../src/protocol/stress-form';
import { h } from '../shared/dom';

type Form = StressForm;
type TextField = 'name' | 'functionName' | 'module' | 'thresholds';
type FlagField = 'batches' | 'abortOnFail';
export type ChoiceField = 'target' | 'workload' | 'handler' | 'retryPolicy' | 'loop' | 'choice' | 'transport';

/** One field of the form with its label, its hint and its problem. */
export interface Field {
  element: HTMLElement;
  control: HTMLElement;
  set: (form: Form) => void;
  get: () => Partial<Form>;
}

/** Makes the fields; `changed` is called with every keystroke and choice. */
export class FieldMaker {
  readonly fields = new Map<keyof Form, Field>();

  constructor(private readonly changed: () => void) {}

  number(name: NumberField, label: string, { min, max, integer }: FieldLimit, hint?: string): HTMLElement {
    const input = h('input', {
      type: 'number',
      id: `f-${name}`,
      min,
      max,
      step: integer ? 1 : 'any',
      inputmode: integer ? 'numeric' : 'decimal',
    });
    return this.add(name, label, input, hint, {
      set: form => {
        const value = form[name];
        if (input.valueAsNumber !== value) input.value = value === null ? '' : String(value);
      },
      get: () => ({ [name]: Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null }),
    });
  }

  text(name: TextField, label: string, hint?: string): HTMLElement {
    const input = h('input', { type: 'text', id: `f-${name}`, maxlength: 2_000, spellcheck: 'false' });
    return this.add(name, label, input, hint, {
      set: form => {
        if (input.value !== form[name]) input.value = form[name];
      },
      get: () => ({ [name]: input.value }),
    });
  }

  choice(name: ChoiceField, label: string, options: readonly [string, string][]): HTMLElement {
    const select = h('select', { id: `f-${name}` }, ...optionsOf(options));
    return this.add(name, label, select, undefined, {
      set: form => {
        if (select.value !== form[name]) select.value = form[name];
      },
      get: () => ({ [name]: select.value }),
    });
  }

  /** Offers these from now on. What is chosen stays, where it is among them; where nothing changed the list is left alone, it may be open. */
  offer(name: ChoiceField, options: readonly [string, string][]): void {
    const select = this.fields.get(name)?.control;
    if (!(select instanceof HTMLSelectElement)) return;
    const before = [...select.options].map(({ value, text }) => [value, text]);
    if (JSON.stringify(before) === JSON.stringify(options)) return;
    const { value } = select;
    select.replaceChildren(...optionsOf(options));
    select.value = value;
  }

  flag(name: FlagField, label: string): HTMLElement {
    const input = h('input', { type: 'checkbox', id: `f-${name}` });
    input.addEventListener('change', () => this.changed());
    const element = h('div', { class: 'field flag' }, input, h('label', { for: input.id }, label), problemBox(name));
    this.fields.set(name, {
      element,
      control: input,
      set: form => void (input.checked = form[name]),
      get: () => ({ [name]: input.checked }),
    });
    return element;
  }

  private add(
    name: keyof Form,
    label: string,
    control: HTMLInputElement | HTMLSelectElement,
    hint: string | undefined,
    access: Pick<Field, 'set' | 'get'>,
  ): HTMLElement {
    control.setAttribute('aria-describedby', `h-${name} p-${name}`);
    control.addEventListener('input', () => this.changed());
    const element = h(
      'div',
      { class: 'field' },
      h('label', { for: control.id }, label),
      control,
      h('p', { class: 'hint', id: `h-${name}`, hidden: hint === undefined }, hint),
      problemBox(name),
    );
    this.fields.set(name, { element, control, ...access });
    return element;
  }

  /** Marks the fields that have a problem, and no other. */
  showProblems(problems: readonly { field: keyof Form; message: string }[]): void {
    for (const [name, { element, control }] of this.fields) {
      const problem = problems.find(({ field }) => field === name);
      const box = element.querySelector<HTMLElement>('.problem');
      if (!box) continue;
      box.textContent = problem?.message ?? '';
      box.hidden = !problem;
      control.toggleAttribute('aria-invalid', problem !== undefined);
      if (problem) control.setAttribute('aria-invalid', 'true');
    }
  }
}

const optionsOf = (options: readonly [string, string][]): HTMLElement[] =>
  options.map(([value, text]) => h('option', { value }, text));

const problemBox = (name: string): HTMLElement => h('p', { class: 'problem', id: `p-${name}`, hidden: true });
