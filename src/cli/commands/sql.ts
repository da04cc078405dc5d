import { createDatabase } from '../../node/database';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { ofStatement } from '../failure';
import { answerText } from '../terminal/answer-text';
import { printable } from '../terminal/style';

export interface SqlOptions {
  user?: string;
  as?: 'admin' | 'lambda';
  json?: boolean;
}

/** `sql -c '…'`: runs a text as one simple query and prints the last result, notices on standard error. */
export async function sql(
  text: string,
  openTarget: OpenTarget,
  options: SqlOptions,
  console: Console,
): Promise<ExitCode> {
  const database = createDatabase(await openTarget());
  try {
    const { columns, rows, tag } = await database.query(text, {
      as: options.as,
      user: options.user,
      onNotice: ({ severity = 'NOTICE', message = '' }) => console.stderr.write(`${severity}: ${printable(message)}\n`),
    });
    const answer = { columns, rows, tag };
    console.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : answerText(answer, console.stdout));
    return EXIT.ok;
  } catch (error) {
    throw ofStatement(error, text);
  } finally {
    await database.close();
  }
}
