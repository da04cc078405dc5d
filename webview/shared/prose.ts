import { h } from './dom';
import { highlight } from './highlight';

const ALLOWED = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol li strong em s code pre blockquote hr br a table thead tbody tr th td'.split(' '),
);
/** A chapter's own headings stand below the step's heading. */
const HEADINGS: Readonly<Record<string, 'h3' | 'h4' | 'h5'>> = {
  h1: 'h3',
  h2: 'h3',
  h3: 'h4',
  h4: 'h5',
  h5: 'h5',
  h6: 'h5',
};

/** The host's HTML as nodes: known elements only, without attributes; links to https only. Everything else stays as its text. */
export function proseNodes(html: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  for (const child of parsed.body.childNodes) copy(child, fragment);
  return fragment;
}

function copy(node: Node, parent: Node): void {
  if (node.nodeType === Node.TEXT_NODE) {
    parent.appendChild(document.createTextNode(node.textContent ?? ''));
    return;
  }
  if (!(node instanceof Element)) return;
  const tag = node.tagName.toLowerCase();
  if (tag === 'pre') {
    parent.appendChild(codeBlock(node));
    return;
  }
  let target: Node = parent;
  if (ALLOWED.has(tag)) {
    const element = h((HEADINGS[tag] ?? tag) as 'p');
    const href = tag === 'a' ? node.getAttribute('href') : null;
    if (href?.startsWith('https://')) element.setAttribute('href', href);
    if (node.getAttribute('data-align') === 'right') element.classList.add('number');
    if (tag === 'table') {
      const frame = h('div', { class: 'table-frame', tabindex: 0, role: 'region', 'aria-label': 'Table' }, element);
      parent.appendChild(frame);
    } else parent.appendChild(element);
    target = element;
  } else if (tag === 'script' || tag === 'style') return;
  for (const child of node.childNodes) copy(child, target);
}

function codeBlock(pre: Element): HTMLElement {
  const code = pre.querySelector('code') ?? pre;
  const language = /language-([\w-]+)/.exec(code.className)?.[1] ?? '';
  const caption = code.getAttribute('data-caption');
  const place = code.getAttribute('data-block');
  const block = h(
    'pre',
    { class: 'code', tabindex: 0, role: 'region', 'aria-label': caption ?? (language ? `Code, ${language}` : 'Code') },
    h('code', { class: 'highlighted' }, highlight((code.textContent ?? '').replace(/\n$/, ''), language)),
  );
  const whole = caption ? h('figure', { class: 'captioned' }, h('figcaption', {}, caption), block) : block;
  if (place !== null && /^\d+$/.test(place)) whole.dataset.block = place;
  return whole;
}
