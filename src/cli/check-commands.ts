import { Option, type Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';
import { exitCodes } from './help-section';
import { regionGiven } from './region-given';
import { collect } from './shared-options';

const LINT_EXIT_CODES = exitCodes({
  0: 'nothing that DSQL refuses, and no more warnings than --max-warnings',
  1: 'findings',
  2: 'a file cannot be read or written, or the command line was wrong',
});
const PLAN_EXIT_CODES = exitCodes({
  0: 'done; with --findings, nothing beyond notices',
  1: 'no plan in the text; with --findings, warnings',
  2: 'a file cannot be read, or the command line was wrong',
});

/** `lint`, `audit` and `plan`: what is read and judged, most of it without a cluster. */
export function addCheckCommands(program: Command, { execute, console }: CommandContext): void {
  program
    .command('lint')
    .description('check SQL files as Aurora DSQL; fix what is safe to fix')
    .argument('[file...]', 'files, folders, globs, or - for standard input')
    .addOption(
      new Option('--format <name>', 'how findings are written')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .option('--fix', 'apply the safe fixes; with - print the fixed text')
    .option('--fix-dry-run', 'print what --fix would change, as a diff')
    .option('--rule <id=severity>', 'off, hint, info, warning or error; may be given again', collect)
    .option('--max-warnings <n>', 'end with 1 when there are more warnings')
    .option('--single-transaction', 'each file runs as one transaction, as with psql -1')
    .option('--as-of <date>', 'what DSQL refused on this date, such as 2026-09-15')
    .addHelpText('after', LINT_EXIT_CODES)
    .action((files: string[], options) =>
      execute(options.format === 'json', async () => (await import('./commands/lint')).lint(files, options, console)),
    );

  program
    .command('audit')
    .description('what stands between a code base or a PostgreSQL database and Aurora DSQL; changes nothing')
    .argument('<subject>', 'a folder, or postgres://user@host/database (password in PGPASSWORD)', givenText)
    .addOption(
      new Option('--format <name>', 'how the report is written')
        .choices(['text', 'markdown', 'json', 'html'])
        .default('text'),
    )
    .action((subject: string, options) =>
      execute(options.format === 'json', async () =>
        (await import('./commands/audit')).audit(subject, options.format, console),
      ),
    );

  program
    .command('plan')
    .description('read query plans: what each operation took, what to improve, what it costs')
    .argument('<file>', 'text or JSON of EXPLAIN as it was printed or pasted, or - for standard input', givenText)
    .option('--print', 'print the text back from the model')
    .option('--json', 'model and findings as JSON; also with --findings and --compare')
    .option('--findings', 'only what is worth changing; ends with 1 when there are warnings')
    .option('--compare <file>', 'hold a second plan of the statement against this one', givenText)
    .option('--region <name>', 'AWS Region whose prices are taken', regionGiven, 'us-east-1')
    .option('--price <usd>', 'US dollars per million DPU, in place of the price of the Region')
    .addHelpText('after', PLAN_EXIT_CODES)
    .action((file: string, options) =>
      execute(options.json === true, async () => (await import('./commands/plan')).plan(file, options, console)),
    );
}
