import type {
  ChapterHostSide,
  ChapterViewMemory,
  ChapterViewSide,
  ChapterViewState,
  RunView,
} from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { proseNodes } from '../shared/prose';
import type { Host } from '../shared/rpc';
import type { ChapterActions } from './actions';
import { Announcer } from './announcer';
import { ChapterFooter } from './footer';
import { ChapterHeader } from './header';
import { listenForKeys } from './keyboard';
import { Notice } from './notice';
import { RunBar } from './run-bar';
import { StepCard } from './step-card';

type ChapterHost = Host<ChapterViewSide, ChapterHostSide, ChapterViewMemory>;

/** The chapter view: draws the host's snapshots and sends what the user asks for. */
export class ChapterPage {
  readonly element: HTMLElement;
  private readonly actions: ChapterActions;
  private readonly header: ChapterHeader;
  private readonly footer: ChapterFooter;
  private readonly notice = new Notice();
  private readonly introduction = h('div', { class: 'prose introduction' });
  private readonly steps = h('div', { class: 'steps' });
  private readonly runBar: RunBar;
  private readonly announcer = new Announcer();
  private cards: StepCard[] = [];
  private state: ChapterViewState | undefined;
  /** The step of the run under way. */
  private ranStep: string | undefined;
  private shownIntroduction: string | undefined;
  private scrollTop = 0;

  constructor(private readonly host: ChapterHost) {
    const requests = requestsOf(host, error => this.notice.showError(error));
    this.actions = {
      ...requests,
      next: () => this.next(),
      check: () => {
        this.announcer.expectCheck();
        requests.check();
      },
    };
    this.header = new ChapterHeader(this.actions);
    this.footer = new ChapterFooter(this.actions);
    this.runBar = new RunBar(this.actions);
    const main = h(
      'main',
      {},
      this.header.element,
      this.notice.element,
      this.introduction,
      this.steps,
      this.footer.element,
    );
    const skipLink = h('a', { class: 'skip-link', href: '#' }, 'Skip to the next open step');
    skipLink.addEventListener('click', event => {
      event.preventDefault();
      this.next();
    });
    this.element = h('div', { class: 'page' }, skipLink, main, this.runBar.element, this.announcer.element);
    this.scrollTop = host.readMemory().scrollTop ?? 0;
    host.channel.on('state', state => this.show(state));
    host.channel.on('progress', run => this.showProgress(run));
    listenForKeys({
      runStep: () => this.onFocused(card => this.actions.runStep(card.id)),
      runAll: () => !this.busy && this.actions.runAll(),
      move: by => this.move(by),
      next: () => this.next(),
      skip: () =>
        this.onFocused(card => {
          const status = this.state?.steps.find(({ id }) => id === card.id)?.status;
          if (status !== undefined && status !== 'done') this.actions.skipStep(card.id, status !== 'skipped');
        }),
    });
    window.addEventListener('scroll', () => this.remember(), { passive: true });
  }

  /** Asks for the state; until it comes the page says that it is loading. */
  async load(): Promise<void> {
    try {
      const state = await this.host.channel.call('load', {});
      this.show(state);
      if (state.reveal === undefined) window.scrollTo(0, this.scrollTop);
    } catch (error) {
      this.notice.showError(error);
    }
  }

  private show(state: ChapterViewState): void {
    const otherChapter = this.state !== undefined && this.state.slug !== state.slug;
    if (this.state?.slug !== state.slug) this.cards = [];
    this.announcer.compare(this.state, state);
    this.state = state;
    this.header.update(state);
    this.notice.update(state.notice);
    if (this.shownIntroduction !== state.introductionHtml) {
      this.shownIntroduction = state.introductionHtml;
      this.introduction.replaceChildren(proseNodes(state.introductionHtml, slug => this.actions.openChapter(slug)));
    }
    this.showSteps(state);
    this.footer.update(state);
    this.showProgress(state.run);
    this.element.classList.toggle('loaded', true);
    if (state.reveal !== undefined) this.reveal(state.reveal);
    else if (otherChapter) {
      window.scrollTo(0, 0);
      this.header.focus();
    }
    this.remember();
  }

