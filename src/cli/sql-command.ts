import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { usageError } from './failure';
import { givenOnce, givenText } from './given-text';
import { identityOption } from './shared-options';

const EXAMPLES = `
Examples:
  dsql-workshop sql -c 'SELECT * FROM sys.jobs'
  dsql-workshop sql -f schema.sql
  echo 'SELECT 1;' | dsql-workshop sql -f -
  dsql-workshop sql -c 'EXPLAIN ANALYZE VERBOSE SELECT 1' | dsql-workshop plan -`;

/** `sql`: a text as one query, or a file statement by statement. */
export function addSqlCommand(program: Command, { execute, running, console, options: shared }: CommandContext): void {
  const command = program
    .command('sql')
    .description('run SQL and print the result')
    .option('-c, --command <sql>', 'one or more statements, in one transaction, and what each answers', givenOnce)
    .option(
      '-f, --file <file>',
      'the statements of a file, each a transaction of its own unless it says BEGIN; - for standard input',
      givenOnce,
    );
  for (const option of shared()) command.addOption(option);
  command
    .option('--user <name>', 'database user', givenText, 'admin')
    .addOption(identityOption())
    .option('--json', 'each result as a JSON line; of -c with several statements one array of them')
    .addHelpText('after', EXAMPLES)
    .action(options =>
      execute(options.json === true, async () => {
        const { command: text, file } = options as { command?: string; file?: string };
        if (text !== undefined && file === undefined)
          return (await import('./commands/sql')).sql(text, running(options), options, console);
        if (file !== undefined && text === undefined)
          return (await import('./commands/sql-script')).sqlScript(file, running(options), options, console);
        throw usageError(
          text === undefined ? 'there is no SQL to run' : '-c and -f do not go together',
          'Write it after -c, in quotes, or name a file with -f; -f - reads standard input.',
        );
      }),
    );
}
