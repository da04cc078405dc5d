import { CodedError } from '../../base/errors';
import { DSQL_REGIONS } from '../../core/clusters/regions';
import type { FoundResource, Inventory, TeardownPlan, TeardownReport } from '../../core/teardown/contract';
import { idleCost } from '../../core/teardown/cost';
import { planTeardown } from '../../core/teardown/plan';
import { planLines, reportLines } from '../../core/teardown/report';
import { runTeardown } from '../../core/teardown/run';
import { pollPauseMs } from '../../node/aws-requests';
import { pause } from '../../node/clusters/pause';
import { listAwsProfiles, requireAwsProfile } from '../../node/connections/aws-profiles';
import { profileCredentials } from '../../node/connections/credentials';
import { createTeardown } from '../../node/teardown/port';
import { ask } from '../agreement';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';
import { regionGiven } from '../region-given';

export interface TeardownOptions {
  region?: string[];
  allRegions?: boolean;
  profile?: string;
  only?: string[];
  also?: string[];
  dryRun?: boolean;
  yesDelete?: string;
  json?: boolean;
}

/** `teardown`: lists, asks for the number of the account, removes, looks again. */
export async function teardown(options: TeardownOptions, console: Console): Promise<ExitCode> {
  const regions = await regionsOf(options, console.env);
  const credentials = profileCredentials(options.profile, regions[0], true);
  const port = createTeardown({ credentials });
  const interrupt = new Interrupt();
  const { signal } = interrupt;
  const say = (text: string): void => void console.stderr.write(`${console.errorStyle.dim(text)}\n`);
  const print = (value: object, lines: () => string[]): void =>
    void console.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${lines().join('\n')}\n`);
  try {
    const inventory = await port.find(regions, say, signal);
    const plan = planTeardown(inventory, { ...chosen(options.only), named: namedOf(inventory, options.also) });
    print({ event: 'list', ...listed(inventory, plan) }, () => [
      ...planLines(inventory, plan, Date.now()),
      ...alsoLines(plan),
    ]);
    const short = inventory.gaps.length > 0 ? EXIT.failed : EXIT.ok;
    if (options.dryRun || plan.removals.length === 0) return short;
    await confirm(inventory.account, options, console);
    const report = await runTeardown(plan, port, {
      ...{ pause, signal, pollMs: pollPauseMs() },
      onProgress: ({ text }) => say(text),
    });
    print({ event: 'finished', ...result(report) }, () => reportLines(report));
    if (report.cancelled) return EXIT.interrupted;
    return report.remainders.length > 0 ? EXIT.failed : short;
  } finally {
    interrupt.dispose();
    await port.close();
  }
}

/** How to name what only bears our name. */
const alsoLines = ({ left }: TeardownPlan): string[] =>
  left.some(({ reason }) => reason === 'unsure')
    ? ['What is yours of it and only lost its tag goes too when it is named: --also <ARN>.']
    : [];

async function regionsOf(
  { region, allRegions, profile }: TeardownOptions,
  env: NodeJS.ProcessEnv,
): Promise<[string, ...string[]]> {
  await requireAwsProfile(profile);
  const own = (await listAwsProfiles()).find(({ name }) => name === (profile ?? env.AWS_PROFILE ?? 'default'))?.region;
  const usual = [env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? own].filter(name => name !== undefined);
  const [first, ...rest] = allRegions ? DSQL_REGIONS.map(each => each.region) : [...new Set(region ?? usual)];
  if (first === undefined)
    throw usageError('no Region is named', 'Add --region us-east-1 (once for each), or --all-regions.');
  return [regionGiven(first), ...rest.map(regionGiven)];
}

function chosen(only: readonly string[] | undefined): { only?: (resource: FoundResource) => boolean } {
  if (!only) return {};
  const wanted = new Set(only);
  return { only: ({ kind, name, arn, title = '' }) => [kind, name, arn, title].some(each => wanted.has(each)) };
}

function namedOf({ resources }: Inventory, also: readonly string[] = []): readonly string[] {
  const unknown = also.find(arn => !resources.some(resource => resource.arn === arn));
  if (unknown !== undefined)
    throw usageError(`nothing of the ARN "${unknown}" was found`, 'Copy the ARN from the list: --dry-run --json.');
  return also;
}

async function confirm(account: string, { yesDelete }: TeardownOptions, console: Console): Promise<void> {
  if (yesDelete === account) return;
  if (yesDelete !== undefined || !console.stderr.isTTY || !process.stdin.isTTY)
    throw new CodedError('TEARDOWN_NOT_CONFIRMED', `nothing was removed: the account is ${account}`, {
      nextStep: `Repeat the command with --yes-delete ${account}.`,
    });
  const typed = await ask(`There is no undo. Type the number of the account (${account}) to remove all of it: `);
  if (typed !== account) throw new CodedError('CANCELLED', 'it was not confirmed');
}

const told = (resource: FoundResource) => ({ ...resource, ...idleCost(resource) });

function listed({ account, regions, gaps }: Inventory, { removals, left }: TeardownPlan): object {
  return {
    account,
    regions,
    removals: removals.map(({ members, takes }) => ({ members: members.map(told), takes: takes.map(told) })),
    left: left.map(({ resource, reason }) => ({ ...told(resource), reason })),
    gaps: gaps.map(({ region, what, error }) => ({ region, what, code: error.code, message: error.message })),
  };
}

function result({ outcomes, remainders, cancelled }: TeardownReport): object {
  return {
    cancelled,
    outcomes: outcomes.map(({ removal, state, failures }) => ({
      id: removal.id,
      state,
      failures: failures.map(({ resource, error: { code, message, nextStep } }) => ({
        arn: resource.arn,
        code,
        message,
        nextStep,
      })),
    })),
    remainders: remainders.map(({ resource, why }) => ({ arn: resource.arn, why })),
  };
}
