import { CodedError } from '../base/errors';
import type { Chapter, ChapterPorts, RunnerEvent, ScaledNumber, Step, StepOutcome } from '../core/chapters/contract';
import { foundationOf, prepareFor } from '../core/chapters/preparation';
import { ChapterRunner } from '../core/chapters/runner';
import type { ChapterSummary, RunReport } from './run-report';

/** A run of chapters on a target. */
export interface RunOptions {
  /** All chapters of the workshop: earlier ones prepare for later ones. */
  chapters: readonly Chapter[];
  selected: readonly Chapter[];
  ports: ChapterPorts;
  figure(number: ScaledNumber): number;
  /** The target is empty: there is nothing to undo first. */
  fresh: boolean;
  report: RunReport;
  signal: AbortSignal;
}

/**
 * Runs the selected chapters in order and stops after the first that fails. What earlier runs left on the target is undone first.
 * @throws CodedError `CANCELLED`, `RESET_FAILED`, `PREPARATION_FAILED`.
 */
export async function runChapters(options: RunOptions): Promise<ChapterSummary[]> {
  const { chapters, selected, ports, figure, report, signal } = options;
  const started = performance.now();
  const runners = new Map<Chapter, ChapterRunner>();
  const runnerOf = (chapter: Chapter): ChapterRunner => {
    let runner = runners.get(chapter);
    if (!runner) {
      runner = new ChapterRunner(chapter, ports, { figure, chapters: () => chapters });
      runner.onEvent(whileRunning(event => report.event(event)));
      runners.set(chapter, runner);
    }
    return runner;
  };
  if (!options.fresh)
    await reset(options, chapter => new ChapterRunner(chapter, ports, { figure, chapters: () => chapters }));
  const summaries: ChapterSummary[] = [];
  let last: Chapter | undefined;
  for (const chapter of selected) {
    if (summaries.some(({ status }) => status === 'failed')) {
      summaries.push(summarise(chapter, [], 0));
      continue;
    }
    const foundation = foundationOf(chapter, chapters);
    if (foundation.length > 0 && foundation.at(-1) !== last) {
      const prepared = await prepareFor(chapter, chapters, runnerOf, signal, () => report.preparing(chapter));
      const failed = prepared.find(({ status }) => status === 'failed');
      if (failed) throw preparationFailed(chapter, failed);
    }
    report.chapterStarted(chapter);
    const begun = performance.now();
    const outcomes = await runnerOf(chapter).runAll(signal);
    summaries.push(summarise(chapter, outcomes, performance.now() - begun));
    last = chapter;
  }
  report.finished(summaries, performance.now() - started);
  return summaries;
}

/** What a run of the selected chapters does to a target that is not empty: steps that it undoes, runs, or makes anew beneath them. */
export function stepsOfRun(chapters: readonly Chapter[], selected: readonly Chapter[]): Step[] {
  const beneath = selected.flatMap(chapter => foundationOf(chapter, chapters)).flatMap(({ steps }) => steps);
  return [...touchedBy(chapters, selected).flatMap(({ steps }) => steps), ...beneath.filter(({ base }) => base)];
}

/** The selected chapters, and those that build on them. */
const touchedBy = (chapters: readonly Chapter[], selected: readonly Chapter[]): Chapter[] =>
  chapters.filter(
    chapter => selected.includes(chapter) || foundationOf(chapter, chapters).some(base => selected.includes(base)),
  );

/** Passes on what happens between the start and the end of a step: a look at whether a step is needed is no news. */
function whileRunning(listener: (event: RunnerEvent) => void): (event: RunnerEvent) => void {
  let running = false;
  return event => {
    running ||= event.type === 'step-started';
    if (running) listener(event);
    if (event.type === 'step-finished') running = false;
  };
}

async function reset(
  { chapters, selected, report, signal }: RunOptions,
  runnerOf: (chapter: Chapter) => ChapterRunner,
): Promise<void> {
  for (const chapter of touchedBy(chapters, selected).reverse()) {
    report.resetting(chapter);
    const undone = await runnerOf(chapter).undoAll(signal);
    const failed = undone.find(({ ok }) => !ok);
    if (failed) {
      const { message, sqlstate, detail, hint, nextStep } = failed.error ?? {};
      throw new CodedError('RESET_FAILED', `chapter ${chapter.number} could not be undone: ${message}`, {
        nextStep:
          nextStep ?? 'Remove what the message names by hand, or run on a fresh cluster (leave --data-dir out).',
        details: { sqlstate, detail, hint },
      });
    }
  }
}

function preparationFailed(chapter: Chapter, { step, actions, checks }: StepOutcome): CodedError {
  const reason =
    actions.find(({ ok }) => !ok)?.error?.message ??
    checks.filter(({ held }) => !held).map(({ check, actual }) => `${check.describe}: ${actual}`)[0];
  return new CodedError(
    'PREPARATION_FAILED',
    `"${step.title}", which chapter ${chapter.number} builds on, failed: ${reason}`,
    {
      nextStep: 'Run the chapters from the first: dsql-workshop run',
    },
  );
}

function summarise(chapter: Chapter, steps: StepOutcome[], durationMs: number): ChapterSummary {
  const checks = chapter.steps.reduce((sum, step) => sum + step.checks.length, 0);
  const checksHeld = steps.reduce((sum, step) => sum + step.checks.filter(({ held }) => held).length, 0);
  const passed = steps.length === chapter.steps.length && steps.every(({ status }) => status === 'done');
  const status = steps.length === 0 ? 'not-run' : passed ? 'passed' : 'failed';
  return { chapter, status, checks, checksHeld, steps, durationMs };
}
