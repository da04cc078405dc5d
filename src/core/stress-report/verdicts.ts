import { count, counted } from '../../base/number-text';
import { moneyConserved, moneyDrift, type BankAudit } from '../bank/invariants';
import type {
  BalanceSample,
  ErrorClass,
  GeneratorHealth,
  Ledger,
  RunResult,
  ThresholdOutcome,
} from '../stress/contract';
import { ledgerNotes, movesFinding, offText, runNames, unjudgedBooks } from '../stress/book-words';
import { isMachineBusy, saturationOf } from '../stress/health';
import { leavesMuchOpen } from '../stress/ledger';
import { mostUnreached, outageText } from '../stress/outage';
import { isMissed } from '../stress/thresholds';

/** Failures that a bank's load is expected to meet: figures, not news. */
const EXPECTED: ReadonlySet<string> = new Set<ErrorClass>(['occ-data', 'occ-schema', 'insufficient-funds']);

/** One plain sentence on a run. */
export interface Verdict {
  level: 'good' | 'bad' | 'warning';
  text: string;
}

/** What one has to know before reading a run's figures: how it ended, the money, the ledger, the moves, the thresholds, the generator. */
export function verdictsOf(run: RunResult): Verdict[] {
  return [
    ...ending(run),
    ...cautionsOf(run).map((text): Verdict => ({ level: 'warning', text })),
    ...failures(run),
    ...money(run),
    ...ledger(run),
    ...moves(run),
    ...nextStep(run),
    ...thresholds(run),
    ...generator(run),
  ];
}

/** Why the generator, or the machine that it runs on, may have been the bottleneck; nothing when it was not. */
export function generatorVerdict(health: GeneratorHealth | undefined): string | undefined {
  if (!health?.saturated) return undefined;
  const [what, advice] = isMachineBusy(health)
    ? ['machine', 'Use fewer calls in flight, or a machine of its own; more workers do not help']
    : ['generator', 'Use more workers, fewer calls in flight, or a machine of its own'];
  return `The ${what} was probably the bottleneck: ${saturationOf(health).join(', ')}. ${advice}.`;
}

/** Whether a run came to make calls, those of its warm-up included. */
export const madeCalls = ({ started, warmup }: RunResult): boolean => started > 0 || (warmup?.started ?? 0) > 0;

function ending(run: RunResult): Verdict[] {
  const { status, failure, plan, started } = run;
  switch (status) {
    case 'completed':
      return started > 0 ? [] : [{ level: 'bad', text: 'The run ended before it had made a call that counts.' }];
    case 'cancelled':
      return [
        {
          level: 'warning',
          text: madeCalls(run)
            ? 'The run was stopped: these are the figures up to then.'
            : run.legsLeft
              ? 'The run was stopped before its generators had told anything.'
              : 'The run was stopped before its first call.',
        },
      ];
    case 'timed-out':
      return [
        {
          level: 'bad',
          text: `The run was ended after ${plan.maxDurationSeconds.toLocaleString('en')} s, its hard limit.`,
        },
      ];
    case 'aborted':
      return [{ level: 'bad', text: 'A threshold failed and ended the run.' }];
    case 'unreachable':
      return [
        { level: 'bad', text: `The run ended by itself: ${outageText(plan)}.` },
        ...(failure === undefined ? [] : [{ level: 'bad' as const, text: failure }]),
      ];
    case 'failed':
      return [{ level: 'bad', text: failure ?? 'The run failed.' }];
  }
}

/** How far a run's latencies are not those of its transfers: what waits longest is not among them, and calls that failed are. */
export function cautionsOf({ inFlight, succeeded, failed, legsLeft = 0, alongside = [] }: RunResult): string[] {
  return [
    ...(alongside.length > 0
      ? [`${runNames(alongside)} ran on the same target meanwhile: runs at once slow each other, and measure that.`]
      : []),
    ...(inFlight > 0
      ? [
          `${counted(inFlight, 'call')} had no answer when the run ended: no latency counts how long that took, and nobody knows what became of them.`,
        ]
      : []),
    ...(legsLeft > 0
      ? [
          `${counted(legsLeft, 'leg')} of the generators ${legsLeft === 1 ? 'was' : 'were'} under way when the run ended, and ${legsLeft === 1 ? 'goes' : 'go'} on in Lambda: no figure counts the calls of ${legsLeft === 1 ? 'it' : 'them'}.`,
        ]
      : []),
    ...(failed > succeeded && succeeded > 0
      ? ['Most calls failed, and latencies count them too: these are not those of transfers.']
      : []),
  ];
}

