import { h } from './dom';
import { highlight } from './highlight';
import { scrollFrame } from './scroll-frame';

const ALLOWED = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol li strong em s code pre blockquote hr br table thead tbody tr th td'.split(' '),
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

/** A link to another chapter, as `chapter.md` writes it. */
const CHAPTER = /^\.\.\/([\w-]+)\/chapter\.md$/;

/**
 * The host's HTML as nodes: known elements only, without attributes; links to https and to chapters only. Everything else stays as its text.
 * @param openChapter what a link to a chapter does.
 */
export function proseNodes(html: string, openChapter: (slug: string) => void): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  for (const child of parsed.body.childNodes) copy(child, fragment, openChapter);
  return fragment;
}

function copy(node: Node, parent: Node, openChapter: (slug: string) => void): void {
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
  if (tag === 'a') {
    const element = link(node.getAttribute('href') ?? '', openChapter);
    if (element) target = parent.appendChild(element);
  } else if (ALLOWED.has(tag)) {
    const element = h((HEADINGS[tag] ?? tag) as 'p');
    if (node.getAttribute('data-align') === 'right') element.classList.add('number');
    if (tag === 'table') {
      const frame = h('div', scrollFrame('table-frame', 'Table'), element);
      parent.appendChild(frame);
    } else parent.appendChild(element);
    target = element;
  } else if (tag === 'script' || tag === 'style') return;
  for (const child of node.childNodes) copy(child, target, openChapter);
}

/** Nothing where the link leads nowhere: what looks like a link must be one. */
function link(href: string, openChapter: (slug: string) => void): HTMLElement | undefined {
  if (href.startsWith('https://')) return h('a', { href });
  const slug = CHAPTER.exec(href)?.[1];
  if (slug === undefined) return undefined;
  const element = h('a', { href: '#' });
  element.addEventListener('click', event => {
    event.preventDefault();
    openChapter(slug);
  });
  return element;
}

function codeBlock(pre: Element): HTMLElement {
  const code = pre.querySelector('code') ?? pre;
  const language = /language-([\w-]+)/.exec(code.className)?.[1] ?? '';
  const caption = code.getAttribute('data-caption');
  const place = code.getAttribute('data-block');
  const text = (code.textContent ?? '').replace(/\n$/, '');
  const block = h(
    'pre',
    scrollFrame('code', caption ?? (language ? `Code, ${language}` : 'Code')),
    h('code', { class: 'highlighted' }, highlight(text, language)),
  );
  const whole = caption
    ? h('figure', { class: 'captioned' }, h('figcaption', {}, caption), text !== '' && block)
    : block;
  if (place !== null && /^\d+$/.test(place)) whole.dataset.block = place;
  return whole;
}
