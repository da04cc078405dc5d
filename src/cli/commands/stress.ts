import type { RunPlan, RunResult, RunSnapshot } from '../../core/stress/contract';
import { estimateRunCost } from '../../core/stress/cost';
import { csvReport } from '../../core/stress-report/csv';
import { hdrReport } from '../../core/stress-report/hdr';
import { htmlReport } from '../../core/stress-report/html';
import { jsonReport } from '../../core/stress-report/json';
import { verdictsOf } from '../../core/stress-report/verdicts';
import { parseSeconds } from '../../core/stress/duration';
import { Schedule } from '../../core/stress/schedule';
import { engineTarget } from '../../node/chapters/ports';
import { runTargetOf, type Target } from '../../node/target';
import { runStress } from '../../stress/controller';
import { knownRun } from '../shared-runs';
import { agree } from '../agreement';
import { callerLinesOn } from '../caller';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { Interrupt } from '../interrupt';
import { checkOutputs, writeOutputs } from '../output-files';
import { ProgressLine } from '../terminal/progress-line';
import { cloudWatchLines } from '../terminal/cloudwatch-text';
import { costLines, stressReport } from '../terminal/stress-text';
import { withCloudWatch } from './stress-cloudwatch';
import {
  connectionLimit,
  fanOutOf,
  fittedInFlight,
  runFromLambda,
  showFanOut,
  type FanOutCliOptions,
} from './stress-fan-out';
import { checkedPlan, leavesInFlight, type StressPlanOptions } from './stress-plan';

/** Options as the command line has them. */
export interface StressOptions extends StressPlanOptions, FanOutCliOptions {
  json?: boolean;
  out?: string;
  csv?: string;
  html?: string;
  hdr?: string;
  yes?: boolean;
  /** `--cloudwatch` alone, or with how long to wait. */
  cloudwatch?: string | true;
}

/** The calls end within a second; counting a large bank takes longer, and a part that nobody saw is lost. */
const STOP_DEADLINE_MS = 45_000;

/**
 * `stress`: runs a plan, shows it while it goes on, and reports. Exit code 1 when a threshold failed or money or transfers are amiss. What
 * is wrong with the command line is said before a target is looked for.
 */
export async function stress(options: StressOptions, openTarget: OpenTarget, console: Console): Promise<ExitCode> {
  const asked = checkedPlan(options, connectionLimit(options));
  const fanOut = fanOutOf(options, asked);
  // they are written after the run: that they can be is to be known before
  checkOutputs([options.out, options.csv, options.html, options.hdr]);
  if (typeof options.cloudwatch === 'string') parseSeconds(options.cloudwatch);
  const target = await openTarget();
  const prefixed = withPrefix(asked, target.lambda.functionPrefix);
  const where = await engineTarget(target);
  const { lambda } = where;
  const plan = fanOut && leavesInFlight(options) ? await fittedInFlight(prefixed, lambda, fanOut, console) : prefixed;
  if (fanOut) await showFanOut(plan, where, { ...fanOut, billed: target.kind === 'aws' }, console);
  if (target.kind === 'aws') await confirmCost(plan, target, options, console);
  const stopping = '\nStopping, and counting the money; Ctrl-C once more ends without the figures.\n';
  const interrupt = new Interrupt(() => !options.json && console.stderr.write(stopping), STOP_DEADLINE_MS);
  const line = new ProgressLine(console.stderr, console.errorStyle);
  let shown: RunSnapshot['window'];
  const show = (snapshot: RunSnapshot): void => {
    if (!options.json) return line.show({ text: plan.name, fraction: fractionOf(plan, snapshot), snapshot });
    if (snapshot.window && snapshot.window !== shown)
      console.stdout.write(`${JSON.stringify({ second: snapshot.window })}\n`);
    shown = snapshot.window;
  };
  try {
    const role = { target, role: options.generatorRole, console };
    const make = (): Promise<RunResult> =>
      fanOut
        ? runFromLambda(plan, where, fanOut, role, show, interrupt.signal)
        : runStress(plan, where, show, interrupt.signal, { allowUserCode: true });
    const say = (text: string): unknown => !options.json && console.stderr.write(`${text}\n`);
    const made = await knownRun(target, plan.name, make, { say, signal: interrupt.signal });
    const result: RunResult = { ...made, target: runTargetOf(target) };
    line.clear();
    const after = shown?.atMs ?? 0;
    if (options.json)
      for (const second of result.series ?? [])
        if (second.atMs > after) console.stdout.write(`${JSON.stringify({ second })}\n`);
    console.stdout.write(
      options.json ? `${JSON.stringify({ result })}\n` : `${stressReport(result, console.style).join('\n')}\n`,
    );
    // told first: a disk that is full must not take the result along
    writeReports(result, options);
    interrupt.dispose();
    await addCloudWatch(result, target, options, console);
    return exitCode(result, interrupt.interrupted);
  } finally {
    line.clear();
    interrupt.dispose();
  }
}

/** Beside the report, which is written already: what CloudWatch says, once it does; then the files are written again. */
async function addCloudWatch(
  result: RunResult,
  target: Target,
  options: StressOptions,
  console: Console,
): Promise<void> {
  const { cloudwatch, json } = options;
  if (cloudwatch === undefined) return;
  const watched = await withCloudWatch(result, target, { cloudwatch, json }, console);
  if (watched.result.cloudWatch) writeReports(watched.result, options);
  if (json) console.stdout.write(`${JSON.stringify({ cloudWatch: watched.view })}\n`);
  else console.stdout.write(`\n${cloudWatchLines(watched.view, console.style).join('\n')}\n`);
}

/** 0 only for a run that did what it should: completed, thresholds held, no money and no transfer amiss. */
function exitCode(run: RunResult, interrupted: boolean): ExitCode {
  const bad = verdictsOf(run).some(({ level }) => level === 'bad');
  if (bad) return EXIT.failed;
  // also when nothing but the count of the money was left to do: whoever asks for the end wants no next command to follow
  return interrupted ? EXIT.interrupted : EXIT.ok;
}

/** How far a run is, 0 to 1, by whichever of its bounds it reaches first. */
function fractionOf(plan: RunPlan, { started, elapsedMs, dropped = 0 }: RunSnapshot): number {
  const totalMs = plan.stages ? new Schedule(plan.stages).durationMs : (plan.durationSeconds ?? Infinity) * 1000;
  return Math.max((started + dropped) / plan.calls, elapsedMs / totalMs);
}

function withPrefix(plan: RunPlan, prefix: string): RunPlan {
  const { workload } = plan;
  if (workload.type !== 'lambda-transfer') return plan;
  return { ...plan, workload: { ...workload, functionName: prefix + workload.functionName } };
}

function writeReports(result: RunResult, { out, csv, html, hdr }: StressOptions): void {
  writeOutputs([
    [out, () => jsonReport(result)],
    [csv, () => csvReport(result)],
    [html, () => htmlReport([result], result.plan.name)],
    [hdr, () => hdrReport(result)],
  ]);
}

/** On AWS a run costs money: says how much, and asks. */
async function confirmCost(plan: RunPlan, target: Target, options: StressOptions, console: Console): Promise<void> {
  const lines = [...(await callerLinesOn(target)), ...costLines(estimateRunCost(plan, target.region), plan)];
  await agree({ lines, question: 'Run it?', code: 'STRESS_NOT_CONFIRMED', yes: options.yes }, console);
}
