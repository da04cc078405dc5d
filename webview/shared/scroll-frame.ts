import type { Attributes } from './dom';

/**
 * Attributes of a box around what may be wider or higher than it: a name for who comes to it by the keyboard. The browser itself makes it a
 * stop of the Tab key while there is something to scroll and nothing inside to stop at (Chromium 130), so that most boxes are none.
 */
export const scrollFrame = (className: string, label: string): Attributes => ({
  class: className,
  role: 'group',
  'aria-label': label,
});
