import { Option, type Command } from 'commander';
import type { CommandContext } from './command-context';
import { calledFunctionGiven, functionNameGiven } from './function-name';
import { givenText } from './given-text';
import { dataDirOption, targetOption } from './shared-options';

/** `verify-transfer`, `deploy`, `functions` and `rollback`; `addInvokeCommand` comes later in the help. */
export function addFunctionCommands(program: Command, { execute, running, console }: CommandContext): void {
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
    .argument('<dir>', 'folder with index.ts', givenText)
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
}

/** `invoke`: one call of a function. */
export function addInvokeCommand(program: Command, { execute, running, console }: CommandContext): void {
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
}
