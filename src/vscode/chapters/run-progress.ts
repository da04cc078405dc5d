import type { Action, RunnerEvent, ScaledNumber } from '../../core/chapters/contract';
import type { RunSnapshot } from '../../core/stress/contract';
import type { RunView } from '../../protocol/chapter-view';
import { liveStressView } from './stress-view';

/** Values of a throughput line that are kept. */
const MAX_HISTORY = 120;

/** A run that was asked for. */
export interface RunRequest {
  slug: string;
  /** All steps when left out. */
  stepId?: string;
  activity: RunView['activity'];
}

/** The one under way. */
export interface CurrentRun {
  request: RunRequest;
  progress: RunProgress;
  abort: AbortController;
}

/** What goes on in the run under way, made of the runner's events. */
export class RunProgress {
  private current: RunView;
  private readonly histories = new Map<string, number[]>();
  private lastTick = -1;

  constructor(
    activity: RunView['activity'],
    text: string,
    private readonly figure: (number: ScaledNumber) => number,
  ) {
    this.current = { activity, text, cancelling: false };
  }

  get view(): RunView {
    return this.current;
  }

  /** Calls a second of a stress run of this run, one value a second. */
  history(runName: string): number[] | undefined {
    return this.histories.get(runName);
  }

  say(text: string): void {
    this.current = { activity: this.current.activity, text, cancelling: this.current.cancelling };
  }

  cancelling(): void {
    this.current = { ...this.current, cancelling: true };
  }

  /** Takes an event of the runner. `inView`: the event is of the chapter that the run is shown for. */
  take(event: RunnerEvent, inView: boolean): void {
    const { activity, cancelling } = this.current;
    const of = (stepId: string) => ({ activity, cancelling, ...(inView && { stepId }) });
    switch (event.type) {
      case 'step-started':
        this.current = { ...of(event.step.id), text: event.step.title };
        return;
      case 'action-started':
        this.current = { ...of(event.step.id), text: event.title };
        return;
      case 'progress': {
        const { text, fraction, snapshot, jobs } = event.progress;
        const stress = snapshot && this.stress(event.action, snapshot);
        this.current = {
          ...of(event.step.id),
          text,
          ...(fraction !== undefined && { fraction }),
          ...(stress && { stress }),
          ...(jobs && { jobs }),
        };
        return;
      }
      case 'check-finished':
        this.current = { ...of(event.step.id), text: event.outcome.check.describe };
        return;
      case 'action-finished':
      case 'step-finished':
      case 'step-undone':
      // what comes next is told as it begins
    }
  }

  private stress(action: Action, snapshot: RunSnapshot) {
    if (action.type !== 'stress') return undefined;
    const history = this.histories.get(action.name) ?? [];
    const tick = Math.floor(snapshot.elapsedMs / 1_000);
    if (history.length === 0 || tick !== this.lastTick) {
      this.lastTick = tick;
      history.push(snapshot.callsPerSecond);
      this.histories.set(action.name, history.slice(-MAX_HISTORY));
    } else history[history.length - 1] = snapshot.callsPerSecond;
    return liveStressView(action.name, this.figure(action.calls), snapshot, [...history]);
  }
}
