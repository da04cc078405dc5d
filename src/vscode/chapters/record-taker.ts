import type { Chapter, RunnerEvent } from '../../core/chapters/contract';
import { UNKNOWN_STEP, type StepRecord, type StepRecords } from './step-records';
import type { CurrentRun } from './run-progress';

/** Makes records of what a runner tells. */
export class RecordTaker {
  /** Live records of the step that runs, by chapter and step: what it was before. */
  private readonly before = new Map<string, StepRecord>();

  constructor(private readonly log: (line: string) => void) {}

  take(records: StepRecords, slug: string, event: RunnerEvent, run: CurrentRun | undefined): void {
    run?.progress.take(event, slug === run.request.slug);
    const step = event.type === 'step-finished' ? event.outcome.step : event.step;
    const record = records.get(slug, step);
    switch (event.type) {
      case 'step-undone':
        records.set(slug, step.id, UNKNOWN_STEP);
        return;
      case 'step-started':
        this.before.set(`${slug} ${step.id}`, { ...record, actions: [], checks: [], wasDone: false });
        records.set(slug, step.id, { ...UNKNOWN_STEP, seenOpen: record.seenOpen, status: 'running' });
        return;
      case 'action-finished':
        this.logAction(event);
        if (record.status === 'running' && run?.request.activity !== 'reset')
          records.set(slug, step.id, { ...record, actions: [...record.actions, event.outcome] });
        return;
      case 'check-finished': {
        const { check, held, expected, actual } = event.outcome;
        this.log(`${held ? 'held' : 'DID NOT HOLD'}: ${check.describe}; expected ${expected}, actual ${actual}`);
        if (record.status === 'running')
          records.set(slug, step.id, { ...record, checks: [...record.checks, event.outcome] });
        return;
      }
      case 'step-finished': {
        const { status, actions, checks, durationMs } = event.outcome;
        const histories = records.history(slug);
        for (const { action } of actions)
          if (action.type === 'stress')
            histories[action.name] = run?.progress.history(action.name) ?? histories[action.name] ?? [];
        const done = status === 'done';
        const seenOpen = record.seenOpen || checks.some(({ held }) => !held);
        const verified = checks.length > 0;
        if (record.status === 'running' || status === 'failed') {
          const doneAt = done ? records.nextDone() : 0;
          records.set(slug, step.id, {
            status,
            wasDone: done,
            doneAt,
            seenOpen,
            verified,
            actions,
            checks,
            durationMs,
          });
        } else {
          // only looked at, for a chapter that builds on it
          const doneAt = done && !record.wasDone ? records.nextDone() : record.doneAt;
          const wasDone = record.wasDone || done;
          records.set(slug, step.id, { ...record, status, wasDone, doneAt, seenOpen, verified, checks });
        }
        this.before.delete(`${slug} ${step.id}`);
        this.log(`step “${step.title}”: ${status}`);
        return;
      }
      case 'action-started':
      case 'progress':
      // nothing that a record keeps
    }
  }

  /** A cancelled step is as if it had not been run, but for what it left. */
  dropUnfinished(records: StepRecords, chapters: readonly Chapter[]): void {
    for (const { slug, steps } of chapters)
      for (const step of steps)
        if (records.get(slug, step).status === 'running')
          records.set(slug, step.id, {
            ...(this.before.get(`${slug} ${step.id}`) ?? UNKNOWN_STEP),
            note: undefined,
            status: 'pending',
            interrupted: true,
          });
    this.before.clear();
  }

  private logAction({ title, outcome }: Extract<RunnerEvent, { type: 'action-finished' }>): void {
    const { error } = outcome;
    const failure = error ? `: ${error.sqlstate ? `${error.sqlstate} ` : ''}${error.message}` : '';
    this.log(`${outcome.ok ? 'ok' : 'FAILED'} (${outcome.durationMs.toFixed(0)} ms) ${title}${failure}`);
  }
}
