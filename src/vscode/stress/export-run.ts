import * as vscode from 'vscode';
import { comparisonCsv, comparisonHtml, comparisonJson } from '../../core/stress-view/comparison-export';
import type { RunRecord } from '../../core/stress-view/run-record';
import type { RunResult } from '../../core/stress/contract';
import { csvOfRuns, csvReport } from '../../core/stress-report/csv';
import { hdrReport } from '../../core/stress-report/hdr';
import { htmlReport } from '../../core/stress-report/html';
import { jsonReport } from '../../core/stress-report/json';
import { labelsOf } from '../../core/stress-view/comparison';
import type { Exported, ExportFormat } from './export-file';

/** A run, in every format that it can be written in. */
export function exportedRun(result: RunResult): Exported {
  return {
    title: vscode.l10n.t('Export the run as'),
    name: result.plan.name,
    formats: [
      html(vscode.l10n.t('One page that stands alone: figures, charts, what was run.'), () => htmlReport([result])),
      json(vscode.l10n.t('Everything that was measured, and the plan.'), () => jsonReport(result)),
      {
        label: 'CSV',
        detail: vscode.l10n.t('The run second by second.'),
        format: 'csv',
        extension: 'csv',
        text: () => csvReport(result),
      },
      {
        label: vscode.l10n.t('HDR percentiles'),
        detail: vscode.l10n.t('Client latency as HdrHistogram plotters read it.'),
        format: 'hgrm',
        extension: 'hgrm',
        text: () => hdrReport(result, 'latency'),
      },
      ...(result.handlerLatency.count > 0 ? [handlerPercentiles(result)] : []),
    ],
  };
}

/** Runs side by side, in every format that they can be written in together. */
export function exportedComparison(records: readonly RunRecord[]): Exported {
  const results = records.map(({ result }) => result);
  const names = labelsOf(results);
  return {
    title: vscode.l10n.t('Export the comparison as'),
    name: names.join('-'),
    formats: [
      html(vscode.l10n.t('One page that stands alone: the runs side by side, then each of them.'), () =>
        comparisonHtml(records),
      ),
      json(vscode.l10n.t('The comparison, and everything that was measured in each run.'), () =>
        comparisonJson(records),
      ),
      {
        label: vscode.l10n.t('CSV, figures'),
        detail: vscode.l10n.t('A line for each figure, a column for each run.'),
        format: 'csv',
        extension: 'csv',
        text: () => comparisonCsv(records),
      },
      {
        label: vscode.l10n.t('CSV, seconds'),
        detail: vscode.l10n.t('Each run second by second, one after the other.'),
        format: 'csv-seconds',
        extension: 'csv',
        text: () => csvOfRuns(results, names),
      },
    ],
  };
}

const html = (detail: string, text: () => string): ExportFormat => ({
  label: vscode.l10n.t('HTML report'),
  detail,
  format: 'html',
  extension: 'html',
  text,
});

const json = (detail: string, text: () => string): ExportFormat => ({
  label: 'JSON',
  detail,
  format: 'json',
  extension: 'json',
  text,
});

const handlerPercentiles = (result: RunResult): ExportFormat => ({
  label: vscode.l10n.t('HDR percentiles of the handler'),
  detail: vscode.l10n.t('What the handler itself reported.'),
  format: 'handler-hgrm',
  extension: 'hgrm',
  text: () => hdrReport(result, 'handlerLatency'),
});