/** Calls that failed for no reason of the bank's own, each class with what the first of them was told. */
function failures(run: RunResult): Verdict[] {
  const { succeeded, failed, errors, status, errorMessages = {} } = run;
  const none: Verdict[] = succeeded === 0 && failed > 0 ? [{ level: 'bad', text: 'No call succeeded.' }] : [];
  const lost: Verdict[] =
    succeeded > 0 && status !== 'unreachable' && mostUnreached(run)
      ? [
          {
            level: 'bad',
            text: 'Most calls did not get through: they had no connection, lost it, or were refused on the way.',
          },
        ]
      : [];
  const classes = Object.entries(errors)
    .filter(([name, calls]) => calls > 0 && (none.length > 0 || !EXPECTED.has(name)))
    .sort(([, a], [, b]) => b - a);
  return [
    ...none,
    ...lost,
    ...classes.map(([name, calls]): Verdict => {
      const told = errorMessages[name as ErrorClass];
      const example = told === undefined ? '' : `; the first was told: ${told}`;
      return {
        level: 'warning',
        text: `${count(calls)} of ${counted(succeeded + failed, 'call')} failed, ${name}${example}`,
      };
    }),
    ...functionMissing(run),
  ];
}

/** The next step where the function that was called is not there; elsewhere than on the target of the run it may well be. */
function functionMissing(run: RunResult): Verdict[] {
  const called = calledFunction(run);
  if (!called || !run.errorMessages?.dispatch?.includes(' ResourceNotFoundException')) return [];
  const text = `There is no function “${called.functionName}”. Deploy one: dsql-workshop deploy workshop/chapters/01-schema-and-transfer/lambda --name ${called.own}${called.where}`;
  return [{ level: 'warning', text }];
}

/** What to do about a function that is found out by the books. */
function nextStep(run: RunResult): Verdict[] {
  const called = calledFunction(run);
  const { before, after, moneyConserved, ledger: rows, moves: found } = run;
  const comparable = before.accounts > 0 && before.accounts === after.accounts;
  const amiss = comparable && (!moneyConserved || rows?.exact === false || found?.exact === false);
  if (!called || !amiss || (moneyConserved && unjudgedBooks(run) !== undefined)) return [];
  const text = `Which promise of a transfer the function breaks: dsql-workshop verify-transfer ${called.own}${called.where}`;
  return [{ level: 'warning', text }];
}

/** The function of a run, and how the command line is told of it. */
function calledFunction({ plan: { workload }, target }: RunResult) {
  if (workload.type !== 'lambda-transfer') return undefined;
  const { functionName } = workload;
  const { name = 'local', functionPrefix = '' } = target ?? {};
  // who deploys says the name without the prefix, which the target puts before it again
  const own = functionName.startsWith(functionPrefix) ? functionName.slice(functionPrefix.length) : functionName;
  const where = name === 'local' ? '' : ` --target ${name}`;
  return { functionName, own, where };
}

function money(run: RunResult): Verdict[] {
  const { before, after, balanceSamples = [] } = run;
  if (before.accounts === 0 && after.accounts === 0) return [];
  if (after.accounts === 0)
    return [
      { level: 'bad', text: `The money could not be counted after the run; before it was ${before.sumOfBalances}.` },
    ];
  if (!run.moneyConserved) {
    const drift = moneyDrift(before, after);
    const sums = `Money was ${drift.startsWith('-') ? 'lost' : 'made'}: ${before.sumOfBalances} before, ${after.sumOfBalances} after${offText(run.moves)}.`;
    // money that comes and goes with whole accounts is no transfer's
    return [{ level: 'bad', text: before.accounts === after.accounts ? sums : accountsChanged(before, after, drift) }];
  }
  const amiss = amissInSum(run);
  if (amiss !== undefined) return [{ level: 'bad', text: amiss }];
  const sampled = balanceSamples.length > 1 ? `, in each of ${balanceSamples.length} samples` : '';
  // a transfer that was made twice, or not at all, leaves the sum as it was
  const alone =
    run.plan.workload.type === 'custom'
      ? ' Single transfers are not judged: nobody knows what calls of your own module move.'
      : '';
  return [{ level: 'good', text: `The sum of balances is exact${sampled}: ${after.sumOfBalances}.${alone}` }];
}

function accountsChanged(before: BankAudit, after: BankAudit, drift: string): string {
  const became = `${count(before.accounts)} accounts became ${count(after.accounts)}`;
  const sums = drift === '0' ? '' : `, ${before.sumOfBalances} in all became ${after.sumOfBalances}`;
  return `The money cannot be judged: ${became}${sums}. No transfer does that: somebody loaded or deleted accounts meanwhile. Run again without that.`;
}

/** `1 balance is below zero` */
const belowZero = (balances: number, verb: 'is' | 'was'): string =>
  `${counted(balances, 'balance')} ${balances === 1 ? verb : { is: 'are', was: 'were' }[verb]} below zero`;

