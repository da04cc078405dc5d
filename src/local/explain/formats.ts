import type { ExplainStatement } from '../../core/dialect/contract';
import type { DocumentGroup, DocumentValue } from './document';

/** EXPLAIN's structured formats. */
export type StructuredFormat = Exclude<ExplainStatement['format'], 'text'>;

/** Prints a document as PostgreSQL's EXPLAIN does: the whole of it is one row. Layouts: PostgreSQL 16, explain.c. */
export function printDocument(document: DocumentGroup, format: StructuredFormat): string {
  switch (format) {
    case 'json':
      return JSON.stringify([document], null, 2);
    case 'yaml':
      return `- ${yamlGroup(document, 1)}`;
    case 'xml':
      return [
        '<explain xmlns="http://www.postgresql.org/2009/explain">',
        ...xmlGroup('Query', document, 1),
        '</explain>',
      ].join('\n');
  }
}

const indent = (depth: number): string => '  '.repeat(depth);

/** The lines of a group, the first without its indent: it stands behind a dash or a name. */
const yamlGroup = (group: DocumentGroup, depth: number): string =>
  Object.entries(group)
    .map(([name, value]) => `${name}: ${yamlValue(value, depth + 1)}`)
    .join(`\n${indent(depth)}`);

function yamlValue(value: DocumentValue, depth: number): string {
  if (Array.isArray(value)) return value.map(item => `\n${indent(depth)}- ${yamlItem(item, depth + 1)}`).join('');
  if (typeof value === 'object') return `\n${indent(depth)}${yamlGroup(value, depth)}`;
  return JSON.stringify(value);
}

const yamlItem = (item: DocumentValue, depth: number): string =>
  typeof item === 'object' && !Array.isArray(item) ? yamlGroup(item, depth) : yamlValue(item, depth);

function xmlGroup(name: string, group: DocumentGroup, depth: number): string[] {
  const lines = Object.entries(group).flatMap(([member, value]) => xmlMember(member, value, depth + 1));
  return enclosed(name, lines, depth);
}

function xmlMember(name: string, value: DocumentValue, depth: number): string[] {
  if (Array.isArray(value)) {
    const item = name === 'Plans' ? 'Plan' : 'Item';
    return enclosed(
      name,
      value.flatMap(each => xmlMember(item, each, depth + 1)),
      depth,
    );
  }
  if (typeof value === 'object') return xmlGroup(name, value, depth);
  const tag = tagName(name);
  return [`${indent(depth)}<${tag}>${escaped(String(value))}</${tag}>`];
}

const enclosed = (name: string, lines: string[], depth: number): string[] => [
  `${indent(depth)}<${tagName(name)}>`,
  ...lines,
  `${indent(depth)}</${tagName(name)}>`,
];

const tagName = (name: string): string => name.replace(/[^\w.-]/g, '-');

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#x0d;' };
const escaped = (text: string): string => text.replace(/[&<>\r]/g, sign => ESCAPES[sign]!);
