import type { QueryResult } from '../../core/sql/database-port';
import { createDatabase } from '../../node/database';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { ofStatement } from '../failure';
import { answerText } from '../terminal/answer-text';
import { printable } from '../terminal/style';
import { withUndone } from './undone';

export interface SqlOptions {
  user?: string;
  as?: 'admin' | 'lambda';
  json?: boolean;
}

/**
 * `sql -c '…'`: runs a text as one simple query and prints what each statement answers, notices on standard error; where one fails what those
 * before it have answered, and what is undone with it. As JSON it is one document: the answer, of several statements an array of theirs.
 */
export async function sql(
  text: string,
  openTarget: OpenTarget,
  options: SqlOptions,
  console: Console,
): Promise<ExitCode> {
  const database = createDatabase(await openTarget());
  let answers: readonly QueryResult[] = [];
  let failed = true;
  try {
    await database.query(text, {
      as: options.as,
      user: options.user,
      onNotice: ({ severity = 'NOTICE', message = '' }) => console.stderr.write(`${severity}: ${printable(message)}\n`),
      onAnswers: all => (answers = all),
    });
    failed = false;
    return EXIT.ok;
  } catch (error) {
    throw ofStatement(withUndone(error, answers), text);
  } finally {
    if (!options.json) for (const answer of answers) console.stdout.write(answerText(answer, console.stdout));
    else if (!failed || answers.length > 0)
      console.stdout.write(`${JSON.stringify(!failed && answers.length === 1 ? answers[0] : answers)}\n`);
    await database.close();
  }
}
