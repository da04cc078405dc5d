import { setTimeout as delay } from 'node:timers/promises';
import { observedRun, subjectOf } from '../../core/observability/minutes';
import { cloudWatchView, LOCAL_CLOUDWATCH, statusText, UNKNOWN_CLOUDWATCH } from '../../core/observability/view';
import { watchRun, type WatchState } from '../../core/observability/watch';
import { parseSeconds } from '../../core/stress/duration';
import type { RunResult } from '../../core/stress/contract';
import { createRunMetricsReader } from '../../node/cloudwatch/run-metrics';
import type { Target } from '../../node/target';
import type { CloudWatchView } from '../../protocol/stress-view';
import type { Console } from '../console';
import { Interrupt } from '../interrupt';
import { ProgressLine } from '../terminal/progress-line';

/** How long is waited for CloudWatch after a run, where nothing is said. */
const DEFAULT_WAIT = '10m';
const LOOK_EVERY_MS = 30_000;

/** What CloudWatch said of a run, and how it is shown. */
export interface WatchedRun {
  result: RunResult;
  view: CloudWatchView;
}

export interface CloudWatchOptions {
  /** `true`: wait as long as is usual; a text: so long; `0`: one look. */
  cloudwatch: string | true;
  json?: boolean;
}

/** Waits for CloudWatch's figures of a run that is over, at most as long as was asked for; Ctrl-C ends the waiting and keeps what came. */
export async function withCloudWatch(
  result: RunResult,
  target: Target,
  options: CloudWatchOptions,
  console: Console,
): Promise<WatchedRun> {
  const run = observedRun(result);
  const subject = subjectOf(result);
  if (!run || !subject)
    return { result, view: result.target?.kind === 'local' ? LOCAL_CLOUDWATCH : UNKNOWN_CLOUDWATCH };
  const reader = createRunMetricsReader({ credentials: target.credentials.admin });
  const giveUpMs = 1_000 * parseSeconds(options.cloudwatch === true ? DEFAULT_WAIT : options.cloudwatch);
  const line = new ProgressLine(console.stderr, console.errorStyle);
  const interrupt = new Interrupt(() => line.clear());
  const show = (state: WatchState): void => {
    if (!options.json)
      line.show({ text: `CloudWatch: ${statusText(run, state, Date.now())} Ctrl-C ends the waiting.` });
  };
  try {
    const sinceEndMs = Date.now() - (run.endedAtMs ?? 0);
    const state = await watchRun({
      reader,
      subject,
      run: () => run,
      now: Date.now,
      pause: async (ms, signal) => void (await delay(ms, undefined, { signal })),
      signal: interrupt.signal,
      onUpdate: show,
      everyMs: LOOK_EVERY_MS,
      giveUpMs: sinceEndMs + giveUpMs,
    });
    const watched: RunResult = { ...result, ...(state.metrics && { cloudWatch: state.metrics }) };
    return { result: watched, view: cloudWatchView(run, subject, state, Date.now()) };
  } finally {
    line.clear();
    interrupt.dispose();
    await reader.close();
  }
}
