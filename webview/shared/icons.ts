import { svg } from './dom';

const PATHS = {
  check: 'M6.4 11.6 2.9 8.1l1-1 2.5 2.5 5.7-5.7 1 1z',
  cross: 'm8 7 3.5-3.5 1 1L9 8l3.5 3.5-1 1L8 9l-3.5 3.5-1-1L7 8 3.5 4.5l1-1z',
  play: 'M4 2.5v11l9-5.5z',
  reset: 'M3.5 3v3.5H7v-1H5.2A4 4 0 1 1 4 8.5H3a5 5 0 1 0 1.5-3.6V3z',
  stop: 'M4 4h8v8H4z',
  left: 'm9.5 3.5 1 1L7 8l3.5 3.5-1 1L5 8z',
  right: 'm6.5 3.5-1 1L9 8l-3.5 3.5 1 1L11 8z',
  copy: 'M5 2h8v9h-2v3H3V5h2zm1 1v2h5v5h1V3zM4 6v7h6V6z',
} as const;

/** A 16 px icon in the colour of the text; decoration only, so hidden from screen readers. */
export function icon(name: keyof typeof PATHS): SVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: PATHS[name], fill: 'currentColor' }),
  );
}
