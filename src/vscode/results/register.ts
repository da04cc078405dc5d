import type * as vscode from 'vscode';
import type { RowStores } from '../../core/results/contract';
import type { ErrorReporter } from '../errors';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { ResultsPanelContext } from './results-panel';
import { ResultsPanels } from './results-panels';

export interface ResultsContext {
  extensionUri: vscode.Uri;
  errors: ErrorReporter;
  connections: { profile(id: string): ConnectionProfile | undefined };
  /** Shows a plan in the plan viewer. */
  showPlan: (plan: { profile: ConnectionProfile; statement: string; text: string }) => void;
  services: { createRowStores(): Promise<RowStores> };
}

/** What stands before the statement that is explained. */
const EXPLAIN = /^\s*EXPLAIN\s*(?:\([^)]*\)|(?:(?:ANALY[ZS]E|VERBOSE)\b\s*)*)\s*/i;

/** The window's results panels. Dispose them with the extension; `close` removes what lies on disk. */
export function createResults({ connections, showPlan, services, ...context }: ResultsContext): ResultsPanels {
  const show: ResultsPanelContext['showPlan'] = ({ profileId, statement, text }) => {
    const profile = connections.profile(profileId ?? '');
    if (profile) showPlan({ profile, statement: statement.replace(EXPLAIN, ''), text });
  };
  return new ResultsPanels({ ...context, showPlan: show }, () => services.createRowStores());
}
