import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { explainDatabaseError } from '../../core/sql/explain-database-error';
import type { AfterFailure, StatementFailure } from '../../core/sql/script-runner';
import { oneLine } from '../../base/one-line';
import { askInDialog } from '../webviews/focused-view';

/** What becomes of a write on production: this one, every write of the run, or none. */
export type WriteAnswer = 'one' | 'all' | undefined;

/** Asks before a write on production, with the cluster's name and the statement. */
export async function confirmWrite(profile: ConnectionProfile, sql: string, others: number): Promise<WriteAnswer> {
  const { l10n } = vscode;
  const one = l10n.t('Run on {0}', profile.name);
  const all = l10n.t('Run All {0} Writes', others + 1);
  const where = profile.host || profile.name;
  const answer = await askInDialog(
    l10n.t('{0} is a production cluster. Run this statement?', profile.name),
    { detail: `${where}\n\n${cut(sql)}` },
    one,
    ...(others > 0 ? [all] : []),
  );
  return answer === one ? 'one' : answer === all ? 'all' : undefined;
}

/** Asks before EXPLAIN ANALYZE of a statement that changes rows. */
export async function confirmAnalyze(profile: ConnectionProfile, sql: string): Promise<boolean> {
  const { l10n } = vscode;
  const run = l10n.t('Execute and Roll Back');
  const answer = await askInDialog(
    l10n.t('EXPLAIN ANALYZE executes the statement on {0}.', profile.name),
    {
      detail: `${profile.kind === 'local' ? l10n.t('It runs in a transaction of its own, which is rolled back: its changes are not kept.') : l10n.t('It runs in a transaction of its own, which is rolled back: its changes are not kept, but what it reads and writes is billed.')}\n\n${cut(sql)}`,
    },
    run,
  );
  return answer === run;
}

/** Asks how a script goes on after an error. Closing the question stops the script. */
export async function askAfterFailure(failure: StatementFailure, total: number): Promise<AfterFailure> {
  const { l10n } = vscode;
  const { statement, error, inTransaction, remaining, canRepeatBlock } = failure;
  const { message, sqlstate, nextStep } = explainDatabaseError(error);
  type Item = vscode.QuickPickItem & { answer: AfterFailure };
  const items: Item[] = [{ label: `$(debug-stop) ${l10n.t('Stop')}`, description: stopText(failure), answer: 'stop' }];
  if (remaining > 0)
    items.push(
      {
        label: `$(debug-step-over) ${l10n.t('Skip and Continue')}`,
        description: inTransaction
          ? l10n.t('roll the transaction back and go on behind it')
          : l10n.t('go on with the next statement, ask again at the next error'),
        answer: 'skip',
      },
      {
        label: `$(debug-continue) ${l10n.t('Continue')}`,
        description: l10n.t('go on past this and every further error'),
        answer: 'continue',
      },
    );
  if (canRepeatBlock || (!inTransaction && statement.type === 'statement'))
    items.push({
      label: `$(debug-restart) ${canRepeatBlock ? l10n.t('Run the Transaction Again') : l10n.t('Try Again')}`,
      description: canRepeatBlock ? l10n.t('roll back and run it from its BEGIN') : l10n.t('send this statement again'),
      answer: 'retry',
    });
  const title = l10n.t('Statement {0} of {1} failed: {2}', statement.index + 1, total, oneLine(statement.sql, 60));
  const said = `${sqlstate ? `${sqlstate}: ` : ''}${oneLine(message, 160)}`;
  const placeHolder = nextStep ? `${/[.!?…]$/.test(said) ? said : `${said}.`} ${nextStep}` : said;
  return (await vscode.window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true }))?.answer ?? 'stop';
}

function stopText({ remaining, inTransaction }: StatementFailure): string {
  const { l10n } = vscode;
  const left = remaining === 1 ? l10n.t('1 statement is not run') : l10n.t('{0} statements are not run', remaining);
  return inTransaction ? l10n.t('{0}; the failed transaction waits for ROLLBACK', left) : left;
}

/** A dialog has room for some lines only. */
function cut(sql: string): string {
  const lines = sql.split(/\r?\n/);
  const shown = lines.slice(0, 12).map(line => (line.length > 160 ? `${line.slice(0, 159)}…` : line));
  return lines.length > 12 ? [...shown, '…'].join('\n') : shown.join('\n');
}
