import type * as vscode from 'vscode';
import type { RowStores } from '../../core/results/contract';
import type { ErrorReporter } from '../errors';
import { ResultsPanels } from './results-panels';

export interface ResultsContext {
  extensionUri: vscode.Uri;
  errors: ErrorReporter;
  services: { createRowStores(): Promise<RowStores> };
}

/** The window's results panels. Dispose them with the extension; `close` removes what lies on disk. */
export function createResults({ extensionUri, errors, services }: ResultsContext): ResultsPanels {
  return new ResultsPanels({ extensionUri, errors }, () => services.createRowStores());
}
