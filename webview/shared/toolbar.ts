import { h } from './dom';

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Buttons that are one stop of the Tab key; arrow keys, Home and End go between them. */
export interface Toolbar {
  element: HTMLElement;
  /** To be called after buttons were hidden, shown, disabled or enabled. One that was hidden with the focus hands it on. */
  refresh(): void;
}

/** A toolbar of ARIA's pattern: one stop for Tab, arrow keys go through what can be used. */
export function toolbar(label: string, buttons: readonly HTMLElement[], className = 'toolbar'): Toolbar {
  const element = h('div', { class: className, role: 'toolbar', 'aria-label': label }, ...buttons);
  let current = buttons[0];
  const usable = (): HTMLElement[] => buttons.filter(each => !each.hidden && !each.hasAttribute('disabled'));
  const refresh = (): void => {
    const shown = usable();
    if (!current || !shown.includes(current)) current = shown[0];
    for (const each of buttons) {
      // a host with a negative index takes its inside out of the order too
      if (each === current) each.removeAttribute('tabindex');
      else each.setAttribute('tabindex', '-1');
    }
  };
  element.addEventListener('focusin', event => {
    const focused = buttons.find(each => event.target instanceof Node && each.contains(event.target));
    if (!focused || focused === current) return;
    current = focused;
    refresh();
  });
  element.addEventListener('focusout', ({ target }) => {
    // what had the focus may be disabled now, or gone
    refresh();
    if (target instanceof HTMLElement && target.hidden) current?.focus();
  });
  element.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const shown = usable();
    const at = current ? shown.indexOf(current) : 0;
    const step = STEPS[event.key];
    const next =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? shown.length - 1
          : step === undefined
            ? undefined
            : (at + step + shown.length) % shown.length;
    if (next === undefined) return;
    event.preventDefault();
    current = shown[next];
    refresh();
    current?.focus();
  });
  refresh();
  return { element, refresh };
}
