import { Command, CommanderError, Option } from 'commander';
import type { Console } from './console';
import { productVersion } from '../node/assets';
import { EXIT, type ExitCode } from './exit-codes';
import { exitCodeOf, failureJson, failureText } from './failure';
import type { CommandContext } from './command-context';
import { addAwsCommands } from './aws-commands';
import { addCostCommand } from './cost-command';
import { addPolicyCommand } from './policy-command';
import { addStackCommand } from './stack-command';
import { addCompareFunctionCommand } from './compare-function-command';
import { addConfigureFunctionCommand } from './configure-function-command';
import { addRemoveFunctionCommand } from './remove-function-command';
import { addRoleCommand } from './role-command';
import { calledFunctionGiven, functionNameGiven } from './function-name';
import { givenText } from './given-text';
import { addLogsCommand } from './logs-command';
import { addSqlCommand } from './sql-command';
import { addStressCommand } from './stress-command';
import { addTeardownCommand } from './teardown-command';

const EXAMPLES = `
Examples:
  dsql-workshop run 1                   chapter 1, on a cluster that is made for it and gone afterwards
  dsql-workshop local                   the local cluster, until Ctrl-C; in another terminal:
  dsql-workshop sql -c 'SELECT 1'
  dsql-workshop run --help              what a command takes
`;
const EXIT_CODES = `
Exit codes:
  0    done; for "run", every check held
  1    a check did not hold, or something failed
  2    the command line was wrong
  130  interrupted`;

const targetOption = (): Option =>
  new Option('--target <name>', 'local, or a target of dsql-workshop.json').default('local');
const dataDirOption = (): Option => new Option('--data-dir <dir>', 'data directory of the local cluster');
const identityOption = (): Option =>
  new Option('--as <identity>', 'credentials to sign with').choices(['admin', 'lambda']).default('admin');

const LINT_EXIT_CODES = `
Exit codes:
  0    nothing that DSQL refuses, and no more warnings than --max-warnings
  1    findings
  2    a file cannot be read, or the command line was wrong`;
const PLAN_EXIT_CODES = `
Exit codes:
  0    done; with --findings, nothing beyond notices
  1    no plan in the text; with --findings, warnings
  2    a file cannot be read, or the command line was wrong`;
const SESSIONS_EXIT_CODES = `
Exit codes:
  0    every answer was the expected one
  1    an answer was not, or something failed
  2    the command line was wrong`;
const collect = (value: string, before: string[] = []): string[] => [...before, value];

type Result = ExitCode | Promise<ExitCode>;

/** Runs one command line (without node and script) and returns its exit code. Never throws, never exits. */
export async function runCommandLine(args: readonly string[], console: Console): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  let json = false;
  const program = build(console, async (wantsJson, command) => {
    json = wantsJson;
    code = await command();
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const interrupted = exitCodeOf(error) === EXIT.interrupted;
    if (json) console.stdout.write(failureJson(error));
    else console.stderr.write(interrupted ? 'Interrupted.\n' : failureText(error, console.errorStyle));
    return exitCodeOf(error);
  }
}

