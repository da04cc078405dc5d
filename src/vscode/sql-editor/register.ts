import * as vscode from 'vscode';
import type { Dialect } from '../../core/dialect/contract';
import { JobWaiting } from '../commands/job-waiting';
import type { Connections } from '../connections/connections';
import type { ErrorReporter } from '../errors';
import type { Results } from '../results/results';
import { StatementCodeLenses } from './code-lens';
import { EditorSessions } from './editor-sessions';
import { ErrorMarks } from './error-marks';
import { Explainer, type ShowPlan } from './explainer';
import { HistoryStore } from './history-store';
import { JobOffers } from './job-offers';
import { LostTransactions } from './lost-transactions';
import { ParameterInput } from './parameter-input';
import { confirmWrite } from './prompts';
import { RunSlots } from './run-slot';
import { runAgain, sqlCommands } from './sql-commands';
import { SQL_SELECTOR } from './sql-documents';
import { SqlRunner } from './sql-runner';
import { TransactionStatus } from './transaction-status';
import { Transactions } from './transactions';
import { WriteGate } from './write-gate';

export interface SqlEditorContext {
  connections: Connections;
  results: Results;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
  globalState: vscode.Memento;
  workspaceState: vscode.Memento;
  /** The statements' parser; loaded at the first run. */
  loadDialect(): Promise<Dialect>;
  /** Called with every plan. */
  showPlan: ShowPlan;
}

/**
 * The SQL editor: commands to be registered, and what lives as long as the extension. `close` ends the editors' sessions and with them
 * their open transactions.
 */
export function createSqlEditor(context: SqlEditorContext) {
  const { connections, results, errors, extensionUri, globalState, loadDialect } = context;
  const sessions = new EditorSessions(connections);
  const slots = new RunSlots(connections, sessions);
  const marks = new ErrorMarks();
  const unkept = (error: unknown): void => errors.write(error);
  const history = new HistoryStore(globalState, unkept);
  const running = {
    connections,
    results,
    slots,
    marks,
    history,
    jobs: new JobOffers(new JobWaiting(connections, errors), errors),
    parameters: new ParameterInput(),
    gate: new WriteGate(confirmWrite),
    loadDialect,
  };
  const runner = new SqlRunner(running);
  const explainer = new Explainer(running, context.showPlan);
  const status = new TransactionStatus(sessions);
  const lost = new LostTransactions(sessions, context.workspaceState, unkept);
  const transactions = new Transactions(sessions, connections, status, errors);
  const lenses = new StatementCodeLenses();
  const commandContext = { extensionUri, connections, slots, runner, explainer, history, transactions };
  results.setRunner(request => runAgain(commandContext, request).catch(error => errors.show(error)));
  return {
    history,
    commands: sqlCommands(commandContext),
    /** Asks before a cluster ends with transactions of the window's editors. */
    mayEnd: (profileId: string) => transactions.mayEnd(profileId),
    disposable: vscode.Disposable.from(
      status,
      transactions,
      lost,
      marks,
      lenses,
      vscode.languages.registerCodeLensProvider(SQL_SELECTOR, lenses),
    ),
    close: () => {
      lost.dispose();
      slots.cancelAll();
      return sessions.close();
    },
  };
}
