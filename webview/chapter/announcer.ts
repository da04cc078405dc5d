import { counted } from '../../src/base/number-text';
import type { ChapterViewState } from '../../src/protocol/chapter-view';
import { liveRegion } from '../shared/live-region';
import { whatFailed } from './what-failed';

/** Tells screen readers what changed: one short sentence for steps that started, passed or failed, with the reason; not every tick of progress. */
export class Announcer {
  readonly element = liveRegion();
  private checkAsked = false;

  /** Somebody has asked what is done: it is told once it is known, also where nothing changed. */
  expectCheck(): void {
    this.checkAsked = true;
  }

  compare(before: ChapterViewState | undefined, after: ChapterViewState): void {
    if (before?.slug !== after.slug) {
      this.element.textContent = '';
      this.checkAsked = false;
      return;
    }
    const starts = after.target.state === 'starting' && before.target.state !== 'starting';
    const lapsed: number[] = [];
    const news = after.steps.flatMap((step, index) => {
      const was = before.steps[index]?.status;
      if (was === step.status) return [];
      const name = `Step ${index + 1}, ${step.title},`;
      if (step.status === 'running') return [`${name} is running.`];
      if (step.status === 'done') return [`${name} is done: every check held.`];
      if (step.status === 'skipped') return [`${name} is skipped.`];
      if (was === 'done' && step.status === 'pending') lapsed.push(index + 1);
      if (step.status === 'failed') return [`${name} failed: ${sentence(whatFailed(step))}`];
      return [];
    });
    const [first] = lapsed;
    if (first !== undefined)
      news.push(
        lapsed.length === 1
          ? `Step ${first}, ${after.steps[first - 1]?.title}, is no longer done.`
          : `${counted(lapsed.length, 'step')} are no longer done.`,
      );
    if (after.steps.length > 1 && isDone(after) && !isDone(before))
      news.push(`All ${after.steps.length} steps are done.`);
    if (this.checkAsked && before.checking && !after.checking) {
      this.checkAsked = false;
      const done = after.steps.filter(({ status }) => status === 'done').length;
      news.push(`Checked: ${done} of ${counted(after.steps.length, 'step')} done.`);
    }
    if (starts) news.unshift(`${after.target.label} is starting.`);
    if (news.length > 0) this.element.textContent = news.join(' ');
  }
}

const isDone = ({ steps }: ChapterViewState): boolean => steps.every(({ status }) => status === 'done');

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
