import { Emitter } from '../../base/events';
import type {
  Action,
  ActionOutcome,
  Chapter,
  ChapterPorts,
  Check,
  CheckOutcome,
  RunnerEvent,
  ScaledNumber,
  Step,
  StepOutcome,
  StepStatus,
} from './contract';
import { describeAction } from './describe-action';
import { cancelled, runnerBusy, unknownStep } from './errors';
import { ChapterMemory, type MemorySnapshot } from './memory';
import { outcomeError } from './outcome-error';
import { perform } from './perform';
import type { Stage } from './stage';
import { undoBefore } from './undo-order';
import { fill } from './variables';
import { verify } from './verify';

const DEPENDENT_OBJECTS = '2BP01';

/** How a chapter runs. */
export interface RunnerOptions {
  /** The figure to use of those a chapter gives; by default a laptop's. */
  figure?: (number: ScaledNumber) => number;
  /** Milliseconds from a monotonic source. */
  monotonic?: () => number;
  /** All that may have been run on the target: those in the way of an undo are named. */
  chapters?: () => readonly Chapter[];
}

/**
 * Runs the steps of one chapter. One operation at a time (`RUNNER_BUSY` otherwise); an aborted one rejects with `CANCELLED` and leaves
 * its step `pending`. Whether a step is done is what its checks say, not what was run.
 */
export class ChapterRunner {
  private readonly events = new Emitter<RunnerEvent>();
  readonly onEvent = this.events.event;
  private readonly memory: ChapterMemory;
  private readonly outcomes = new Map<string, StepOutcome>();
  private readonly figure: (number: ScaledNumber) => number;
  private readonly monotonic: () => number;
  private readonly chapters: () => readonly Chapter[];
  private running?: Step;
  private solutionsOnly = false;

  constructor(
    readonly chapter: Chapter,
    private readonly ports: ChapterPorts,
    options: RunnerOptions = {},
  ) {
    this.memory = new ChapterMemory(ports.variables);
    this.figure = options.figure ?? (number => number.laptop);
    this.monotonic = options.monotonic ?? (() => performance.now());
    this.chapters = options.chapters ?? (() => []);
  }

  status(stepId: string): StepStatus {
    return this.outcomes.get(this.step(stepId).id)?.status ?? 'pending';
  }

  /** Runs a step's actions, then its checks. A failing action ends the step: its checks are not tried. */
  runStep(stepId: string, signal: AbortSignal = never()): Promise<StepOutcome> {
    const step = this.step(stepId);
    return this.exclusive(step, () => this.execute(step, signal));
  }

  /** Runs the steps that are neither done nor skipped, in order; stops after the first that fails. */
  async runAll(signal: AbortSignal = never()): Promise<StepOutcome[]> {
    const outcomes: StepOutcome[] = [];
    for (const step of this.chapter.steps) {
      if (['done', 'skipped'].includes(this.status(step.id))) continue;
      const outcome = await this.runStep(step.id, signal);
      outcomes.push(outcome);
      if (outcome.status === 'failed') break;
    }
    return outcomes;
  }

  /** Verifies a step's checks and sets its status by them; runs nothing. A step without checks keeps its status. */
  check(stepId: string): Promise<StepOutcome> {
    const step = this.step(stepId);
    return this.exclusive(step, async () => {
      const started = this.monotonic();
      const checks = await this.verifyAll(step);
      const earlier = this.outcomes.get(step.id);
      const held = checks.every(check => check.held);
      const status = checks.length === 0 ? (earlier?.status ?? 'pending') : held ? 'done' : 'pending';
      return this.settle({
        step,
        status,
        actions: earlier?.actions ?? [],
        checks,
        durationMs: this.monotonic() - started,
      });
    });
  }

  /** What the step's checks say now, those that are wanted. Changes nothing, here and there; tells nobody. Not while something runs (`RUNNER_BUSY`). */
  async inspect(
    stepId: string,
    signal: AbortSignal = never(),
    wanted: (check: Check) => boolean = () => true,
  ): Promise<CheckOutcome[]> {
    const step = this.step(stepId);
    const outcomes: CheckOutcome[] = [];
    for (const check of step.checks.filter(wanted)) {
      if (this.running !== undefined) throw runnerBusy(this.running);
      outcomes.push(await this.verifyOne(check, signal));
    }
    return outcomes;
  }

