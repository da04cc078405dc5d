import type { CopyFormat, ExportFormat, ValueKind } from '../../../protocol/results-view';
import { delimitedFormat } from './delimited';
import { insertFormat } from './insert';
import { jsonFormat, ndjsonFormat } from './json';
import { markdownFormat } from './markdown';

export interface FormatColumn {
  name: string;
  kind: ValueKind;
}

/** How rows are written in a format that has columns; what a format does not know it leaves aside. */
export interface FormatOptions {
  columns: readonly FormatColumn[];
  headers: boolean;
  /** Of INSERT statements, already quoted where it needs be. */
  table: string;
  /** CSV: a cell that a spreadsheet would take for a formula gets an apostrophe in front. */
  guardFormulas: boolean;
}

/** Writes a table piece by piece: begin, each row in order, end. The pieces together are the text. */
export interface TableFormat {
  begin(): string;
  row(values: readonly (string | null)[]): string;
  end(): string;
}

/** The writer of a format. One table each. */
export function tableFormat(format: CopyFormat | ExportFormat, options: FormatOptions): TableFormat {
  switch (format) {
    case 'csv':
      return delimitedFormat(options, ',', '\r\n');
    case 'tsv':
      return delimitedFormat(options, '\t', '\n');
    case 'json':
      return jsonFormat(options);
    case 'ndjson':
      return ndjsonFormat(options);
    case 'insert':
      return insertFormat(options);
    case 'markdown':
      return markdownFormat(options);
  }
}
