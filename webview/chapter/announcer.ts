import type { ChapterViewState } from '../../src/protocol/chapter-view';
import { liveRegion } from '../shared/live-region';

/** Tells screen readers what changed: one short sentence for a step that started, passed or failed; not every tick of progress. */
export class Announcer {
  readonly element = liveRegion();

  compare(before: ChapterViewState | undefined, after: ChapterViewState): void {
    if (before?.slug !== after.slug) {
      this.element.textContent = '';
      return;
    }
    const news = after.steps.flatMap((step, index) => {
      const was = before.steps[index]?.status;
      if (was === step.status) return [];
      if (step.status === 'running') return [`Step ${index + 1}, ${step.title}, is running.`];
      if (step.status === 'done') return [`Step ${index + 1}, ${step.title}, is done: every check held.`];
      if (step.status === 'skipped') return [`Step ${index + 1}, ${step.title}, is skipped.`];
      if (was === 'done' && step.status === 'pending') return [`Step ${index + 1}, ${step.title}, is no longer done.`];
      if (step.status === 'failed') return [`Step ${index + 1}, ${step.title}, failed.`];
      return [];
    });
    if (news.length > 0) this.element.textContent = news.join(' ');
  }
}
