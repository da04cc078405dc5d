import { Option, type Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';

/** `cost` and what stands below it. */
export function addCostCommand(program: Command, { execute, running, console, options: shared }: CommandContext): void {
  const cost = program.command('cost').description('what clusters, runs and statements cost');
  const pricesOption = (): Option =>
    new Option('--prices <file>', 'JSON array of prices by Region, put over the known ones').argParser(givenText);
  cost
    .command('prices')
    .description('the known prices by Region, with the day they were seen')
    .addOption(pricesOption())
    .option('--json', 'as JSON')
    .action(options =>
      execute(options.json === true, async () => (await import('./commands/cost')).costPrices(options, console)),
    );
  const estimate = cost
    .command('estimate')
    .description('measure the statements of one transaction, rolled back, and reckon with many of them')
    .option(
      '--sql <file>',
      "statements of the transaction, or - for standard input (default: the bank's transfer)",
      givenText,
    )
    .option('--transactions <n>', 'transactions that are committed', '1000000')
    .option('--lost <n>', 'attempts that conflicts cost', '0')
    .addOption(pricesOption())
    .option('--json', 'as JSON')
    .action(options =>
      execute(options.json === true, async () =>
        (await import('./commands/cost')).costEstimate(running(options), options, console),
      ),
    );
  const cluster = cost
    .command('cluster')
    .description('what CloudWatch metered of a cluster in AWS this month, and where the month ends up')
    .option('--since <time>', 'such as 2026-11-01T12:00:00Z: metered since then as well, beside --estimate')
    .option('--estimate <dpu>', 'DPUs that were estimated for the time since --since')
    .option('--endpoint <url>', "a stand-in for CloudWatch's API")
    .addOption(pricesOption())
    .option('--json', 'as JSON')
    .action(options =>
      execute(options.json === true, async () =>
        (await import('./commands/cost')).costCluster(running(options), options, console),
      ),
    );
  for (const option of shared()) {
    estimate.addOption(option);
    cluster.addOption(option);
  }
}
