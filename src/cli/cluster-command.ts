import { Option, type Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';

/** `cluster`: clusters of AWS. */
export function addClusterCommand(
  program: Command,
  { execute, console }: Pick<CommandContext, 'execute' | 'console'>,
): void {
  const cluster = program.command('cluster').description('clusters in AWS: create, list, delete');
  const region = (): Option => new Option('--region <name>', 'AWS Region').default('us-east-1');
  const profile = (): Option => new Option('--profile <name>', 'AWS profile; default as the AWS CLI has it');
  cluster
    .command('create')
    .description('create a cluster, or with --second-region two that hold the same data, and wait until it can be used')
    .requiredOption('--name <text>', 'name of the cluster, its tag Name', givenText)
    .addOption(region())
    .option('--second-region <name>', 'AWS Region of a second cluster, which holds the same data')
    .option('--witness <region>', 'third AWS Region, which holds the log of both')
    .option('--protect', 'deletion protection on: deleting it takes one step more')
    .addOption(profile())
    .option('--yes', 'do not ask first')
    .option('--json', 'the clusters as one JSON line')
    .action(options =>
      execute(options.json === true, async () => (await import('./commands/clusters')).createCluster(options, console)),
    );
  cluster
    .command('list')
    .description('list the clusters of a Region')
    .addOption(region())
    .addOption(profile())
    .option('--json', 'the clusters as one JSON line')
    .action(options =>
      execute(options.json === true, async () => (await import('./commands/clusters')).listClusters(options, console)),
    );
  cluster
    .command('delete')
    .description('delete a cluster with all its data, its peers with it, and wait until they are gone')
    .argument('<id>', 'id of the cluster, 26 characters')
    .addOption(region())
    .addOption(profile())
    .option('--confirm <id>', 'its id again, in place of typing it')
    .action((identifier: string, options) =>
      execute(false, async () => (await import('./commands/clusters')).deleteCluster(identifier, options, console)),
    );
}