  /** Takes over what is known of a step from elsewhere: an earlier session, or a look at its checks. Tells nobody. */
  restore(outcome: StepOutcome): void {
    const step = this.step(outcome.step.id);
    if (this.running?.id === step.id) throw runnerBusy(this.running);
    if (outcome.status === 'pending' && outcome.actions.length === 0) this.outcomes.delete(step.id);
    else this.outcomes.set(step.id, { ...outcome, step });
  }

  /** What the steps made, by name, as plain data. */
  keptMemory(): MemorySnapshot {
    return this.memory.snapshot();
  }

  restoreMemory(kept: MemorySnapshot): void {
    this.memory.restore(kept);
  }

  /** Undoes a step: its undo blocks, last first. Steps after it that were run are undone before it. */
  async undo(stepId: string, signal: AbortSignal = never()): Promise<ActionOutcome[]> {
    const step = this.step(stepId);
    const from = this.chapter.steps.indexOf(step);
    const later = this.chapter.steps
      .slice(from + 1)
      .filter(other => ['done', 'failed'].includes(this.status(other.id)));
    return this.undoSteps([step, ...later], signal);
  }

  /** Undoes every step, last first, whether it was run in this session or not. Undo blocks accept that there is nothing to undo. */
  undoAll(signal: AbortSignal = never()): Promise<ActionOutcome[]> {
    return this.undoSteps(this.chapter.steps, signal);
  }

  /** Brings the database back to before the step, then runs it. */
  async repeat(stepId: string, signal: AbortSignal = never()): Promise<StepOutcome> {
    const undone = await this.undo(stepId, signal);
    const failed = undone.find(outcome => !outcome.ok);
    if (failed) {
      const step = this.step(stepId);
      return this.settle({ step, status: 'failed', actions: [failed], checks: [], durationMs: failed.durationMs });
    }
    return this.runStep(stepId, signal);
  }

  private step(id: string): Step {
    const step = this.chapter.steps.find(candidate => candidate.id === id);
    if (!step)
      throw unknownStep(
        id,
        this.chapter.steps.map(({ id: known }) => known),
      );
    return step;
  }

  /** While `work` goes on, deploys take the workshop's own code, whatever the learner has: for steps another chapter builds on. */
  async withSolutions<T>(work: () => Promise<T>): Promise<T> {
    this.solutionsOnly = true;
    try {
      return await work();
    } finally {
      this.solutionsOnly = false;
    }
  }

  private sourcesOfChapter(): Stage['sources'] {
    const { sources } = this.ports;
    return sources && ((lambda, functionName) => sources.directoryFor(this.chapter, lambda, functionName));
  }

  private async exclusive<T>(step: Step, operation: () => Promise<T>): Promise<T> {
    if (this.running !== undefined) throw runnerBusy(this.running);
    this.running = step;
    try {
      return await operation();
    } finally {
      this.running = undefined;
    }
  }

  private async execute(step: Step, signal: AbortSignal): Promise<StepOutcome> {
    const started = this.monotonic();
    this.outcomes.set(step.id, { step, status: 'running', actions: [], checks: [], durationMs: 0 });
    this.events.fire({ type: 'step-started', step });
    const actions: ActionOutcome[] = [];
    for (const action of step.actions) {
      const outcome = await this.act(step, action, signal);
      if (signal.aborted) {
        this.outcomes.delete(step.id);
        throw cancelled();
      }
      actions.push(outcome);
      if (!outcome.ok) break;
    }
    const checks = actions.every(outcome => outcome.ok) ? await this.verifyAll(step, signal) : [];
    const done = actions.every(outcome => outcome.ok) && checks.every(check => check.held);
    const durationMs = this.monotonic() - started;
    return this.settle({ step, status: done ? 'done' : 'failed', actions, checks, durationMs });
  }

