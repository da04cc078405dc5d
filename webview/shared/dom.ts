/** Attributes of an element; `undefined` and `false` leave one out, `true` sets it empty. */
export type Attributes = Record<string, string | number | boolean | undefined>;
export type Child = Node | string | undefined | false;

/** Makes an element. Strings become text nodes, never markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** Makes an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** What gets the focus when the page does. */
let awaiting: HTMLElement | undefined;

/**
 * Moves the focus because of news from the host. Where the page does not have it, only once it does: it would be taken from the editor in the
 * middle of a word, and a list that is open there would close.
 */
export function focusOnNews(element: HTMLElement | null | undefined, options?: FocusOptions): void {
  if (!element) return;
  if (document.hasFocus()) return element.focus(options);
  if (!awaiting) window.addEventListener('focus', focusAwaiting, { once: true });
  awaiting = element;
}

/** What comes with a click must not move under it. */
function focusAwaiting(): void {
  awaiting?.focus({ preventScroll: true });
  awaiting = undefined;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

function append(element: Element, children: Child[]): void {
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
}
