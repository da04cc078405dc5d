import type { LiveRun, RunRow } from '../../src/protocol/stress-view';
import { liveRegion } from '../shared/live-region';
import { formatCount } from '../shared/format';

/** Tells screen readers what matters of a run: its beginning, each quarter, its end. Never the ticking figures. */
export class Announcer {
  readonly element = liveRegion();
  private id: string | undefined;
  private phase = '';
  private quarter = 0;

  tick(live: LiveRun | undefined, history: readonly RunRow[] | undefined): void {
    if (!live) {
      const ended = this.id ? history?.find(({ id }) => id === this.id) : undefined;
      if (ended) this.say(`Run ${ended.name} ended: ${ended.verdict.text}.`);
      if (ended || this.id === '') this.id = undefined;
      return;
    }
    if (live.id !== this.id || live.phase !== this.phase) {
      const before = this.id;
      this.id = live.id;
      this.phase = live.phase;
      if (live.phase === 'preparing' && before === undefined) this.say(`Preparing the run ${live.name}.`);
      if (live.phase === 'running') {
        this.quarter = 0;
        this.say(`Run ${live.name} started.`);
      }
    }
    const quarter = Math.floor(4 * (live.fraction ?? 0));
    if (live.phase !== 'running' || quarter <= this.quarter || quarter > 3 || !live.figures) return;
    this.quarter = quarter;
    const { callsPerSecond, failed } = live.figures;
    this.say(
      `${quarter * 25} percent: ${formatCount(callsPerSecond)} calls a second, ${failed === 0 ? 'none failed' : `${formatCount(failed)} failed`}.`,
    );
  }

  private say(text: string): void {
    this.element.textContent = text;
  }
}
