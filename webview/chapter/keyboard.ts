import { h } from '../shared/dom';

/** What keys can ask for. */
export interface KeyActions {
  runStep(): void;
  runAll(): void;
  /** The step after or before the one with the focus. */
  move(by: 1 | -1): void;
  /** The first step that is neither done nor skipped. */
  next(): void;
  skip(): void;
}

const MAC = /Mac OS/.test(navigator.userAgent);
const CTRL = MAC ? '⌘' : 'Ctrl+';
const ALT = MAC ? '⌥' : 'Alt+';

/** The guide's keys, as they are shown. */
const SHORTCUTS: readonly [string, string][] = [
  [`${CTRL}Enter`, 'run the step you are in'],
  [`${CTRL}${MAC ? '⇧' : 'Shift+'}Enter`, 'run all'],
  [`${ALT}↓, ${ALT}↑`, 'next and previous step'],
  [`${ALT}N`, 'the next step that is open'],
  [`${ALT}K`, 'skip the step you are in, or take it up'],
  ['Tab, then ← →', 'between the buttons of a step'],
];

/** Listens for the guide's keys. None is a single letter, so that nothing happens by speech or by mistake, nor one that opens a menu of the editor (F, E, S, V, G, R, T, H). */
export function listenForKeys(actions: KeyActions): void {
  window.addEventListener('keydown', event => {
    const { code, altKey, shiftKey } = event;
    const control = MAC ? event.metaKey : event.ctrlKey;
    const act =
      control && !altKey && code === 'Enter'
        ? shiftKey
          ? actions.runAll
          : actions.runStep
        : altKey && !control && !shiftKey
          ? {
              ArrowDown: () => actions.move(1),
              ArrowUp: () => actions.move(-1),
              KeyN: actions.next,
              KeyK: actions.skip,
            }[code]
          : undefined;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

/** The list of keys, to be opened. */
export function keyHelp(): HTMLElement {
  return h(
    'details',
    { class: 'key-help' },
    h('summary', {}, 'Keyboard'),
    h('dl', {}, ...SHORTCUTS.map(([keys, does]) => h('div', {}, h('dt', {}, h('kbd', {}, keys)), h('dd', {}, does)))),
  );
}
