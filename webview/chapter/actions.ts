import type { NamedPlanText } from '../../src/protocol/chapter-view';

/** What the parts of the page can ask for. Failures are shown by the page. */
export interface ChapterActions {
  runStep(stepId: string): void;
  runAll(): void;
  resetStep(stepId: string): void;
  cancel(): void;
  openChapter(slug: string): void;
  startCluster(): void;
  copy(text: string): void;
  openPlanComparison(before: NamedPlanText, after: NamedPlanText): void;
  showLog(): void;
}
