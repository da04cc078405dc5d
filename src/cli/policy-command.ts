import { Option, type Command } from 'commander';
import type { CommandContext } from './command-context';
import { functionNameGiven } from './function-name';
import { givenText } from './given-text';
import { regionGiven } from './region-given';
import { collect } from './shared-options';

/** `policy`. */
export function addPolicyCommand(program: Command, { execute, console }: CommandContext): void {
  program
    .command('policy')
    .description('print the IAM policy that chapters or commands need; nothing is sent to AWS')
    .argument('[chapter...]', 'by number or folder; all without a name')
    .option('--command <name>', 'of a command, alone or beside chapters; may be given again (see --list)', collect)
    .addOption(
      new Option('--role <whose>', "yours, the functions' execution role, or who may assume that role")
        .choices(['user', 'execution', 'trust'])
        .default('user'),
    )
    .option('--target <name>', 'a target of dsql-workshop.json: its Region, cluster, account and role are filled in')
    .option('--account <id>', 'AWS account, 12 digits')
    .option('--region <name>', 'AWS Region', regionGiven)
    .option('--cluster <id>', 'id of the cluster')
    .option('--function <name>', "function, without the target's prefix", functionNameGiven)
    .option('--role-name <name>', 'execution role, with its path', givenText)
    .option('--chapters <dir>', 'a folder of chapters of your own', givenText)
    .option('--list', 'print the commands that --command takes')
    .option('--json', 'the policy as one JSON line, without hints')
    .action((names: string[], options) =>
      execute(options.json === true, async () => (await import('./commands/policy')).policy(names, options, console)),
    );
}
