import { h } from './dom';

/** An element that is not seen, whose text screen readers tell as soon as they are free. */
export const liveRegion = (): HTMLElement =>
  h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite', 'aria-atomic': 'true' });
