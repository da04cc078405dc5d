import { escapeMarkup } from '../../base/markup';
import type { Tone } from '../../protocol/stress-view';
import { csvLine } from '../stress-report/csv';
import { htmlReport } from '../stress-report/html';
import { grid } from '../stress-report/html-table';
import { compareRuns, measuresOf } from './comparison';
import type { RunRecord } from './run-record';

const WORDS: Readonly<Partial<Record<Tone, string>>> = { good: ', better', bad: ', worse' };

/** Runs side by side as a page that stands alone: each held against the first, then each of them in full. */
export function comparisonHtml(records: readonly RunRecord[]): string {
  const { names, verdict, rows, differences } = compareRuns(records);
  const cell = (value: string, change = '', tone: Tone = 'neutral'): string =>
    change === '' ? value : `${value} (${change}${WORDS[tone] ?? ''})`;
  const section = [
    `<section><p>${escapeMarkup(verdict.text)}</p>`,
    grid(
      'Each run against the first',
      ['', ...names],
      rows.map(({ name, values, changes, tones }) => [
        name,
        ...values.map((value, at) => cell(value, changes[at], tones[at])),
      ]),
    ),
    grid(
      'Settings that differ',
      ['', ...names],
      differences.map(({ name, values }) => [name, ...values]),
    ),
    '</section>',
  ].join('');
  const results = records.map(({ result }, at) => ({ ...result, plan: { ...result.plan, name: names[at] ?? '' } }));
  return htmlReport(results, 'Runs side by side', section);
}

/** The comparison, and each run as its own export has it. Ends with a line feed. */
export function comparisonJson(records: readonly RunRecord[]): string {
  const runs = records.map(({ result }) => result);
  const comparison = compareRuns(records);
  return `${JSON.stringify({ format: 'dsql-workshop-stress-comparison', version: 1, comparison, runs }, undefined, 2)}\n`;
}

/** A line for each figure, a column for each run (RFC 4180 with a header, lines end with CR LF); an unknown figure is an empty field. */
export function comparisonCsv(records: readonly RunRecord[]): string {
  const { names } = compareRuns(records);
  const lines = measuresOf(records.map(({ result }) => result)).map(({ name, unit, figures }) =>
    csvLine([name, unit, ...figures]),
  );
  return [csvLine(['figure', 'unit', ...names]), ...lines].join('');
}
