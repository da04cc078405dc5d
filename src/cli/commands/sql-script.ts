import { causes, CodedError } from '../../base/errors';
import { createDialect } from '../../core/dialect/dialect';
import { DEFAULT_RETRY } from '../../core/sql/retry-policy';
import { planScript, type PlannedStatement } from '../../core/sql/script-plan';
import type { SqlOutcome } from '../../core/sql/contract';
import { runScript, type RunRecorder } from '../../core/sql/script-runner';
import { createSqlSession } from '../../node/sql/session';
import { targetSource } from '../../node/sql/target-source';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { ofStatement, usageError } from '../failure';
import { textOfFile } from '../given-file';
import { Interrupt } from '../interrupt';
import { answerText } from '../terminal/answer-text';
import { printable } from '../terminal/style';
import type { SqlOptions } from './sql';
import { withUndone } from './undone';

/**
 * `sql --file`: runs the statements of a file, or of standard input, one after the other, each a transaction of its own unless the text
 * says BEGIN, and prints what each answers. Conflicts of the former are retried. Ends at the first that fails, which is named by its line
 * and with what is undone with it; what is open then, or at the end, is rolled back.
 */
export async function sqlScript(
  file: string,
  openTarget: OpenTarget,
  { as = 'admin', user = 'admin', json }: SqlOptions,
  console: Console,
): Promise<ExitCode> {
  const text = await textOfFile(file);
  const { statements, leavesOpen } = planScript(text, { dialect: await createDialect(), offset: 0 });
  if (statements.length === 0)
    throw usageError(
      `${file === '-' ? 'standard input' : file} holds no statement`,
      'Statements end with a semicolon; comments alone are none.',
    );
  const session = createSqlSession(targetSource(await openTarget(), as, user));
  const interrupt = new Interrupt();
  let failure: { statement: PlannedStatement; error: unknown } | undefined;
  let inTransaction: SqlOutcome[] = [];
  try {
    const result = await runScript(statements, {
      session,
      start: () => printer(console, json === true),
      permit: statement => (statement.parameters.length > 0 ? Promise.reject(valuesMissing()) : Promise.resolve()),
      parameters: () => Promise.resolve([]),
      failed: () => Promise.resolve('stop'),
      jobsStarted: () => Promise.resolve(),
      settled: (statement, { outcome, error }) => {
        if (statement.place === 'autocommit' || statement.place === 'begin') inTransaction = [];
        else if (outcome) inTransaction.push(outcome);
        if (error !== undefined) failure = { statement, error: withUndone(error, inTransaction) };
      },
      retry: DEFAULT_RETRY,
      signal: interrupt.signal,
      now: () => performance.now(),
    });
    if (result.cancelled) throw new CodedError('CANCELLED', 'it was interrupted');
    if (failure) {
      const { error, statement } = failure;
      throw ofStatement(placed(error, `${file}:${lineOf(text, statement)}`, result.notRun), statement.sql);
    }
    if (leavesOpen)
      console.stderr.write('The transaction that is open at the end is rolled back: COMMIT is missing.\n');
    return EXIT.ok;
  } finally {
    interrupt.dispose();
    await session.close();
  }
}

/** Prints a statement's answer when it is complete. */
function printer(console: Console, json: boolean): RunRecorder {
  let columns: string[] = [];
  let rows: (string | null)[][] = [];
  return {
    sink: {
      columns: named => {
        columns = named.map(({ name }) => name);
        rows = [];
      },
      rows: more => void rows.push(...more),
      notice: ({ severity, message }) => console.stderr.write(`${severity}: ${printable(message)}\n`),
    },
    succeed: ({ tag }) => {
      const answer = { columns, rows, tag };
      console.stdout.write(json ? `${JSON.stringify(answer)}\n` : answerText(answer, console.stdout));
    },
    fail: () => undefined,
  };
}

const lineOf = (text: string, { offset = 0 }: PlannedStatement): number => text.slice(0, offset).split('\n').length;

const valuesMissing = (): CodedError =>
  new CodedError(
    'SQL_VALUES_MISSING',
    'the statement has placeholders ($1), and nobody is asked for their values here',
    {
      nextStep: 'Write the values into the statement.',
    },
  );

/** The same error with its place in front, and what did not come to it. */
function placed(error: unknown, place: string, notRun: number): CodedError {
  const coded = causes(error).find(link => link instanceof CodedError);
  // what can be done instead of a command of psql's is said for the editor
  const nextStep = coded?.code === 'META_COMMAND' ? 'Leave it out, or run the script with psql.' : coded?.nextStep;
  const left = notRun === 0 ? '' : `${notRun} ${notRun === 1 ? 'statement' : 'statements'} after it not run.`;
  return new CodedError(
    coded?.code ?? 'INTERNAL',
    `${place}: ${error instanceof Error ? error.message : String(error)}`,
    {
      cause: error,
      details: coded?.details,
      nextStep: [nextStep, left].filter(Boolean).join('\n') || undefined,
    },
  );
}