/** What was not as before although the sum at the end is: a sum in between, or single balances. */
function amissInSum({ before, after, balanceSamples = [] }: RunResult): string | undefined {
  const isBelow = ({ negativeBalances }: BankAudit): boolean => negativeBalances > before.negativeBalances;
  const seconds = ({ atMs }: BalanceSample): string => `${(atMs / 1000).toFixed(1)} s`;
  const inexact = balanceSamples.filter(({ exact }) => !exact);
  // a sample with the right sum has balances that are below zero
  const wrong = inexact.filter(({ audit }) => !moneyConserved(before, audit) || !isBelow(audit));
  const [[first], [below]] = [wrong, inexact];
  if (first)
    return `The sum of balances was not exact in ${wrong.length} of ${balanceSamples.length} samples, first after ${seconds(first)}.`;
  if (isBelow(after)) return `${belowZero(after.negativeBalances, 'is')} after the run.`;
  if (!below) return undefined;
  const when = `${belowZero(below.audit.negativeBalances, 'was')} ${seconds(below)} into the run`;
  return `${when}; at its end none is that was not before.`;
}

function ledger(run: RunResult): Verdict[] {
  const { ledger: found, ledgerUnseen } = run;
  if (!found) return ledgerUnseen === undefined ? [] : [{ level: 'warning', text: ledgerUnseen }];
  const { acknowledged, recorded, unknown, exact, untold = 0 } = found;
  // those that a generator took along are as many as it could have made
  const open = unknown > 0 ? `, ${untold > 0 ? 'up to ' : ''}${count(unknown)} of unknown outcome` : '';
  const figures = `${count(acknowledged)} transfers acknowledged, ${count(recorded)} recorded${open}`;
  const told = [`${figures}.`, ...ledgerNotes(found)].join(' ');
  if (exact)
    return leavesMuchOpen(found)
      ? [{ level: 'warning', text: `The ledger leaves much open: ${told}` }]
      : [{ level: 'good', text: `The ledger is exact: ${told}` }];
  const unjudged = unjudgedBooks(run);
  if (unjudged !== undefined) return [{ level: 'warning', text: `The ledger ${unjudged}: ${figures}.` }];
  const what = ledgerFault(found);
  return [{ level: 'bad', text: `${what}: ${figures}.` }];
}

function ledgerFault({ acknowledged, unknown, recorded, differs }: Ledger): string {
  if (differs && unknown > 0)
    return 'Rows of transactions are not those of the calls: some were recorded twice, not at all, or with other accounts or amounts, or earlier rows were changed';
  if (differs)
    return 'Rows of transactions name other accounts or amounts than the acknowledged transfers, or earlier rows were changed';
  if (recorded < 0) return 'Rows of transactions were deleted meanwhile';
  return recorded > acknowledged
    ? 'Transfers were applied more than once or although refused, or somebody else recorded some meanwhile'
    : 'Rows of acknowledged transfers are missing';
}

/** Balances against answers; where the sum is not exact already, that says it all. */
function moves(run: RunResult): Verdict[] {
  const { moves: found, ledger: rows, moneyConserved } = run;
  if (!found || !moneyConserved || (found.exact && found.acknowledged === 0 && !found.unknown)) return [];
  const unjudged = found.exact ? undefined : unjudgedBooks(run);
  if (unjudged !== undefined) return [{ level: 'warning', text: `The moves ${unjudged}.` }];
  const { level, text } = movesFinding(found, rows, run.plan.accounts);
  return [{ level, text: `The moves are ${text}.` }];
}

function thresholds(run: RunResult): Verdict[] {
  return (run.thresholds ?? []).map(outcome => thresholdVerdict(outcome, run));
}

function thresholdVerdict(outcome: ThresholdOutcome, run: RunResult): Verdict {
  const { threshold, passed, actual } = outcome;
  if (passed === true) return { level: 'good', text: `${threshold}: held (${actual}).` };
  if (isMissed(outcome, run)) return { level: 'bad', text: `${threshold}: not held (${actual}).` };
  return { level: 'warning', text: `${threshold}: left open when the run was stopped (${actual}).` };
}

function generator({ generator: health, dropped = 0, warmup }: RunResult): Verdict[] {
  const early = warmup?.dropped ?? 0;
  const saturated = generatorVerdict(health);
  return [
    ...(early > 0
      ? [
          {
            level: 'warning' as const,
            text: `${counted(early, 'call')} of the warm-up ${early === 1 ? 'was' : 'were'} dropped: the limit in flight was reached before the figures began.`,
          },
        ]
      : []),
    ...(dropped > 0
      ? [
          {
            level: 'warning' as const,
            text: `${count(dropped)} calls were due while the limit in flight was reached, and dropped: no latency counts what they would have waited.`,
          },
        ]
      : []),
    ...(saturated === undefined ? [] : [{ level: 'warning' as const, text: saturated }]),
  ];
}
