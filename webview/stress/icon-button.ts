import { h } from '../shared/dom';
import { icon } from '../shared/icons';

export type IconName = Parameters<typeof icon>[0];

/** A small button that is its icon; the label is spoken and shown as a tooltip. */
export function iconButton(name: IconName, label: string, onClick: () => void): HTMLButtonElement {
  const element = h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label }, icon(name));
  element.addEventListener('click', onClick);
  return element;
}
