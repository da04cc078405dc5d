import { totalsOf, type FileReport } from './file-report';

/**
 * `lint --format json`: one JSON document `{ schemaVersion: 1, files: FileReport[], totals: LintTotals }`. Members may be added within
 * version 1, none is taken away or changes its meaning.
 */
export const lintJson = (files: readonly FileReport[]): string =>
  `${JSON.stringify({ schemaVersion: 1, files, totals: totalsOf(files) }, null, 2)}\n`;
