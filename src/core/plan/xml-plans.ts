import { structuredPlans } from './structured-plans';
import type { JsonPlans } from './json/read-json';
import type { SourceLine } from './source-lines';

const MAX_LENGTH = 4_000_000;
const MAX_DEPTH = 2_000;

/** The plans of EXPLAIN (FORMAT XML); undefined for other texts. Nodes have no line: the structure says nothing of lines. */
export function readXmlPlans(source: readonly SourceLine[]): JsonPlans | undefined {
  if (!source.some(({ body }) => body.includes('<Node-Type>'))) return undefined;
  const text = source
    .filter(({ frame }) => !frame)
    .map(({ body }) => body)
    .join('\n');
  if (text.length > MAX_LENGTH) return undefined;
  const queries: unknown[] = [];
  for (const document of text.split('</explain>').slice(0, -1)) {
    const start = document.search(/<explain[\s>]/);
    const root = start < 0 ? undefined : element(`${document.slice(start)}</explain>`);
    if (!root) return undefined;
    queries.push(...root.children.map(value));
  }
  return queries.length > 0 ? structuredPlans(source, queries) : undefined;
}

interface Element {
  tag: string;
  children: Element[];
  text: string;
}

/** The first element of the text with everything in it; undefined when tags do not match. */
function element(text: string): Element | undefined {
  const top: Element = { tag: '', children: [], text: '' };
  const open = [top];
  let from = 0;
  for (const tag of text.matchAll(/<(\/?)([A-Za-z_][\w.-]*)(?:\s[^<>]*)?>/g)) {
    const inside = open[open.length - 1]!;
    inside.text += text.slice(from, tag.index);
    from = tag.index + tag[0].length;
    const [whole, closes, name = ''] = tag;
    if (closes) {
      if (inside.tag !== name) return undefined;
      open.pop();
      continue;
    }
    const child = { tag: name, children: [], text: '' };
    inside.children.push(child);
    if (!whole.endsWith('/>')) open.push(child);
    if (open.length > MAX_DEPTH) return undefined;
  }
  return open.length === 1 ? top.children[0] : undefined;
}

/** What FORMAT JSON would have said. */
function value(of: Element): unknown {
  const { tag, children, text } = of;
  if (isList(of)) return children.map(value);
  if (children.length > 0) return Object.fromEntries(children.map(child => [keyOf(child.tag), value(child)]));
  const said = decoded(text);
  if (/(?:^|-)(?:Name|Alias|Schema)$|^Item$/.test(tag)) return said;
  if (said === 'true' || said === 'false') return said === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(said) ? Number(said) : said;
}

/** A list is of items, or named after what it is a list of: Plans of Plan, Triggers of Trigger, Workers of Worker. */
const isList = ({ tag, children, text }: Element): boolean =>
  children.length > 0
    ? children.every(child => child.tag === 'Item' || `${child.tag}s` === tag)
    : text.trim() === '' && ['Plans', 'Triggers', 'Workers'].includes(tag);

/** PostgreSQL writes a hyphen for what a tag cannot hold: blanks and slashes. */
const keyOf = (tag: string): string =>
  tag
    .replaceAll('-', ' ')
    .replace(/\bI O\b/, 'I/O')
    .replace(/^(Pre|Full) sort/, '$1-sort');

const ENTITIES = new Map(Object.entries({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", '#x0d': '\r' }));

const decoded = (text: string): string =>
  text.replace(/&(#x0d|[a-z]+);/g, (whole, name: string) => ENTITIES.get(name) ?? whole);
