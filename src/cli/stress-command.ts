import { Option, type Command } from 'commander';
import { presetsFor } from '../core/stress/presets';
import type { CommandContext } from './command-context';
import { calledFunctionGiven } from './function-name';
import { givenText } from './given-text';
import { exitCodes, helpSection } from './help-section';
import { collect } from './shared-options';

/** For who reads a result with a program of his own; all fields, with their types: `RunResult`. */
const RESULT_FIELDS = helpSection('Fields of a result (milliseconds, shares from 0 to 1)', {
  status: 'completed, cancelled, timed-out, failed, aborted (by a threshold), or unreachable; failure says why',
  startedAt: 'when the clock began: elapsedMs and every atMs count from it; measuredMs leaves the warm-up out',
  started:
    'calls: succeeded, failed, or inFlight, which had no answer when the run ended; dropped were due and not made',
  throughput: 'succeeded calls a second of measuredMs; callsPerSecond counts those that failed, too',
  latency:
    'from when a call was due to its answer, of failed calls, too; handlerLatency as the function says, overheadLatency the difference',
  distribution: 'latencies as [percentile, milliseconds]; --hdr writes them for plotters',
  errors: 'failed calls by class; errorMessages: what the first of each class was told',
  retryCounts:
    'calls by number of retries; conflicts: attempts that met one, retried or not; exhausted: calls that gave up',
  series:
    'a point a second, of long runs at most 3,600; atMs is its end, targetPerSecond what a schedule asked for on average',
  thresholds: 'each with passed, which is absent where there was nothing to measure',
  moneyConserved: 'the bank before and after has the same sum; balanceSamples, ledger and moves say more',
  generator:
    'utilization of its busiest thread, CPU time a call; saturated: it, or its machine, was probably the bottleneck',
});

const STRESS_EXIT_CODES = exitCodes({
  0: 'completed, thresholds held, no money and no transfer amiss',
  1: 'a threshold did not hold, money or transfers are amiss, no call succeeded, most did not get through or none did any more, or the run failed',
  2: 'the command line was wrong',
  130: 'stopped with Ctrl-C or asked to terminate; the result so far, where there is one, is printed and written',
});
const PRESETS = presetsFor('command-line')
  .map(({ id, alias }) => (alias === undefined ? id : `${id} (or ${alias})`))
  .join(', ');

/** `stress`, whose options are as many as those of all other commands together. */
export function addStressCommand(
  program: Command,
  { execute, running, console, options: shared }: CommandContext,
): void {
  const command = program
    .command('stress')
    .description('drive load at the function or the database, and hold what came of it to conditions')
    .option('--preset <id>', `one of the workshop's runs: ${PRESETS}`)
    .option('--plan <file>', 'a plan in JSON or YAML, or a result written by --out; options go over it', givenText)
    .option('--name <text>', 'name of the run', givenText)
    .option('--workload <what>', 'lambda (default), sql, mix, orders, or the file of a module of yours')
    .option('--function <name>', 'function that makes the transfers; default transfer', calledFunctionGiven)
    .option('--retry <policy>', 'over SQL: none, immediate, full-jitter (default), connector, mcp-skill')
    .option('--history', 'over SQL: transfers also insert into transactions')
    .option('--transfer-share <share>', 'of mix: the share of transfers, 0 to 1; default 0.1')
    .option('--weights <c:g:r>', 'of orders: create, get, range; default 50:48:2')
    .option('--calls <n>', 'calls, or with a rate or a duration the most that are made')
    .option(
      '--in-flight <n>',
      'calls at a time; with a rate the most, further ones are dropped; default 1000, over SQL 64, with --generators what the account has room for',
    )
    .option('--batches', 'the next calls start when all of the last batch have ended')
    .option('--rate <n>', 'open loop: calls a second, for --duration')
    .option('--stage <rate:time>', 'open loop: 100/s:10s, or ramp:500/s:30s; may be given again', collect)
    .option('--duration <time>', 'for how long: 30s, 5m')
    .option('--warmup <time>', 'calls of the first seconds are made, but not counted')
    .option('--max-duration <time>', 'hard limit')
    .option(
      '--give-up-after <time>',
      'end by itself when for so long no call got through to function or database; default 10s, at once where the local cluster was stopped; 0 for never',
    )
    .option('--accounts <n>', 'accounts 1 to n take part; default 1000')
    .option('--amount <n>', 'of each transfer; default 1')
    .option('--distribution <how>', 'of the accounts: uniform, zipf:1.1, or hot:10:0.8')
    .option('--workers <n>', 'threads; default 2')
    .option('--seed <n>', 'the same seed chooses the same accounts')
    .option('--threshold <condition>', 'p99<50ms, errors<0.1%, balance=exact, …; may be given again', collect)
    .option('--abort-on-fail', 'end the run when a threshold fails')
    .option('--balance-every <time>', 'sample the sum of balances while the run goes on')
    .addOption(
      new Option(
        '--transport <name>',
        'how the function is invoked; neither repeats a call, the retries of the SDK are off',
      ).choices(['lean', 'sdk']),
    )
    .option(
      '--generators <n>',
      'make the load from n functions in Lambda, not from this machine; shows the numbers first',
    )
    .option(
      '--leg <time>',
      'with --generators: length of one invocation, at most 14m; default 10s, or as long as its connections take to be opened. A stop leaves the leg under way to its end',
    )
    .option(
      '--generator-role <arn>',
      'with --generators, on AWS: role of the load generators; default that of the functions',
    )
    .option('--json', 'one JSON line a second, and one for the result')
    .option('--out <file>', 'write the result as JSON')
    .option('--csv <file>', 'write the seconds of the run as CSV')
    .option('--html <file>', 'write a report that stands alone')
    .option('--hdr <file>', 'write the percentiles for HdrHistogram plotters')
    .option(
      '--cloudwatch [wait]',
      "on AWS: afterwards wait for CloudWatch's figures of cluster and function, at most so long (default 10m), and hold them against the run's",
    )
    .option('--yes', 'on AWS: do not ask before spending');
  for (const option of shared()) command.addOption(option);
  command
    .addHelpText('after', RESULT_FIELDS)
    .addHelpText('after', STRESS_EXIT_CODES)
    .action(options =>
      execute(options.json === true, async () =>
        (await import('./commands/stress')).stress(options, running(options), console),
      ),
    );
}
