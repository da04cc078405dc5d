import { isNumeric } from '../value-kind';
import type { FormatOptions, TableFormat } from './table';

/** Characters that mean something in Markdown or HTML: written so that they stay what they are. */
const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\\|`*_[\]~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\r\n|\r|\n/g, '<br>');

/** A table of GitHub's Markdown, numbers to the right. It always has a head: the format asks for it. */
export function markdownFormat({ columns, headers }: FormatOptions): TableFormat {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return {
    begin: () =>
      line(columns.map(({ name }) => (headers ? escapeMarkdown(name) : ' '))) +
      line(columns.map(({ kind }) => (isNumeric(kind) ? '---:' : '---'))),
    row: values => line(values.map(value => (value === null ? 'NULL' : escapeMarkdown(value)))),
    end: () => '',
  };
}
