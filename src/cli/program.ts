import { Command, CommanderError, Help } from 'commander';
import { productVersion } from '../node/assets';
import { DATA_DIR_VARIABLE } from '../protocol/local-cluster';
import { addAccessCommands } from './access-commands';
import { addAwsCommands } from './aws-commands';
import { addChapterFileCommands } from './chapter-file-commands';
import { addCheckCommands } from './check-commands';
import type { CommandContext } from './command-context';
import { addCompareFunctionCommand } from './compare-function-command';
import { addConfigureFunctionCommand } from './configure-function-command';
import type { Console } from './console';
import { addCostCommand } from './cost-command';
import { EXIT } from './exit-codes';
import { exitCodeOf, failureJson, failureText } from './failure';
import { addFunctionCommands, addInvokeCommand } from './function-commands';
import { exitCodes, helpSection } from './help-section';
import { addLocalCommand } from './local-command';
import { addLogsCommand } from './logs-command';
import { addOwnCodeCommands } from './own-code-commands';
import { addPolicyCommand } from './policy-command';
import { addRemoveFunctionCommand } from './remove-function-command';
import { addRoleCommand } from './role-command';
import { addRunCommand } from './run-command';
import { addSessionsCommand } from './sessions-command';
import { addSetupCommand } from './setup-command';
import { dataDirOption, targetOption } from './shared-options';
import { addSqlCommand } from './sql-command';
import { addStackCommand } from './stack-command';
import { addStressCommand } from './stress-command';
import { addTeardownCommand } from './teardown-command';

const EXAMPLES = helpSection('Examples', {
  'dsql-workshop run 1': 'chapter 1, on a cluster that is made for it and gone afterwards',
  'dsql-workshop local': 'the local cluster, until Ctrl-C; in another terminal:',
  "dsql-workshop sql -c 'SELECT 1'": '',
  'dsql-workshop run --help': 'what a command takes',
});
const ENVIRONMENT = helpSection('Environment', {
  [DATA_DIR_VARIABLE]: 'the local cluster that commands use without --data-dir; local exec and local env set it',
});
const EXIT_CODES = exitCodes({
  0: 'done; for "run", every check held',
  1: 'a check did not hold, or something failed',
  2: 'the command line was wrong, or names a file, folder or target that is not there',
  130: 'interrupted',
});
/** Where less room is left beside the terms, lines are not broken. Columns. */
const LEAST_ROOM = 20;

type Result = number | Promise<number>;

/** Runs one command line (without node and script) and returns its exit code. Never throws, never exits. */
export async function runCommandLine(args: readonly string[], console: Console): Promise<number> {
  let code: number = EXIT.ok;
  let json = false;
  const program = build(console, async (wantsJson, command) => {
    json = wantsJson;
    code = await command();
  });
  try {
    await program.parseAsync(commandFirst(args, program), { from: 'user' });
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
    .configureOutput({
      writeOut: text => console.stdout.write(text),
      writeErr: text => console.stderr.write(text),
      getOutHelpWidth: () => console.stdout.columns,
      getErrHelpWidth: () => console.stderr.columns,
    })
    .configureHelp({
      minWidthToWrap: LEAST_ROOM,
      // all take options, and without the word there is room for what they do
      subcommandTerm: command => new Help().subcommandTerm(command).replace(' [options]', ''),
    })
    .version(productVersion())
    .enablePositionalOptions()
    .showHelpAfterError('(dsql-workshop --help lists the commands)')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', ENVIRONMENT)
    .addHelpText('after', EXIT_CODES);
  const running: CommandContext['running'] =
    ({ target, dataDir }) =>
    async () =>
      (await import('./open-target')).openRunning(target, dataDir, console);
  const context: CommandContext = { execute, running, console, options: () => [targetOption(), dataDirOption()] };

  program.commandsGroup('The workshop:');
  addRunCommand(program, context);

  program.commandsGroup('A cluster:');
  addLocalCommand(program, context);
  addAccessCommands(program, context);
  addSqlCommand(program, context);
  addSessionsCommand(program, context);

  program.commandsGroup('Checks and measurements:');
  addCheckCommands(program, context);
  addCostCommand(program, context);
  program.commandsGroup('In AWS:');
  addAwsCommands(program, context);
  addPolicyCommand(program, context);
  addRoleCommand(program, context);

  program.commandsGroup('A cluster:');
  addSetupCommand(program, context);

  program.commandsGroup('Checks and measurements:');
  addStressCommand(program, context);

  program.commandsGroup('The workshop:');
  addOwnCodeCommands(program, context);

  program.commandsGroup('Functions:');
  addFunctionCommands(program, context);
  addConfigureFunctionCommand(program, context);
  addCompareFunctionCommand(program, context);
  addRemoveFunctionCommand(program, context);
  addInvokeCommand(program, context);

  program.commandsGroup('In AWS:');
  addStackCommand(program, context);

  program.commandsGroup('Functions:');
  addLogsCommand(program, context);
  program.commandsGroup('In AWS:');
  addTeardownCommand(program, context);

  program.commandsGroup('The workshop:');
  addChapterFileCommands(program, context);
  for (const command of program.commands) leadToOwnHelp(command, `${program.name()} ${command.name()}`);
  return program;
}

/**
 * `help stack synth` as `stack synth --help`. Where there is no such command, nothing is left behind its name, so that this is said: its help
 * would be that of those above it, as if it had been asked for.
 */
function commandFirst(args: readonly string[], program: Command): string[] {
  const path: string[] = [];
  let help = false;
  let command = program;
  for (const word of args) {
    if (word.startsWith('-') || command.commands.length === 0) break;
    const next = command.commands.find(each => each.name() === word);
    if (!next && (word !== 'help' || help)) return [...path, word];
    if (next) path.push(word);
    else help = true;
    command = next ?? command;
  }
  return help ? [...path, '--help'] : [...args];
}

/** After a mistake in a command's line its own help is named. */
function leadToOwnHelp(command: Command, line: string): void {
  command.showHelpAfterError(`(${line} --help lists what it takes)`);
  for (const sub of command.commands) leadToOwnHelp(sub, `${line} ${sub.name()}`);
}
