import type {
  StressHostSide,
  StressSidebarState,
  StressViewMemory,
  StressViewSide,
} from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import type { Host } from '../shared/rpc';
import { Announcer } from './announcer';
import { CloudWatchPane } from './cloudwatch-pane';
import { FormPane } from './form-pane';
import { HistoryPane } from './history-pane';
import { LivePane } from './live-pane';
import { NoticeBar } from './notice';

type StressHost = Host<StressViewSide, StressHostSide, StressViewMemory>;

/** The side bar: what runs, the form, the history. */
export class SidebarPage {
  readonly element: HTMLElement;
  private readonly notice: NoticeBar;
  private readonly live: LivePane;
  private readonly form: FormPane;
  private readonly history: HistoryPane;
  private readonly cloudWatch: CloudWatchPane;
  private watched = '';
  private readonly announcer = new Announcer();
  private running = false;
  /** The run whose end is told at the top. */
  private told: string | undefined;

  constructor(
    private readonly host: StressHost,
    state: StressSidebarState,
  ) {
    const { channel } = host;
    const send = (call: Promise<unknown>): void => void call.catch((error: unknown) => this.notice.showError(error));
    this.notice = new NoticeBar({
      dismiss: () => send(channel.call('dismissNotice', {})),
      open: id => send(channel.call('openRun', { id })),
    });
    this.live = new LivePane({ stop: () => send(channel.call('stop', {})), reload: () => void this.reload() });
    this.form = new FormPane(state, {
      check: (form, presetId) => channel.call('check', { form, presetId }),
      start: form => send(channel.call('start', { form })),
      prepare: form => send(channel.call('prepare', { form })),
      save: form => send(channel.call('savePreset', { form })),
      rename: id => send(channel.call('renamePreset', { id })),
      remove: id => send(channel.call('deletePreset', { id })),
      chooseModule: () => channel.call('chooseModule', {}),
    });
    const { sidebar } = host.readMemory();
    this.history = new HistoryPane(
      {
        open: id => send(channel.call('openRun', { id })),
        remove: id => send(channel.call('deleteRun', { id })),
        exportRun: id => send(channel.call('export', { id })),
        reuse: id => send(channel.call('reuse', { id })),
        compare: ids => send(channel.call('compare', { ids })),
        left: () => this.remember(),
      },
      sidebar,
    );
    if (sidebar) this.form.open = sidebar.open;
    this.cloudWatch = new CloudWatchPane(
      {
        look: () => send(channel.call('lookAtCloudWatch', { id: this.watched })),
        stop: () => send(channel.call('stopCloudWatch', { id: this.watched })),
      },
      true,
    );
    this.element = h(
      'main',
      { class: 'page' },
      h('h1', { class: 'visually-hidden' }, 'Stress runs'),
      this.notice.element,
      this.live.element,
      this.cloudWatch.element,
      this.form.element,
      this.history.element,
      this.announcer.element,
    );
    channel.on('state', next => {
      if (next.surface === 'sidebar') this.show(next);
    });
    channel.on('tick', ({ live, series }) => {
      this.live.update(live, series);
      this.announcer.tick(live, undefined);
    });
    this.show(state);
    // a run that is under way is at the top, and what there is to tell too
    const scrollTop = state.live || state.notice ? 0 : (sidebar?.scrollTop ?? 0);
    if (scrollTop > 0) requestAnimationFrame(() => window.scrollTo(0, scrollTop));
    // a toggle does not bubble
    this.element.addEventListener('toggle', () => this.remember(), { capture: true });
    window.addEventListener('scroll', () => this.remember(), { passive: true });
  }

  /** Keeps how the view is left: hidden, it is gone. */
  private remember(): void {
    const scrollTop = Math.round(window.scrollY);
    this.host.writeMemory({ sidebar: { open: this.form.open, ...this.history.memory, scrollTop } });
  }

  private show(state: StressSidebarState): void {
    const { live, series, history, unreadable, notice } = state;
    const atRun = this.live.element.contains(document.activeElement);
    this.notice.update(notice);
    this.form.update(state);
    this.live.update(live, series);
    const { cloudWatch } = state;
    this.watched = cloudWatch?.id ?? '';
    this.cloudWatch.update(
      cloudWatch?.view,
      live?.id === this.watched ? this.live.points : undefined,
      cloudWatch?.name,
    );
    this.history.update(history, unreadable);
    this.announcer.tick(live, history);
    if (live && !this.running) {
      window.scrollTo(0, 0);
      // Start, which had the focus, is disabled now
      if (this.form.element.contains(document.activeElement)) this.live.focus();
    }
    // and Stop is gone
    if (!live && atRun) this.form.focusStart();
    if (notice?.runId !== undefined && notice.runId !== this.told) window.scrollTo(0, 0);
    this.told = notice?.runId;
    this.running = live !== undefined;
  }

  private async reload(): Promise<void> {
    const state = await this.host.channel.call('load', {});
    if (state.surface === 'sidebar') this.show(state);
  }
}