  private async act(step: Step, action: Action, signal: AbortSignal): Promise<ActionOutcome> {
    const title = fill(describeAction(action, this.figure), this.memory.variables);
    this.events.fire({ type: 'action-started', step, action, title });
    const started = this.monotonic();
    const stage = {
      ports: this.ports,
      memory: this.memory,
      directory: this.chapter.directory,
      sources: this.solutionsOnly ? undefined : this.sourcesOfChapter(),
      figure: this.figure,
      progress: (progress: Extract<RunnerEvent, { type: 'progress' }>['progress']) =>
        this.events.fire({ type: 'progress', step, action, progress }),
      signal,
    };
    let outcome: ActionOutcome;
    try {
      const result = await perform(action, stage);
      outcome = { action, title, ok: true, durationMs: this.monotonic() - started, result };
    } catch (failure) {
      const error = outcomeError(failure);
      const result = { type: 'text' as const, text: error.message };
      outcome = { action, title, ok: false, durationMs: this.monotonic() - started, result, error };
    }
    // an aborted action has no outcome: the step goes back to pending
    if (!signal.aborted) this.events.fire({ type: 'action-finished', step, outcome, title });
    return outcome;
  }

  private async verifyAll(step: Step, signal: AbortSignal = never()): Promise<CheckOutcome[]> {
    const outcomes: CheckOutcome[] = [];
    for (const check of step.checks) {
      const outcome = await this.verifyOne(check, signal);
      outcomes.push(outcome);
      this.events.fire({ type: 'check-finished', step, outcome });
    }
    return outcomes;
  }

  /** Rejects with `CANCELLED` when the signal comes before the check has been made, or meanwhile: nothing is known of it then. */
  private async verifyOne(check: Check, signal: AbortSignal): Promise<CheckOutcome> {
    if (signal.aborted) throw cancelled();
    const { ports, memory, figure } = this;
    const outcome = await verify(check, { ports, memory, figure, signal });
    if (signal.aborted) throw cancelled();
    return outcome;
  }

  private async undoSteps(steps: readonly Step[], signal: AbortSignal): Promise<ActionOutcome[]> {
    const outcomes: ActionOutcome[] = [];
    for (const step of [...steps].reverse()) {
      const undone = await this.exclusive(step, async () => {
        const mine: ActionOutcome[] = [];
        for (const action of step.undo) {
          mine.push(this.namingDependents(await this.act(step, action, signal)));
          if (signal.aborted) throw cancelled();
          if (!mine.at(-1)?.ok) break;
        }
        return mine;
      });
      outcomes.push(...undone);
      if (undone.some(outcome => !outcome.ok)) break;
      this.outcomes.delete(step.id);
      this.forgetMadeBy(step);
      this.events.fire({ type: 'step-undone', step });
    }
    return outcomes;
  }

  private namingDependents(outcome: ActionOutcome): ActionOutcome {
    const { error } = outcome;
    if (error?.sqlstate !== DEPENDENT_OBJECTS) return outcome;
    return { ...outcome, error: { ...error, nextStep: undoBefore(error.detail, this.chapters()) ?? error.nextStep } };
  }

  /** What a step before has made under the same name stays, for that one's checks. */
  private forgetMadeBy(step: Step): void {
    const { steps } = this.chapter;
    const before = new Set(steps.slice(0, steps.indexOf(step)).flatMap(({ actions }) => actions.flatMap(namesOf)));
    for (const name of step.actions.flatMap(namesOf)) if (!before.has(name)) this.memory.forget(name);
  }

  private settle(outcome: StepOutcome): StepOutcome {
    this.outcomes.set(outcome.step.id, outcome);
    this.events.fire({ type: 'step-finished', outcome });
    return outcome;
  }
}

/** Under which names the chapter remembers what an action makes. */
function namesOf(action: Action): string[] {
  if (action.type === 'measure') return action.cases.map(({ name }) => name);
  return 'name' in action ? [action.name] : [];
}

const never = (): AbortSignal => new AbortController().signal;
