import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';

export interface ResultsSettings {
  /** Rows of one statement; undefined: all. */
  rowLimit: number | undefined;
  /** Of one result, on disk. */
  quotaBytes: number;
}

/** The settings as they are now, for a document where one is named. Values of the wrong type count as not set. */
export function resultsSettings(document?: vscode.Uri): ResultsSettings {
  const section = vscode.workspace.getConfiguration(SETTINGS_SECTION, document);
  const rows = section.get<unknown>(SETTINGS.resultsRowLimit);
  const megabytes = section.get<unknown>(SETTINGS.resultsMaxDiskMegabytes);
  const rowLimit = typeof rows === 'number' && Number.isInteger(rows) && rows >= 0 ? rows : 10_000;
  return {
    rowLimit: rowLimit === 0 ? undefined : rowLimit,
    quotaBytes: (typeof megabytes === 'number' && megabytes >= 1 ? megabytes : 2_048) * 1_048_576,
  };
}
