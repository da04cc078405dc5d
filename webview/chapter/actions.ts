import type { NamedPlanText, StepCodeRequest } from '../../src/protocol/chapter-view';

/** What the parts of the page can ask for. Failures are shown by the page. */
export interface ChapterActions {
  runStep(stepId: string): void;
  runAll(): void;
  resetStep(stepId: string): void;
  resetChapter(): void;
  skipStep(stepId: string, skipped: boolean): void;
  check(): void;
  /** Moves to the first step that is open. */
  next(): void;
  /** `place`: of the action among the step's. */
  openResult(stepId: string, place: number): void;
  chooseTarget(): void;
  showPolicy(): void;
  cancel(): void;
  openChapter(slug: string): void;
  startCluster(): void;
  copy(text: string): void;
  openPlanComparison(before: NamedPlanText, after: NamedPlanText): void;
  openSessions(script: string, order: string): void;
  stepCode(stepId: string, what: StepCodeRequest): void;
  showLog(): void;
}
