import type { Chapter, RunnerEvent } from '../core/chapters/contract';
import type { Target } from '../node/target';
import type { ChapterSummary, RunReport } from './run-report';

/** A run for programs: one JSON object a line, `event` says which. The last is `finished`. */
export class JsonReport implements RunReport {
  constructor(private readonly write: (line: string) => void) {}

  targetOpened({ name, kind, endpoint, port, region }: Target, startedMs: number, fresh: boolean): void {
    this.emit('target', { name, kind, endpoint, port, region, fresh, startedMs: Math.round(startedMs) });
  }

  resetting(chapter: Chapter): void {
    this.emit('resetting', { chapter: chapter.slug });
  }

  preparing(chapter: Chapter): void {
    this.emit('preparing', { chapter: chapter.slug });
  }

  chapterStarted({ slug, number, title }: Chapter): void {
    this.emit('chapter', { chapter: slug, number, title });
  }

  event(event: RunnerEvent): void {
    switch (event.type) {
      case 'step-started':
        return this.emit('step', { step: event.step.id, title: event.step.title });
      case 'action-finished': {
        const { ok, durationMs, result, error, action } = event.outcome;
        return this.emit('action', {
          step: event.step.id,
          type: action.type,
          title: event.title,
          ok,
          durationMs,
          result,
          error,
        });
      }
      case 'check-finished': {
        const { check, held, expected, actual, nextStep } = event.outcome;
        return this.emit('check', { step: event.step.id, describe: check.describe, held, expected, actual, nextStep });
      }
      case 'step-finished': {
        const { step, status, durationMs } = event.outcome;
        return this.emit('step-finished', { step: step.id, status, durationMs });
      }
      case 'action-started':
      case 'progress':
      case 'step-undone':
        return;
    }
  }

  finished(chapters: ChapterSummary[], durationMs: number): void {
    this.emit('finished', {
      ok: chapters.every(({ status }) => status === 'passed'),
      durationMs,
      chapters: chapters.map(({ chapter, status, checks, checksHeld, durationMs: ms }) => ({
        chapter: chapter.slug,
        status,
        checks,
        checksHeld,
        durationMs: ms,
      })),
    });
  }

  private emit(event: string, fields: object): void {
    this.write(`${JSON.stringify({ event, ...fields })}\n`);
  }
}
