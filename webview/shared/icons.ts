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
  search: 'M7 2a5 5 0 0 1 3.9 8.1l3 3-.8.8-3-3A5 5 0 1 1 7 2m0 1.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6',
  filter: 'M2 3h12l-4.6 5.6V14l-2.8-1.6V8.6z',
  export: 'M7.4 2h1.2v6.4l2-2 .8.9L8 10.7 4.6 7.3l.8-.9 2 2zM2.5 10h1.2v2.8h8.6V10h1.2v4h-11z',
  pin: 'M5 2h6v1.2h-.8v4L12 9v1.2H8.6V14H7.4v-3.8H4V9l1.8-1.8v-4H5z',
  detail: 'M2 3h12v10H2zm1.2 1.2v7.6h5V4.2zm6.2 0v7.6h3.4V4.2z',
} as const;

/** A 16 px icon in the colour of the text; decoration only, so hidden from screen readers. */
export function icon(name: keyof typeof PATHS): SVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: PATHS[name], fill: 'currentColor' }),
  );
}
