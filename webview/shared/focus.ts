/** What gets the focus when the page does. */
let awaiting: HTMLElement | undefined;
/** What had the focus last, unless somebody has clicked since. */
let last: HTMLElement | undefined;

/**
 * Keeps the place of those who use the keyboard: a page that gets the focus back, from a dialog or another editor, gives it to what had it.
 * @param tell called whenever the page gets the focus or loses it.
 */
export function keepFocus(tell: (focused: boolean) => void): void {
  document.addEventListener('focusin', ({ target }) => (last = target instanceof HTMLElement ? target : undefined));
  window.addEventListener('pointerdown', () => (last = undefined), { capture: true });
  window.addEventListener('focus', () => {
    tell(true);
    const lost = document.activeElement === null || document.activeElement === document.body;
    const place = awaiting ?? (lost ? last : undefined);
    awaiting = undefined;
    // what comes with a click must not move under it
    place?.focus({ preventScroll: true });
  });
  window.addEventListener('blur', () => tell(false));
  if (document.hasFocus()) tell(true);
}

/**
 * Moves the focus because of news from the host. Where the page does not have it, only once it does: it would be taken from the editor in the
 * middle of a word, and a list that is open there would close.
 */
export function focusOnNews(element: HTMLElement | null | undefined, options?: FocusOptions): void {
  if (!element) return;
  if (document.hasFocus()) element.focus(options);
  else awaiting = element;
}
