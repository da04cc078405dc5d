import { h } from '../shared/dom';

/** A line of text; `change` is called with each change. */
export function textField(id: string, change: (text: string) => void): HTMLInputElement {
  const input = h('input', { id, type: 'text', class: 'field', spellcheck: 'false', autocomplete: 'off' });
  input.addEventListener('input', () => change(input.value));
  return input;
}

/** A field below its label. */
export function labelled(id: string, label: string, field: HTMLElement): HTMLElement {
  return h('div', { class: 'labelled' }, h('label', { for: id }, label), field);
}

/** A checkbox with its label behind it; `change` hears each click. */
export function checkbox(
  label: string,
  change: (on: boolean) => void,
): { element: HTMLElement; input: HTMLInputElement } {
  const input = h('input', { type: 'checkbox' });
  input.addEventListener('change', () => change(input.checked));
  return { element: h('label', { class: 'check' }, input, label), input };
}
