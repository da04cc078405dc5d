import type { RunView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { formatCount, formatDuration } from '../shared/format';
import { icon } from '../shared/icons';
import { jobTimelines } from '../shared/job-timeline';
import { sparkline } from '../shared/sparkline';
import { button } from '../shared/toolkit';
import type { ChapterActions } from './actions';

/** What goes on right now, at the lower edge, with Cancel. */
export class RunBar {
  readonly element: HTMLElement;
  private readonly title = h('strong', {});
  private readonly text = h('span', { class: 'run-text' });
  private readonly fill = h('div', { class: 'meter-fill' });
  private readonly meter = h(
    'div',
    { class: 'meter', role: 'progressbar', 'aria-label': 'Progress of the run' },
    this.fill,
  );
  private readonly jobs = h('div', {});
  private readonly figures = h('dl', { class: 'live-figures' });
  private readonly chart = h('div', { class: 'live-chart' });
  private readonly cancel;

  constructor(actions: ChapterActions) {
    this.cancel = button({ label: 'Cancel', icon: icon('stop'), onClick: () => actions.cancel() });
    this.element = h(
      'section',
      { class: 'run-bar', 'aria-label': 'Current run', hidden: true },
      h(
        'div',
        { class: 'run-line' },
        h('div', { class: 'run-words' }, this.title, this.text),
        this.chart,
        this.cancel.element,
      ),
      this.figures,
      this.jobs,
      this.meter,
    );
  }

  update(run: RunView | undefined, stepTitle: string | undefined): void {
    this.element.hidden = run === undefined;
    if (!run) return;
    this.title.textContent = stepTitle ?? (run.activity === 'reset' ? 'Reset' : 'Run');
    this.text.textContent = run.cancelling ? 'Cancelling…' : run.text;
    this.cancel.setDisabled(run.cancelling);
    this.meter.classList.toggle('indeterminate', run.fraction === undefined);
    if (run.fraction === undefined) this.meter.removeAttribute('aria-valuenow');
    else {
      const percent = Math.round(100 * Math.min(1, Math.max(0, run.fraction)));
      this.meter.setAttribute('aria-valuenow', String(percent));
      this.fill.style.width = `${percent}%`;
    }
    this.showStress(run);
    this.jobs.hidden = !run.jobs?.length;
    this.jobs.replaceChildren(...(run.jobs ? [jobTimelines(run.jobs)] : []));
  }

  private showStress({ stress }: RunView): void {
    this.figures.hidden = this.chart.hidden = stress === undefined;
    if (!stress) return;
    const ended = stress.succeeded + stress.failed > 0;
    const figures: [string, string][] = [
      ['Calls', `${formatCount(stress.succeeded + stress.failed)} / ${formatCount(stress.calls)}`],
      ['A second', formatCount(stress.callsPerSecond)],
      ['In flight', formatCount(stress.inFlight)],
      ['Failed', formatCount(stress.failed)],
      ['Retries', formatCount(stress.retries)],
      ['p50', ended ? formatDuration(stress.latency.p50) : '–'],
      ['p99', ended ? formatDuration(stress.latency.p99) : '–'],
    ];
    this.figures.replaceChildren(
      ...figures.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    );
    this.chart.replaceChildren(sparkline(stress.history, { width: 180, height: 32, label: 'Calls a second' }));
  }
}
