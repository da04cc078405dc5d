import { h } from '../shared/dom';

export interface ToolButtonOptions {
  label?: string;
  icon?: SVGElement;
  /** Spoken, after the label where it has other words, and shown under the pointer. */
  hint: string;
  onClick: () => void;
}

/** A small button of a bar: an icon, a word, or both; the word gives way where there is no room. */
export function toolButton({ label, icon, hint, onClick }: ToolButtonOptions): HTMLButtonElement {
  // who says what they see finds the button by it (WCAG 2.5.3)
  const name = hint.startsWith(label ?? '') ? hint : `${label}: ${hint}`;
  const button = h(
    'button',
    { class: `tool${icon ? ' with-icon' : ''}`, type: 'button', title: hint, 'aria-label': name },
    icon,
    label !== undefined && h('span', { class: 'tool-label' }, label),
  );
  button.addEventListener('click', onClick);
  return button;
}
