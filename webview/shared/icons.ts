import { svg } from './dom';

const PATHS = {
  circle: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11m0 1.2a4.3 4.3 0 1 0 0 8.6 4.3 4.3 0 0 0 0-8.6',
  check: 'M6.4 11.6 2.9 8.1l1-1 2.5 2.5 5.7-5.7 1 1z',
  cross: 'm8 7 3.5-3.5 1 1L9 8l3.5 3.5-1 1L8 9l-3.5 3.5-1-1L7 8 3.5 4.5l1-1z',
  play: 'M4 2.5v11l9-5.5z',
  reset: 'M3.5 3v3.5H7v-1H5.2A4 4 0 1 1 4 8.5H3a5 5 0 1 0 1.5-3.6V3z',
  stop: 'M4 4h8v8H4z',
  skip: 'M3 3v10l6-5zm7 0h2v10h-2z',
  open: 'M3 3h5v1.2H4.2v7.6h7.6V8H13v5H3zm6.5 0H13v3.5h-1.2V5L7.9 8.9l-.8-.8L11 4.2H9.5z',
  left: 'm9.5 3.5 1 1L7 8l3.5 3.5-1 1L5 8z',
  right: 'm6.5 3.5-1 1L9 8l-3.5 3.5 1 1L11 8z',
  copy: 'M5 2h8v9h-2v3H3V5h2zm1 1v2h5v5h1V3zM4 6v7h6V6z',
  search: 'M7 2a5 5 0 0 1 3.9 8.1l3 3-.8.8-3-3A5 5 0 1 1 7 2m0 1.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6',
  filter: 'M2 3h12l-4.6 5.6V14l-2.8-1.6V8.6z',
  export: 'M7.4 2h1.2v6.4l2-2 .8.9L8 10.7 4.6 7.3l.8-.9 2 2zM2.5 10h1.2v2.8h8.6V10h1.2v4h-11z',
  pin: 'M5 2h6v1.2h-.8v4L12 9v1.2H8.6V14H7.4v-3.8H4V9l1.8-1.8v-4H5z',
  detail: 'M2 3h12v10H2zm1.2 1.2v7.6h5V4.2zm6.2 0v7.6h3.4V4.2z',
  trash: 'M6 2h4l.6 1.2H13v1.2H3V3.2h2.4zM4 5.4h8L11.4 14H4.6zm1.3 1.2.4 6.2h4.6l.4-6.2z',
  edit: 'm11.2 2 2.8 2.8-8.6 8.6L2 14l.6-3.4zm0 1.7L4 10.9l-.3 1.4 1.4-.3 7.2-7.2z',
  save: 'M3 2h8.2L13 3.8V14H3zm1.2 1.2v9.6h.8V9h6v3.8h.8V4.3l-1.1-1.1H10V6H6V3.2zm2.9 0v1.7h1.7V3.2zM6.2 10.2v2.6h3.6v-2.6z',
  compare: 'M2 3h5v10H2zm1.2 1.2v7.6h2.6V4.2zM9 3h5v10H9zm1.2 1.2v7.6h2.6V4.2z',
  warning: 'm8 1.8 6.6 12H1.4zm0 2.5L3.4 12.6h9.2zM7.4 7h1.2v3H7.4zm0 3.7h1.2v1.1H7.4z',
} as const;

/** A 16 px icon in the colour of the text; decoration only, so hidden from screen readers. */
export function icon(name: keyof typeof PATHS): SVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: PATHS[name], fill: 'currentColor' }),
  );
}
