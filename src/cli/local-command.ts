import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';
import { helpParagraph } from './help-section';
import { dataDirOption } from './shared-options';

/** `local`, `local exec` and `local env`: the local cluster, and the way of other programs to it. */
export function addLocalCommand(program: Command, { execute, running, console }: CommandContext): void {
  const local = clusterOptions(
    program
      .command('local')
      .description('start the local cluster and stay until interrupted')
      .enablePositionalOptions(),
  )
    .addOption(dataDirOption())
    .option('--json', 'print one JSON line when ready')
    .addHelpText(
      'after',
      helpParagraph(
        'Ctrl-C or a request to terminate stops it: exit code 0.\nWhile others make stress runs on it, Ctrl-C has to be pressed twice.',
      ),
    )
    .allowExcessArguments() // to say what they are: a word here is meant as a command
    .action((options, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) command.error(`error: unknown command '${word}'`);
      return execute(options.json === true, async () => (await import('./commands/local')).local(options, console));
    });
  const exec = local
    .command('exec')
    .description(
      'run a command, such as the tests of a project, with a fresh local cluster in its environment (see local env) that ends with it',
    )
    .usage('[options] -- <command> [args...]')
    .argument('<command...>', 'the command and its arguments, after --')
    .option('--data-dir <dir>', 'keep the data there; a cluster that runs on it is used', givenText);
  clusterOptions(exec)
    .passThroughOptions()
    .addHelpText('after', helpParagraph('Ends with the exit code of the command.'))
    .action((words: string[], _: object, command: Command) =>
      execute(false, async () => (await import('./commands/local-exec')).localExec(words, command.optsWithGlobals())),
    );
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
}

/** What a cluster is started with, beside its place. */
function clusterOptions(command: Command): Command {
  return command
    .option('--port <n>', 'PostgreSQL protocol; default 5432 when free, else any')
    .option('--lambda-port <n>', 'Lambda API; default any')
    .option('--require-sni', 'refuse clients that send no TLS server name, as the service does; then connect to a name')
    .option(
      '--inject-conflicts <share>',
      'fail this share of the commits that write with 40001, to test retries (0 to 1)',
    )
    .option('--inject-seed <n>', 'the same seed gives the same conflicts; default 1')
    .option('--inject-code <code>', 'OC000 (data, the default) or OC001 (schema)')
    .option(
      '--stale-catalog <scope>',
      'answer OC001 after DDL elsewhere: once in each session that knew the object (session, the default, as on DSQL), or only in transactions begun before (transaction)',
    );
}
