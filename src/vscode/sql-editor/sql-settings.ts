import * as vscode from 'vscode';
import type { SqlRetryPolicy } from '../../core/sql/contract';
import { retryPolicy } from '../../core/sql/retry-policy';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';
import { resultsSettings } from '../results/results-settings';

export type WaitForJobs = 'ask' | 'always' | 'never';

export interface SqlSettings {
  codeLens: boolean;
  retry: SqlRetryPolicy;
  waitForJobs: WaitForJobs;
  /** Rows fetched at most; undefined = all. */
  maxRows?: number;
}

/** Entries the history keeps; 0 = none. */
export function historySize(): number {
  const size = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.sqlHistorySize);
  return typeof size === 'number' && Number.isInteger(size) && size >= 0 ? Math.min(size, 5_000) : 500;
}

/** The settings as they are for a document. Values of the wrong type count as not set. */
export function sqlSettings(document?: vscode.Uri): SqlSettings {
  const section = vscode.workspace.getConfiguration(SETTINGS_SECTION, document);
  const wait = section.get<unknown>(SETTINGS.sqlWaitForJobs);
  const { rowLimit } = resultsSettings(document);
  return {
    codeLens: section.get<unknown>(SETTINGS.sqlCodeLens) !== false,
    retry: retryPolicy(
      section.get<unknown>(SETTINGS.sqlRetryMaxAttempts),
      section.get<unknown>(SETTINGS.sqlRetryBaseDelayMs),
      section.get<unknown>(SETTINGS.sqlRetryMaxDelayMs),
    ),
    waitForJobs: wait === 'always' || wait === 'never' ? wait : 'ask',
    ...(rowLimit !== undefined && { maxRows: rowLimit }),
  };
}
