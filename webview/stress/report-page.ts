import type {
  StressHostSide,
  StressReportState,
  StressViewMemory,
  StressViewSide,
} from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import type { Host } from '../shared/rpc';
import { ComparisonReport } from './report-comparison';
import { RunReportView, type ReportActions } from './report-run';

type StressHost = Host<StressViewSide, StressHostSide, StressViewMemory>;

/** The report panel: one run in full, or several side by side. */
export class ReportPage {
  readonly element = h('main', { class: 'page report' });
  private shown: RunReportView | ComparisonReport | undefined;
  private key = '';

  constructor(
    private readonly host: StressHost,
    state: StressReportState,
  ) {
    host.channel.on('state', next => {
      if (next.surface === 'report') this.show(next);
    });
    this.show(state);
  }

  private show(state: StressReportState): void {
    const ids = state.runs.map(({ id }) => id);
    this.host.writeMemory({ runIds: [...ids, ...state.missing] });
    // a finished run never changes, but for what CloudWatch says of it: only a deleted one draws the page anew
    const key = [...ids, '|', ...state.missing].join();
    if (key === this.key) {
      if (this.shown instanceof RunReportView) this.shown.updateCloudWatch(state.runs[0]?.cloudWatch);
      return;
    }
    this.key = key;
    this.shown?.dispose();
    const [first] = state.runs;
    const { comparison } = state;
    if (!first) {
      this.shown = undefined;
      this.element.replaceChildren(
        h('h1', {}, 'Run'),
        h('p', { class: 'notice' }, 'The run is not in the history any more.'),
      );
      return;
    }
    const view = comparison
      ? new ComparisonReport(state.runs, comparison, this.actions())
      : new RunReportView(first, this.actions());
    this.shown = view;
    const gone = state.missing.length > 0 && h('p', { class: 'notice' }, 'Some of the runs were deleted.');
    this.element.replaceChildren(...[gone, view.element].filter(part => part !== false));
    view.draw();
  }

  private actions(): ReportActions {
    const { channel } = this.host;
    const send = (call: Promise<unknown>): void => void call;
    return {
      open: id => send(channel.call('openRun', { id })),
      exportRun: id => send(channel.call('export', { id })),
      exportComparison: ids => send(channel.call('exportComparison', { ids })),
      reuse: id => send(channel.call('reuse', { id })),
      remove: id => send(channel.call('deleteRun', { id })),
      lookAtCloudWatch: id => send(channel.call('lookAtCloudWatch', { id })),
      stopCloudWatch: id => send(channel.call('stopCloudWatch', { id })),
    };
  }
}
