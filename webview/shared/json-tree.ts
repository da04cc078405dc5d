import { h } from './dom';
import type { JsonNode } from './json-model';

/** Children drawn at once; the rest on demand. */
const CHUNK = 200;
const OPEN_DEPTH = 3;

/** A JSON value as a tree to open and close; branches are drawn when they are opened. */
export function jsonTree(node: JsonNode): HTMLElement {
  return h('div', { class: 'json-tree' }, branch(undefined, node, 0));
}

function branch(key: string | number | undefined, node: JsonNode, depth: number): HTMLElement {
  const label = key === undefined ? undefined : h('span', { class: 'json-key' }, `${key}: `);
  if (node.type !== 'object' && node.type !== 'array') return h('div', { class: 'json-leaf' }, label, leaf(node));
  const children: [string | number, JsonNode][] =
    node.type === 'object' ? node.entries : node.items.map((item, index) => [index, item]);
  const [open, close] = node.type === 'object' ? ['{', '}'] : ['[', ']'];
  if (children.length === 0) return h('div', { class: 'json-leaf' }, label, `${open}${close}`);
  const details = h(
    'details',
    { class: 'json-branch' },
    h('summary', {}, label, h('span', { class: 'json-size' }, `${open}${children.length}${close}`)),
  );
  const fill = () => {
    if (details.open && details.childElementCount === 1) details.append(...chunk(children, 0, depth + 1));
  };
  details.addEventListener('toggle', fill);
  details.open = depth < OPEN_DEPTH && children.length <= CHUNK;
  fill();
  return details;
}

function chunk(children: readonly [string | number, JsonNode][], from: number, depth: number): HTMLElement[] {
  const nodes = children.slice(from, from + CHUNK).map(([key, node]) => branch(key, node, depth));
  const rest = children.length - from - CHUNK;
  if (rest > 0) {
    const more = h('button', { class: 'link' }, `${rest.toLocaleString('en-US')} more`);
    more.addEventListener('click', () => more.replaceWith(...chunk(children, from + CHUNK, depth)));
    nodes.push(more);
  }
  return nodes;
}

function leaf(node: Exclude<JsonNode, { type: 'object' | 'array' }>): HTMLElement {
  if (node.type === 'string') return h('span', { class: 'tok-string' }, JSON.stringify(node.value));
  return h('span', { class: node.type === 'number' ? 'tok-number' : 'tok-keyword' }, node.text);
}
