import { Option, type Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';
import { regionGiven } from './region-given';
import { codeOption } from './shared-options';

/** `stack` and what stands below it. */
export function addStackCommand(program: Command, { execute, console }: CommandContext): void {
  const stack = program
    .command('stack')
    .description("your workshop folder's stack in AWS, by the CDK: cluster, function, role");
  const which = (command: Command): Command =>
    command
      .addOption(codeOption())
      .option('--stack-name <name>', 'name of the stack', 'DsqlWorkshop')
      .option('--profile <name>', 'AWS profile; default as the AWS CLI has it')
      .option('--region <name>', "AWS Region; default your AWS profile's", regionGiven);
  const pair = (command: Command): Command =>
    which(command)
      .option('--function-prefix <text>', "put before the function's name; default dsql-workshop-")
      .option('--second-region <name>', 'AWS Region of a second cluster, which holds the same data', regionGiven)
      .option('--witness-region <name>', 'AWS Region that is the witness of both', regionGiven);

  pair(stack.command('synth'))
    .description('write the CloudFormation template to infra/cdk/cdk.out; nothing goes to AWS')
    .action(options => execute(false, async () => (await import('./commands/stack')).synth(options, console)));
  pair(stack.command('deploy'))
    .description('make or update the stack, after telling what it makes, costs and calls')
    .option('--save-target <name>', "write the cluster as a target of the folder's dsql-workshop.json", givenText)
    .option('--yes', 'do not ask first')
    .option('--json', 'the outputs as one JSON line')
    .action(options =>
      execute(options.json === true, async () => (await import('./commands/stack')).deploy(options, console)),
    );
  pair(stack.command('destroy'))
    .description('delete the stack and its data, after telling what is lost and asking for its name')
    .addOption(new Option('--confirm <name>', 'the name of the stack, where nobody is there to type it'))
    .option('--unprotect', "deletion protection of the stack's cluster may be taken off, without asking again")
    .action(options => execute(false, async () => (await import('./commands/stack')).destroy(options, console)));
  stack
    .command('outputs')
    .description('what the last deployment from this folder put out: endpoint, role, function')
    .addOption(codeOption())
    .option('--profile <name>', 'AWS profile that --save-target writes into the target')
    .option('--save-target <name>', "write the cluster as a target of the folder's dsql-workshop.json", givenText)
    .option('--json', 'as one JSON line')
    .action(options =>
      execute(options.json === true, async () => (await import('./commands/stack')).outputs(options, console)),
    );
  stack
    .command('install')
    .description('npm install, in the workshop folder and in infra/cdk')
    .addOption(codeOption())
    .action(options => execute(false, async () => (await import('./commands/stack')).install(options, console)));
}
