import type {
  CostHostSide,
  CostSection,
  CostViewMemory,
  CostViewSide,
  CostViewState,
} from '../../src/protocol/cost-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import type { Host } from '../shared/rpc';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';

/** What the button does, before there is anything to see of it. */
const MEASURE_HINT =
  'Explains the statements of a transfer in a transaction that is rolled back, and tells what so many of them would cost.';

/** What a cluster costs: metered, projected, estimated, each with what it rests on. */
export class CostPage {
  private readonly heading = h('h1', {});
  private readonly note = h('p', { class: 'note', role: 'status' });
  private readonly count = h('input', { id: 'transactions', type: 'number', min: 1, step: 1, class: 'field' });
  private readonly report = h('div', {});
  private readonly refresh: ReturnType<typeof button>;
  private readonly measure: ReturnType<typeof button>;
  readonly element: HTMLElement;

  constructor(private readonly host: Host<CostViewSide, CostHostSide, CostViewMemory>) {
    const { channel } = host;
    this.refresh = button({ label: 'Refresh', icon: icon('reset'), onClick: () => void channel.call('refresh', {}) });
    this.measure = button({
      label: 'Measure a Transfer',
      look: 'primary',
      icon: icon('play'),
      onClick: () => void channel.call('measure', { transactions: Number(this.count.value) }),
    });
    this.element = h(
      'main',
      { class: 'page' },
      h(
        'header',
        {},
        this.heading,
        h(
          'div',
          { class: 'actions' },
          this.refresh.element,
          button({ label: 'Edit Prices', onClick: () => void channel.call('editPrices', {}) }).element,
          button({ label: 'Copy Report', icon: icon('copy'), onClick: () => void channel.call('copy', {}) }).element,
        ),
      ),
      this.note,
      h(
        'div',
        { class: 'measure' },
        h('label', { for: 'transactions' }, 'Transactions'),
        this.count,
        this.measure.element,
      ),
      h('p', { class: 'hint' }, MEASURE_HINT),
      this.report,
    );
    channel.on('state', state => this.draw(state));
  }

  async load(): Promise<void> {
    const state = await this.host.channel.call('load', {});
    this.count.value = String(state.transactions);
    this.draw(state);
    this.element.classList.add('loaded');
  }

  private draw(state: CostViewState): void {
    const { profileId, profile, local, busy, error, report, nextLookSeconds } = state;
    this.host.writeMemory({ profileId });
    this.heading.textContent = report?.title ?? `Cost of ${profile}`;
    this.refresh.element.hidden = local;
    this.measure.setDisabled(busy);
    const text = error
      ? [error.message, error.nextStep].filter(Boolean).join(' ')
      : busy
        ? 'Looking…'
        : [
            ...(report?.notes ?? []),
            ...(nextLookSeconds === undefined
              ? []
              : [`CloudWatch is looked at every ${nextLookSeconds} s while this is in sight.`]),
          ].join(' ');
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.classList.toggle('bad', error !== undefined);
    this.report.replaceChildren(...(report?.sections ?? []).map(section));
  }
}

function section({ title, head, rows, notes }: CostSection): HTMLElement {
  const align = (at: number): string | undefined => (at > 0 ? 'number' : undefined);
  return h(
    'section',
    { 'aria-label': title },
    h('h2', {}, title),
    h(
      'div',
      scrollFrame('scroll', `${title}, table`),
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...head.map((name, at) => h('th', { scope: 'col', class: align(at) }, name)))),
        h(
          'tbody',
          {},
          ...rows.map(row =>
            h(
              'tr',
              {},
              ...row.map((value, at) =>
                at === 0 ? h('th', { scope: 'row' }, value) : h('td', { class: 'number' }, value),
              ),
            ),
          ),
        ),
      ),
    ),
    h('ul', { class: 'notes' }, ...notes.map(note => h('li', {}, note))),
  );
}
