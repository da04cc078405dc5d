import { createDatabase } from '../../node/database';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { textTable } from '../terminal/text-table';

export interface SqlOptions {
  user?: string;
  as?: 'admin' | 'lambda';
  json?: boolean;
}

/** `sql -c '…'`: runs a text as one simple query and prints the last result. */
export async function sql(
  text: string,
  openTarget: OpenTarget,
  options: SqlOptions,
  console: Console,
): Promise<ExitCode> {
  const database = createDatabase(await openTarget());
  try {
    const { columns, rows, tag } = await database.query(text, { as: options.as, user: options.user });
    if (options.json) console.stdout.write(`${JSON.stringify({ columns, rows, tag })}\n`);
    else if (columns.length === 0) console.stdout.write(`${tag}\n`);
    else
      console.stdout.write(
        `${[...textTable(columns, rows), `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`].join('\n')}\n`,
      );
    return EXIT.ok;
  } finally {
    await database.close();
  }
}
