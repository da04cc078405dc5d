import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { toolButton } from './tool-button';

export interface MenuItem {
  label: string;
  run: () => void;
}

/** A button that opens a list of commands below it; arrows, Home, End, Enter and Escape as the ARIA menu pattern has them. */
export function menuButton(options: { label: string; hint: string; items: MenuItem[] }): HTMLElement {
  const list = h('div', { class: 'menu', role: 'menu', 'aria-label': options.hint, hidden: true });
  const button = toolButton({
    icon: icon('copy'),
    label: options.label,
    hint: options.hint,
    onClick: () => (list.hidden ? open() : close(false)),
  });
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-expanded', 'false');
  const items = options.items.map(({ label, run }) => {
    const item = h('button', { class: 'menu-item', role: 'menuitem', tabindex: -1, type: 'button' }, label);
    item.addEventListener('click', () => {
      close(true);
      run();
    });
    return item;
  });
  list.append(...items);
  const element = h('div', { class: 'menu-holder' }, button, list);
  const open = () => {
    list.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    items[0]?.focus();
  };
  const close = (focus: boolean) => {
    list.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (focus) button.focus();
  };
  list.addEventListener('keydown', event => {
    const at = items.findIndex(item => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === 'Escape') close(true);
    else if (to !== undefined) items.at(to % items.length)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  element.addEventListener('focusout', event => {
    if (!element.contains(event.relatedTarget as Node | null)) close(false);
  });
  return element;
}
