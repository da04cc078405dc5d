import { h } from '../shared/dom';

export interface ToolButtonOptions {
  label?: string;
  icon?: SVGElement;
  /** Spoken, and shown under the pointer. */
  hint: string;
  onClick: () => void;
}

/** A small button of a bar: an icon, a word, or both; the word gives way where there is no room. */
export function toolButton({ label, icon, hint, onClick }: ToolButtonOptions): HTMLButtonElement {
  const button = h(
    'button',
    { class: `tool${icon ? ' with-icon' : ''}`, type: 'button', title: hint, 'aria-label': hint },
    icon,
    label !== undefined && h('span', { class: 'tool-label' }, label),
  );
  button.addEventListener('click', onClick);
  return button;
}