  private get busy(): boolean {
    return this.state?.run !== undefined;
  }

  /** The step that holds the focus; without one, the first that is open. */
  private focusedCard(): StepCard | undefined {
    const section = document.activeElement?.closest('.step');
    return this.cards.find(({ element }) => element === section);
  }

  private onFocused(act: (card: StepCard) => void): void {
    const card = this.focusedCard() ?? this.cards.find(({ id }) => id === this.openStep());
    if (!card || this.busy) return;
    if (card !== this.focusedCard()) card.focus();
    act(card);
  }

  private move(by: 1 | -1): void {
    const card = this.focusedCard();
    const at = card ? this.cards.indexOf(card) + by : by > 0 ? 0 : this.cards.length - 1;
    this.cards[Math.min(this.cards.length - 1, Math.max(0, at))]?.focus();
  }

  private openStep(): string | undefined {
    return this.state?.steps.find(({ status }) => status !== 'done' && status !== 'skipped')?.id;
  }

  /** To the first open step; when all are done, to the way to the next chapter. */
  private next(): void {
    const open = this.openStep();
    if (open !== undefined) this.reveal(open);
    else this.footer.focus();
  }

  private reveal(stepId: string): void {
    this.cards.find(({ id }) => id === stepId)?.focus();
  }

  private showSteps(state: ChapterViewState): void {
    if (this.cards.length !== state.steps.length) {
      this.cards = state.steps.map((_, index) => new StepCard(index + 1, this.actions));
      this.steps.replaceChildren(...this.cards.map(card => card.element));
    }
    for (const [index, step] of state.steps.entries()) this.cards[index]?.update(step, state.run !== undefined);
  }

  private showProgress(run: RunView | undefined): void {
    const atCancel = this.runBar.element.contains(document.activeElement);
    if (!run && atCancel) this.leaveRun();
    this.ranStep = run?.stepId;
    this.runBar.update(run, this.state?.steps.find(step => step.id === run?.stepId)?.title);
  }

  /** The focus goes from Cancel, which goes, to the step that ran. */
  private leaveRun(): void {
    const ran = this.cards.find(({ id }) => id === this.ranStep);
    if (ran) ran.focus({ scroll: false });
    else this.header.focus();
  }

  private remember(): void {
    if (this.state) this.host.writeMemory({ slug: this.state.slug, scrollTop: Math.round(window.scrollY) });
  }
}

function requestsOf(host: ChapterHost, onError: (error: unknown) => void): Omit<ChapterActions, 'next'> {
  const { channel } = host;
  const send = (call: Promise<unknown>) => void call.catch(onError);
  return {
    runStep: stepId => send(channel.call('runStep', { stepId })),
    runAll: () => send(channel.call('runAll', {})),
    resetStep: stepId => send(channel.call('resetStep', { stepId })),
    resetChapter: () => send(channel.call('resetChapter', {})),
    skipStep: (stepId, skipped) => send(channel.call('skipStep', { stepId, skipped })),
    check: () => send(channel.call('check', {})),
    openResult: (stepId, action) => send(channel.call('openResult', { stepId, action })),
    chooseTarget: () => send(channel.call('chooseTarget', {})),
    showPolicy: () => send(channel.call('showPolicy', {})),
    cancel: () => send(channel.call('cancel', {})),
    openChapter: slug => send(channel.call('openChapter', { slug })),
    startCluster: () => send(channel.call('startCluster', {})),
    copy: text => send(channel.call('copy', { text })),
    openPlanComparison: (before, after) => send(channel.call('openPlanComparison', { before, after })),
    openSessions: (script, order) => send(channel.call('openSessions', { script, order })),
    stepCode: (stepId, what) => send(channel.call('stepCode', { stepId, what })),
    showLog: () => send(channel.call('showLog', {})),
  };
}
