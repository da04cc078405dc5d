import type {
  SessionsHostSide,
  SessionsViewMemory,
  SessionsViewSide,
  SessionsViewState,
} from '../../src/protocol/sessions-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import type { Host } from '../shared/rpc';
import { sessionTimeline } from '../shared/session-timeline';
import { button } from '../shared/toolkit';
import type { SessionsActions } from './actions';
import { OrderBar } from './order-bar';
import { ScriptColumns } from './script-columns';
import { outcome } from './outcome';

type SessionsHost = Host<SessionsViewSide, SessionsHostSide, SessionsViewMemory>;

/** The whole page: the script's words, its lines by session, and the timeline of those that were run. */
export class SessionsPage {
  private readonly heading = h('h1', {});
  private readonly summary = h('p', { class: 'summary' });
  private readonly file = h('p', { class: 'file' });
  private readonly problem = h('div', { class: 'problem', role: 'alert', hidden: true });
  private readonly initial = h('p', { class: 'initial' });
  private readonly timeline = h('div', { class: 'timeline-place' });
  private readonly outcome = h('div', { class: 'outcome' });
  private readonly news = h('p', { class: 'visually-hidden', role: 'status' });
  private readonly connection;
  private readonly orderBar: OrderBar;
  private readonly columns: ScriptColumns;
  readonly element: HTMLElement;
  private drawnTimeline = '';
  private drawnOutcome = '';

  constructor(private readonly host: SessionsHost) {
    const actions = this.actions();
    this.connection = button({
      label: '',
      ariaLabel: 'Choose the connection',
      onClick: () => actions.chooseConnection(),
    });
    const script = button({ label: 'Script…', icon: icon('search'), onClick: () => actions.chooseScript() });
    const edit = button({ label: 'Edit', icon: icon('detail'), onClick: () => actions.edit() });
    this.orderBar = new OrderBar(actions);
    this.columns = new ScriptColumns(actions);
    this.element = h(
      'main',
      { class: 'page' },
      h(
        'header',
        { class: 'page-header' },
        h('div', {}, this.heading, this.file),
        h('div', { class: 'actions' }, script.element, edit.element, this.connection.element),
      ),
      this.summary,
      this.problem,
      this.orderBar.element,
      this.columns.element,
      this.initial,
      this.timeline,
      this.outcome,
      this.news,
    );
    host.channel.on('state', state => this.draw(state));
  }

  async load(): Promise<void> {
    try {
      this.draw(await this.host.channel.call('load', {}));
    } catch (error) {
      this.showProblem({ message: error instanceof Error ? error.message : String(error) });
    }
    this.element.classList.add('loaded');
  }

  private draw(state: SessionsViewState): void {
    const { source, profileId, order } = state;
    this.host.writeMemory({ source, profileId, order });
    setText(this.heading, state.title);
    setText(this.summary, state.summary);
    setText(this.file, state.file ?? '');
    this.connection.setLabel(
      state.environment === undefined ? state.connection : `${state.connection} · ${state.environment}`,
    );
    this.connection.element.classList.toggle('real', state.environment !== undefined);
    this.connection.element.setAttribute('aria-label', `Connection ${state.connection}, choose another`);
    this.showProblem(state.problem);
    this.orderBar.update(state);
    this.columns.update(state);
    setText(this.initial, state.initial ? `Before the first line: ${state.initial.join(', ') || 'no rows'}` : '');
    this.drawTimeline(state);
    this.drawOutcome(state);
    setText(this.news, state.announcement);
  }

  private drawTimeline({ timeline }: SessionsViewState): void {
    const key = JSON.stringify(timeline);
    if (key === this.drawnTimeline) return;
    this.drawnTimeline = key;
    const frame = this.timeline.firstElementChild;
    const scrollLeft = frame?.scrollLeft ?? 0;
    if (timeline.rows.length === 0) this.timeline.replaceChildren();
    else {
      const drawn = sessionTimeline(timeline, 'What was run');
      this.timeline.replaceChildren(drawn);
      drawn.scrollLeft = scrollLeft;
    }
  }

  private drawOutcome(state: SessionsViewState): void {
    const key = JSON.stringify([state.verdict, state.postgres]);
    if (key === this.drawnOutcome) return;
    this.drawnOutcome = key;
    this.outcome.replaceChildren(...outcome(state));
  }

  private showProblem(problem: SessionsViewState['problem']): void {
    this.problem.hidden = problem === undefined;
    const text = JSON.stringify(problem);
    if (!problem || this.problem.dataset.shown === text) return;
    this.problem.dataset.shown = text;
    this.problem.replaceChildren(
      h('p', {}, problem.message),
      ...(problem.nextStep === undefined ? [] : [h('p', { class: 'next-step' }, problem.nextStep)]),
    );
  }

  private actions(): SessionsActions {
    const { channel } = this.host;
    const send = (call: Promise<unknown>): void =>
      void call.catch((error: unknown) =>
        this.showProblem({ message: error instanceof Error ? error.message : String(error) }),
      );
    return {
      runLine: step => send(channel.call('runLine', { step })),
      runNext: () => send(channel.call('runNext', {})),
      play: () => send(channel.call('play', {})),
      chooseOrder: order => send(channel.call('chooseOrder', { order })),
      stepBack: () => send(channel.call('stepBack', {})),
      reset: () => send(channel.call('reset', {})),
      cancel: () => send(channel.call('cancel', {})),
      chooseScript: () => send(channel.call('chooseScript', {})),
      chooseConnection: () => send(channel.call('chooseConnection', {})),
      edit: () => send(channel.call('edit', {})),
    };
  }
}

/** Texts that stay the same are not spoken again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === '';
}
