import { MAX_COMPARED, type RunRow, type SidebarMemory } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';
import { formatCount, formatDuration } from '../shared/format';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';
import { verdict } from './figures';
import { iconButton, type IconName } from './icon-button';

export interface HistoryActions {
  open: (id: string) => void;
  remove: (id: string) => void;
  exportRun: (id: string) => void;
  reuse: (id: string) => void;
  compare: (ids: string[]) => void;
  /** Other runs are ticked, or more of them shown. */
  left: () => void;
}

type HistoryMemory = Pick<SidebarMemory, 'ticked' | 'shown'>;

/** Shown at once; more on demand. */
const PAGE = 20;

/** The runs that were made, newest first; two or more are chosen for a comparison. */
export class HistoryPane {
  readonly element: HTMLElement;
  private readonly list = h('ol', { class: 'runs', 'aria-label': 'Runs' });
  private readonly note = h('p', { class: 'muted' });
  private readonly more;
  private readonly compare;
  private readonly chosen: Set<string>;
  private rows: readonly RunRow[] = [];
  private shown: number;
  private drawn = '';

  constructor(
    private readonly actions: HistoryActions,
    { ticked = [], shown = PAGE }: Partial<HistoryMemory> = {},
  ) {
    this.chosen = new Set(ticked);
    this.shown = shown;
    this.compare = button({
      label: 'Compare',
      icon: icon('compare'),
      onClick: () => this.actions.compare([...this.chosen].sort()),
    });
    this.more = button({
      label: 'Show more',
      onClick: () => {
        this.shown += PAGE;
        this.draw();
        this.actions.left();
      },
    });
    this.element = h(
      'section',
      { class: 'history', 'aria-label': 'History' },
      h('div', { class: 'section-head' }, h('h2', {}, 'History'), this.compare.element),
      this.note,
      this.list,
      this.more.element,
    );
    this.list.addEventListener('keydown', event => this.onKey(event));
  }

  /** What is ticked, and how much is shown. */
  get memory(): HistoryMemory {
    return { ticked: [...this.chosen], shown: this.shown };
  }

  update(rows: readonly RunRow[], unreadable: number): void {
    this.rows = rows;
    for (const id of this.chosen) if (!rows.some(row => row.id === id)) this.chosen.delete(id);
    const damaged =
      unreadable > 0
        ? ` ${formatCount(unreadable)} damaged ${unreadable === 1 ? 'file was' : 'files were'} left alone.`
        : '';
    this.note.textContent =
      (['No run yet. Runs of chapters come here too.', ''][rows.length] ?? 'Tick two or more to compare them.') +
      damaged;
    this.note.hidden = this.note.textContent === '';
    this.draw();
  }

  private draw(): void {
    const rows = this.rows.slice(0, this.shown);
    this.more.element.hidden = this.rows.length <= this.shown;
    this.showCompare();
    const key = JSON.stringify(rows);
    if (key === this.drawn) return;
    this.drawn = key;
    const at = this.placeOf(document.activeElement);
    const focused = (document.activeElement as HTMLElement | null)?.dataset.focus;
    this.list.replaceChildren(...rows.map(row => this.item(row)));
    if (at < 0) return;
    const same = focused && this.list.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`);
    // of a run that is gone the focus goes to the one in its place
    if (same) focusOnNews(same);
    else this.focusRun(Math.min(at, rows.length - 1));
  }

  private item(row: RunRow): HTMLElement {
    const { id, name } = row;
    const box = h('input', { type: 'checkbox', 'aria-label': `Compare ${name}`, 'data-focus': `c-${id}` });
    box.checked = this.chosen.has(id);
    box.addEventListener('change', () => {
      if (box.checked) this.chosen.add(id);
      else this.chosen.delete(id);
      this.showCompare();
      this.actions.left();
    });
    const open = h('button', { type: 'button', class: 'link run-name', 'data-focus': `o-${id}` }, name);
    open.addEventListener('click', () => this.actions.open(id));
    const at = new Date(row.startedAt);
    return h(
      'li',
      { class: 'run' },
      h('div', { class: 'run-head' }, box, open, h('time', { datetime: row.startedAt, class: 'muted' }, moment(at))),
      verdict(row.verdict),
      h(
        'p',
        { class: 'muted run-line' },
        `${formatCount(row.throughput)}/s · p99 ${row.p99Ms === undefined ? '–' : formatDuration(row.p99Ms)} · ${formatCount(row.calls)} calls · ${row.targetName}${row.origin === 'chapter' ? ' · chapter' : ''}`,
      ),
      h('p', { class: 'muted run-line' }, `On AWS about ${row.cost}, estimated`),
      h(
        'div',
        { class: 'run-actions' },
        action('reset', `Use the settings of ${name} again`, `r-${id}`, () => this.actions.reuse(id)),
        action('export', `Export ${name}`, `e-${id}`, () => this.actions.exportRun(id)),
        action('trash', `Delete ${name}`, `d-${id}`, () => this.actions.remove(id)),
      ),
    );
  }

  private showCompare(): void {
    const { size } = this.chosen;
    const tooMany = size > MAX_COMPARED;
    this.compare.setLabel(tooMany ? `Compare at most ${MAX_COMPARED}` : size > 1 ? `Compare ${size}` : 'Compare');
    this.compare.setDisabled(size < 2 || tooMany);
    this.compare.element.hidden = this.rows.length < 2;
  }

  /** Arrow keys go from run to run, Delete deletes. */
  private onKey(event: KeyboardEvent): void {
    const at = this.placeOf(document.activeElement);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.list.children.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.focusRun(to);
    } else if (event.key === 'Delete') {
      const row = this.rows[at];
      if (row) this.actions.remove(row.id);
    }
  }

  /** Which of the runs drawn holds an element; -1: none. */
  private placeOf(element: Element | null): number {
    return [...this.list.children].findIndex(item => item.contains(element));
  }

  private focusRun(at: number): void {
    focusOnNews(this.list.children[at]?.querySelector<HTMLElement>('.run-name'));
  }
}

/** `focus`: by what it is found again when the list is drawn anew. */
function action(name: IconName, label: string, focus: string, onClick: () => void): HTMLElement {
  const element = iconButton(name, label, onClick);
  element.dataset.focus = focus;
  return element;
}

function moment(at: Date): string {
  const sameDay = at.toDateString() === new Date().toDateString();
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return sameDay ? time : `${at.toLocaleDateString()} ${time}`;
}
