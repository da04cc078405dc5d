import type { Chapter, RunnerEvent, StepOutcome } from '../core/chapters/contract';
import type { Target } from '../node/target';

/** How a chapter of a run ended. */
export interface ChapterSummary {
  chapter: Chapter;
  status: 'passed' | 'failed' | 'not-run';
  checksHeld: number;
  checks: number;
  steps: StepOutcome[];
  durationMs: number;
}

/** Hears of everything in a run of chapters, in order. */
export interface RunReport {
  targetOpened(target: Target, startedMs: number, fresh: boolean): void;
  /** Chapters of an earlier run are being undone. */
  resetting(chapter: Chapter): void;
  /** Base steps of earlier chapters follow. */
  preparing(chapter: Chapter): void;
  chapterStarted(chapter: Chapter): void;
  event(event: RunnerEvent): void;
  finished(chapters: ChapterSummary[], durationMs: number): void;
}