/** The commands. Each loads its own code, so that `--help` stays quick. */
function build(console: Console, execute: (json: boolean, command: () => Result) => Promise<void>): Command {
  const program = new Command('dsql-workshop')
    .description('Build a bank on Amazon Aurora DSQL: chapters, a local cluster, and the tools around them.')
    .exitOverride()
    .configureOutput({ writeOut: text => console.stdout.write(text), writeErr: text => console.stderr.write(text) })
    .version(productVersion())
    .showHelpAfterError('(dsql-workshop --help lists the commands)')
    .addHelpText('after', EXAMPLES + EXIT_CODES);
  const running: CommandContext['running'] =
    ({ target, dataDir }) =>
    async () =>
      (await import('./open-target')).openRunning(target, dataDir, console.env);
  const context: CommandContext = { execute, running, console, options: () => [targetOption(), dataDirOption()] };

  program.commandsGroup('The workshop:');
  program
    .command('run')
    .description('run chapters: all, or those named by number or folder')
    .argument('[chapter...]')
    .option('--full', "the workshop's own figures: a million accounts and calls")
    .option('--chapters <dir>', 'a folder of chapters of your own; without names, they alone are run')
    .option('--code <dir>', 'deploy the code of your workshop folder in place of the solutions (see start)')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--yes', "do not ask first: on AWS, or before tables that are not the workshop's are dropped")
    .option('--json', 'one JSON object a line')
    .action((names: string[], options) =>
      execute(options.json === true, async () => (await import('./commands/run')).run(names, options, console)),
    );

  program.commandsGroup('A cluster:');
  const local = program
    .command('local')
    .description('start the local cluster and stay until interrupted')
    .option('--port <n>', 'PostgreSQL protocol; default 5432 when free, else any')
    .option('--lambda-port <n>', 'Lambda API; default any')
    .addOption(dataDirOption())
    .option('--require-sni', 'refuse clients that send no TLS server name, as the service does; then connect to a name')
    .option('--json', 'print one JSON line when ready')
    .option(
      '--inject-conflicts <share>',
      'fail this share of the commits that write with 40001, to test retries (0 to 1)',
    )
    .option('--inject-seed <n>', 'the same seed gives the same conflicts; default 1')
    .option('--inject-code <code>', 'OC000 (data, the default) or OC001 (schema)')
    .option(
      '--stale-catalog <scope>',
      'answer OC001 after DDL elsewhere: once in each session that knew the object (session, the default, as on DSQL), or only in transactions begun before (transaction)',
    )
    .action(options => execute(options.json === true, async () => (await import('./commands/local')).local(options)));
  local
    .command('env')
    .description(
      'print the environment that lets other programs use the running cluster: eval "$(dsql-workshop local env)"',
    )
    .addOption(dataDirOption())
    .option('--shell <name>', 'sh, fish, powershell or json; default by platform')
    .action((options, command: Command) =>
      execute(false, async () => {
        const merged = { ...command.optsWithGlobals<{ dataDir?: string }>(), ...options };
        const target = running({ target: 'local', dataDir: merged.dataDir });
        return (await import('./commands/local-env')).localEnv(target, options.shell, console);
      }),
    );

  program
    .command('token')
    .description('print a fresh authentication token')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--user <name>', 'database user', givenText, 'admin')
    .addOption(identityOption())
    .option('--expires-in <seconds>', 'how long it may be used to connect', '900')
    .option('--decode', "show the token's parts instead")
    .action(options =>
      execute(false, async () => (await import('./commands/token')).token(running(options), options, console)),
    );

  program
    .command('doctor')
    .description('examine the way to a cluster step by step, and name the fix')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--user <name>', 'database user', givenText, 'admin')
    .addOption(identityOption())
    .option('--json', 'one JSON object a check')
    .action(options =>
      execute(options.json === true, async () =>
        (await import('./commands/doctor')).doctor(running(options), options, console),
      ),
    );

  addSqlCommand(program, context, identityOption());

  program
    .command('sessions')
    .description('play two or more transactions line by line and show what each is answered; alone: list what there is')
    .argument('[file]', 'a session script, or the name of one that comes with the workshop')
    .option(
      '--order <order>',
      "name or number of one of the script's orders, or names of lines: a1,b1,a2; default all orders",
    )
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--json', 'one JSON line an order')
    .addHelpText('after', SESSIONS_EXIT_CODES)
    .action((file: string | undefined, options) =>
      execute(options.json === true, async () => {
        const { sessions, listSessions } = await import('./commands/sessions');
        return file === undefined ? listSessions(options, console) : sessions(file, running(options), options, console);
      }),
    );

  program.commandsGroup('Checks and measurements:');
  program
    .command('lint')
    .description('check SQL files as Aurora DSQL; fix what is safe to fix')
    .argument('[file...]', 'files, folders, globs, or - for standard input')
    .addOption(new Option('--format <name>').choices(['text', 'json', 'sarif', 'github']).default('text'))
    .option('--fix', 'apply the safe fixes; with - print the fixed text')
    .option('--fix-dry-run', 'print what --fix would change, as a diff')
    .option('--rule <id=severity>', 'off, hint, info, warning or error; may be given again', collect)
    .option('--max-warnings <n>', 'end with 1 when there are more warnings')
    .option('--single-transaction', 'each file runs as one transaction, as with psql -1')
    .option('--as-of <date>', 'what DSQL refused on this date')
    .addHelpText('after', LINT_EXIT_CODES)
    .action((files: string[], options) =>
      execute(options.format === 'json', async () => (await import('./commands/lint')).lint(files, options, console)),
    );

  program
    .command('audit')
    .description('what stands between a code base or a PostgreSQL database and Aurora DSQL; changes nothing')
    .argument('<subject>', 'a folder, or postgres://user@host/database (password in PGPASSWORD)')
    .addOption(new Option('--format <name>').choices(['text', 'markdown', 'json', 'html']).default('text'))
    .action((subject: string, options) =>
      execute(options.format === 'json', async () =>
        (await import('./commands/audit')).audit(subject, options.format, console),
      ),
    );

  program
    .command('plan')
    .description('read query plans: what each operation took, what to improve, what it costs')
    .argument('<file>', 'text or JSON of EXPLAIN as it was printed or pasted, or - for standard input')
    .option('--print', 'print the text back from the model')
    .option('--json', 'model and findings as JSON; also with --findings and --compare')
    .option('--findings', 'only what is worth changing; ends with 1 when there are warnings')
    .option('--compare <file>', 'hold a second plan of the statement against this one')
    .option('--region <name>', 'the Region whose prices are taken', 'us-east-1')
    .option('--price <usd>', 'US dollars per million DPU, in place of the price of the Region')
    .addHelpText('after', PLAN_EXIT_CODES)
    .action((file: string, options) =>
      execute(options.json === true, async () => (await import('./commands/plan')).plan(file, options, console)),
    );

  addCostCommand(program, context);
  program.commandsGroup('In AWS:');
  addAwsCommands(program, context);
  addPolicyCommand(program, context);
  addRoleCommand(program, context);

  program.commandsGroup('A cluster:');
  program
    .command('setup')
    .description("create the bank's tables and load its accounts; goes on where an interrupted setup stopped")
    .option('--accounts <n>', 'accounts 1 to n', '1000000')
    .option('--balance <n>', 'of each new account', '100')
    .option(
      '--reset',
      'back to the beginning: delete transactions and further accounts, put balances back; tables, indexes and grants stay',
    )
    .option('--workers <n>', 'connections at a time', '4')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--yes', 'on AWS: do not ask first')
    .option('--json', 'progress and result as JSON lines')
    .action(options =>
      execute(options.json === true, async () =>
        (await import('./commands/setup')).setup(options, running(options), console),
      ),
    );

  program.commandsGroup('Checks and measurements:');
  addStressCommand(program, context);

  program.commandsGroup('The workshop:');
  program
    .command('start')
    .description('make a workshop folder: the starter kit, for your own code; never overwrites a file')
    .argument('<dir>', 'folder to make, or an empty one', givenText)
    .option('--add-missing', 'the folder may hold files: add only those that are missing')
    .action((directory: string, options) =>
      execute(false, async () => (await import('./commands/start')).start(directory, options, console)),
    );

  program
    .command('solution')
    .description("a step's code in your workshop folder against the workshop's solution")
    .argument('<chapter>', 'number or folder of the chapter')
    .argument('<step>', 'id of the step')
    .option('--code <dir>', 'your workshop folder', '.')
    .option('--apply', 'write the solution over your files, keeping what was there')
    .option('--undo', 'put back what was there before the solution was applied')
    .option('--force', 'with --undo: also where you have edited the files since; what you have is kept aside')
    .action((chapter: string, step: string, options) =>
      execute(false, async () => (await import('./commands/solution')).solution(chapter, step, options, console)),
    );

  program.commandsGroup('Functions:');
  program
    .command('verify-transfer')
    .description("test a deployed transfer function's promises, on accounts of its own")
    .argument('[function]', 'function name', calledFunctionGiven, 'transfer')
    .addOption(
      new Option('--set <name>', 'how far the promises go').choices(['money', 'retries', 'history']).default('money'),
    )
    .option('--only <promise...>', 'test these promises alone, by id, such as conflicts-only')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--yes', 'on AWS: do not ask first')
    .option('--json', 'one JSON object a promise')
    .action((name: string, options) =>
      execute(options.json === true, async () =>
        (await import('./commands/verify-transfer')).verify(name, running(options), options, console),
      ),
    );

  program
    .command('deploy')
    .description('bundle a Lambda handler and create or update the function')
    .argument('<dir>', 'folder with index.ts')
    .option('--name <function>', 'function name; default by the folder')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--yes', 'on AWS: do not ask first')
    .action((directory: string, options) =>
      execute(false, async () => {
        const name = functionNameGiven(options.name ?? (await import('./open-target')).functionNameOf(directory));
        return (await import('./commands/functions')).deploy(directory, name, running(options), console, options.yes);
      }),
    );

  program
    .command('functions')
    .description('list deployed functions and their versions')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .action(options =>
      execute(false, async () => (await import('./commands/functions')).list(running(options), console)),
    );

  program
    .command('rollback')
    .description("put an earlier version's code back")
    .argument('[function]', 'function name', 'transfer')
    .option('--to <version>', 'version; default the newest that holds other code')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--yes', 'on AWS: do not ask first')
    .action((name: string, options) =>
      execute(false, async () =>
        (await import('./commands/functions')).rollBack(
          functionNameGiven(name),
          options.to,
          running(options),
          console,
          options.yes,
        ),
      ),
    );

  addConfigureFunctionCommand(program, context);
  addCompareFunctionCommand(program, context);
  addRemoveFunctionCommand(program, context);

  program
    .command('invoke')
    .description('call a function and print its answer')
    .argument('<json>', 'the payload')
    .option('--name <function>', 'function name', calledFunctionGiven, 'transfer')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .action((json: string, options) =>
      execute(false, async () =>
        (await import('./commands/functions')).invoke(json, options.name, running(options), console),
      ),
    );

  program.commandsGroup('In AWS:');
  addStackCommand(program, context);

  program.commandsGroup('Functions:');
  addLogsCommand(program, context);
  program.commandsGroup('In AWS:');
  addTeardownCommand(program, context);

  program.commandsGroup('The workshop:');
  program
    .command('new-chapter')
    .description('make a chapter of your own that runs, to be rewritten')
    .argument('<folder>', 'its folder, called NN-name, such as chapters/50-my-chapter')
    .option('--title <text>', 'default: from the name')
    .action((folder: string, options: { title?: string }) =>
      execute(false, async () => (await import('./commands/new-chapter')).newChapter(folder, options, console)),
    );

  program
    .command('validate')
    .description('check chapter files')
    .argument('[dir]', 'a chapter, or a folder of chapters; default the workshop')
    .action((directory: string | undefined) =>
      execute(false, async () => (await import('./commands/validate')).validate(directory, console)),
    );
  return program;
}
