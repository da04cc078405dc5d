import type {
  ActivityView,
  Arrangement,
  CopyFormat,
  MenuRequest,
  ResultFilter,
  ResultSort,
  StatementView,
} from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { formatCount } from '../shared/format';
import { Grid } from '../shared/grid/grid';
import type { CellPlace } from '../shared/grid/selection';
import { DetailPane } from './detail-pane';
import { filterText, parseFilter } from './filter-text';
import { FindBar } from './find-bar';
import { LimitBar } from './limit-bar';
import { errorNodes, messageNodes } from './messages';
import type { ResultsHost } from './results-page';
import { blankText, failureText, statusText } from './status-text';

/** How long after the last key a filter is applied. */
const FILTER_PAUSE_MS = 350;

/** One statement's result: its grid, its messages, its error, and a line of figures. */
export class StatementPane {
  readonly element: HTMLElement;
  readonly grid: Grid;
  private readonly notes = h('div', { class: 'notes' });
  private readonly blank = h('p', { class: 'blank', hidden: true });
  private readonly status = h('span', { class: 'status-text' });
  private readonly activity = h('span', { class: 'activity', hidden: true });
  private readonly problem = h('span', { class: 'problem', role: 'alert' });
  private readonly limit: LimitBar;
  private readonly findBar: FindBar;
  private readonly detail: DetailPane;
  private view: StatementView | undefined;
  private drawnNotes = '';
  private filterTimer: ReturnType<typeof setTimeout> | undefined;
  private filterTexts = new Map<number, string>();
  private receivedAt = 0;
  /** Asked for and not there yet: the next click goes on from here. */
  private asked: Arrangement | undefined;
  private detailWanted = 0;

  constructor(
    private readonly index: number,
    private readonly host: ResultsHost,
    private readonly announce: (text: string) => void,
  ) {
    const { channel } = host;
    this.grid = new Grid(`g${index}`, `Result of statement ${index + 1}`, {
      fetch: request => channel.call('cells', { ...request, statement: index, version: this.view?.version ?? 0 }),
      copy: () => this.copy('tsv', false),
      open: place => this.openDetail(place),
      sort: (column, add) => this.sort(column, add),
      filter: (column, text, apply) => this.filter(column, text, apply),
      selectionChanged: () => this.selectionChanged(),
      isFound: text => this.isFound(text),
    });
    this.limit = new LimitBar(() => void channel.call('runAgain', { statement: index, all: true }));
    this.findBar = new FindBar({
      find: (query, step) => void this.find(query, step),
      close: () => this.closeFind(),
    });
    this.detail = new DetailPane(
      text => void channel.call('copyText', { text }).then(() => announce('Value copied')),
      () => this.closeDetail(),
    );
    this.element = h(
      'section',
      { class: 'pane', role: 'tabpanel', id: `pane-${index}`, 'aria-labelledby': `tab-${index}` },
      this.notes,
      this.limit.element,
      this.findBar.element,
      this.blank,
      h('div', { class: 'grid-and-detail' }, this.grid.element, this.detail.element),
      h('footer', { class: 'status' }, this.status, this.activity, this.problem),
    );
    this.element.addEventListener('keydown', event => this.key(event));
  }

  draw(view: StatementView): void {
    const before = this.view;
    this.view = view;
    this.receivedAt = performance.now();
    this.grid.element.hidden = view.columns.length === 0;
    const { sorts } = view.arrangement;
    this.grid.show({ columns: view.columns, rowCount: view.rowCount, sorts, version: view.version });
    if (before?.version !== view.version) this.rowsChanged(before, view);
    this.limit.draw(view);
    const blank = blankText(view);
    this.blank.hidden = blank === '';
    this.blank.textContent = blank;
    const notes = JSON.stringify([view.error, view.messages]);
    if (notes !== this.drawnNotes) {
      this.drawnNotes = notes;
      const goTo = () => void this.host.channel.call('goTo', { statement: this.index, error: true });
      this.notes.replaceChildren(...errorNodes(view, goTo), ...messageNodes(view));
    }
    this.drawStatus();
  }

  /** The elapsed time goes on between snapshots. */
  drawStatus(): void {
    if (!this.view) return;
    const { elapsedMs } = this.view;
    const elapsed = elapsedMs === undefined ? undefined : elapsedMs + performance.now() - this.receivedAt;
    this.status.textContent = statusText(this.view, this.grid.selection, elapsed);
  }

  drawActivity(activity: ActivityView | undefined): void {
    this.activity.hidden = activity === undefined;
    if (!activity) return;
    const what = { arrange: 'Arranging', find: 'Searching', copy: 'Copying', export: 'Exporting' }[activity.kind];
    this.activity.textContent = `${what} ${Math.round(100 * activity.fraction)} % · Escape stops`;
  }

  openFind(): void {
    this.findBar.open();
    this.grid.changed();
  }

  /** Shows the row of filters, or hides it and takes the filters away. */
  toggleFilters(): void {
    if (this.grid.filtering) {
      this.grid.showFilters(undefined);
      this.filterTexts.clear();
      if (this.view && this.view.arrangement.filters.length > 0) void this.arrange(this.view.arrangement.sorts, []);
      this.grid.element.focus();
      return;
    }
    if (!this.canArrange()) return;
    this.grid.showFilters(this.filterTexts);
    this.grid.focusFilter(this.grid.selection.active?.column ?? 0);
  }

  /** The selected cells, or all when none is selected. */
  copy(format: CopyFormat, headers: boolean): void {
    const { view, grid } = this;
    if (!view || view.rowCount === 0) return;
    const all = { firstRow: 0, lastRow: view.rowCount - 1, firstColumn: 0, lastColumn: view.columns.length - 1 };
    const ranges = grid.ranges.length > 0 ? [...grid.ranges] : [all];
    const request = { statement: this.index, version: view.version, ranges, format, headers };
    void this.attempt(async () => {
      const { cells } = await this.host.channel.call('copy', request);
      this.announce(`${formatCount(cells)} ${cells === 1 ? 'cell' : 'cells'} copied`);
    });
  }

  export(): void {
    void this.attempt(() => this.host.channel.call('export', { statement: this.index }));
  }

  /** The plan that is shown as rows, in the plan viewer. */
  openPlan(): void {
    const version = this.view?.version ?? 0;
    void this.attempt(() => this.host.channel.call('openPlan', { statement: this.index, version }));
  }

  /** What was chosen in the editor's menu on the cells. */
  menu(request: MenuRequest): void {
    if (request.what === 'copy') this.copy(request.format, request.headers);
    else if (request.what === 'export') this.export();
    else if (request.what === 'details') this.openDetail(this.grid.selection.active);
    else void this.filterByValue(request.out);
  }

  /** Leaves the rows that hold in its column what the active cell holds, or all others; the other columns' filters stay. */
  private async filterByValue(out: boolean): Promise<void> {
    const { active } = this.grid.selection;
    const { view } = this;
    if (!active || !view || !this.canArrange()) return;
    await this.attempt(async () => {
      const { value } = await this.host.channel.call('cell', {
        statement: this.index,
        version: view.version,
        ...active,
      });
      this.filterTexts.set(active.column, filterText(value, out));
      this.grid.showFilters(this.filterTexts);
      this.applyFilters();
      this.grid.element.focus();
    });
  }

  toggleDetail(): void {
    if (this.detail.element.hidden) this.openDetail(this.grid.selection.active);
    else this.closeDetail();
  }

  private rowsChanged(before: StatementView | undefined, view: StatementView): void {
    if (!before || view.arrangement.filters.length === 0) this.showFilterTexts(view.arrangement.filters);
    this.problem.textContent = '';
    // the selection went with the rows
    if (before && !this.detail.element.hidden) void this.showDetail();
    if (JSON.stringify(this.asked) === JSON.stringify(view.arrangement)) this.asked = undefined;
    const query = this.findBar.query;
    if (query) void this.find(query, 'here');
    if (before && JSON.stringify(before.arrangement) !== JSON.stringify(view.arrangement))
      this.announce(arrangementText(view));
  }

  private showFilterTexts(filters: readonly ResultFilter[]): void {
    if (filters.length > 0 || !this.grid.filtering || this.filterTexts.size === 0) return;
    this.filterTexts.clear();
    this.grid.showFilters(this.filterTexts);
  }

  /** Rows that still come in have no order yet. */
  private canArrange(): boolean {
    if (this.view?.status !== 'running') return true;
    this.problem.textContent = 'Sorting and filtering begin when all rows are here.';
    return false;
  }

  private sort(column: number, add: boolean): void {
    if (!this.view || !this.canArrange()) return;
    const { sorts, filters } = this.asked ?? this.view.arrangement;
    const before = sorts.find(sort => sort.column === column);
    const next: ResultSort[] = !before
      ? [{ column, descending: false }]
      : before.descending
        ? []
        : [{ column, descending: true }];
    const others = add ? sorts.filter(sort => sort.column !== column) : [];
    void this.arrange([...others, ...next], filters);
  }

  private filter(column: number, text: string, apply: boolean): void {
    this.filterTexts.set(column, text);
    clearTimeout(this.filterTimer);
    this.filterTimer = setTimeout(() => this.applyFilters(), apply ? 0 : FILTER_PAUSE_MS);
  }

  private applyFilters(): void {
    if (!this.view || !this.canArrange()) return;
    const filters = [...this.filterTexts].flatMap(([column, text]) => parseFilter(column, text) ?? []);
    const now = this.asked ?? this.view.arrangement;
    if (JSON.stringify(filters) !== JSON.stringify(now.filters)) void this.arrange(now.sorts, filters);
  }

  private async arrange(sorts: ResultSort[], filters: ResultFilter[]): Promise<void> {
    const arrangement = { sorts, filters };
    this.asked = arrangement;
    const done = await this.attempt(() => this.host.channel.call('arrange', { statement: this.index, arrangement }));
    // what was asked for stands in the next snapshot
    if (!done && this.asked === arrangement) this.asked = undefined;
  }

  private async find(query: { text: string; matchCase: boolean }, step: 'next' | 'previous' | 'here'): Promise<void> {
    const { view, grid } = this;
    if (!view || view.columns.length === 0) return;
    const active = grid.selection.active ?? { row: grid.firstRow, column: 0 };
    // "here" takes a match in the active cell itself: the search starts at the cell before it
    const before = active.row * view.columns.length + active.column - 1;
    const columns = view.columns.length;
    const from =
      step !== 'here'
        ? active
        : before < 0
          ? { row: Math.max(0, view.rowCount - 1), column: columns - 1 }
          : { row: Math.floor(before / columns), column: before % columns };
    await this.attempt(async () => {
      const answer = await this.host.channel.call('find', {
        statement: this.index,
        version: view.version,
        query,
        from,
        backwards: step === 'previous',
      });
      this.findBar.show(answer);
      if (answer.hit) grid.goTo(answer.hit);
      grid.changed();
    });
  }

  private isFound(text: string | null): boolean {
    const query = this.findBar.query;
    if (!query || text === null) return false;
    return query.matchCase ? text.includes(query.text) : text.toLowerCase().includes(query.text.toLowerCase());
  }

  private closeFind(): void {
    this.findBar.hide();
    this.findBar.show(undefined);
    this.grid.element.focus();
    this.grid.changed();
  }

  private selectionChanged(): void {
    this.drawStatus();
    if (!this.detail.element.hidden) void this.showDetail();
  }

  private openDetail(place: CellPlace | undefined): void {
    if (place && !this.grid.selection.has(place.row, place.column)) this.grid.goTo(place);
    this.detail.element.hidden = false;
    void this.showDetail();
    this.grid.changed();
  }

  private closeDetail(): void {
    this.detail.element.hidden = true;
    this.grid.element.focus();
    this.grid.changed();
  }

  private async showDetail(): Promise<void> {
    const { active } = this.grid.selection;
    const column = active && this.view?.columns[active.column];
    const wanted = ++this.detailWanted;
    if (!active || !column || !this.view) return this.detail.show(undefined);
    const place = { statement: this.index, version: this.view.version, ...active };
    await this.attempt(async () => {
      const { value, length } = await this.host.channel.call('cell', place);
      if (wanted === this.detailWanted) this.detail.show({ column, row: active.row, value, length });
    });
  }

  private key(event: KeyboardEvent): void {
    const ctrl = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (ctrl && event.shiftKey && letter === 'f') this.toggleFilters();
    else if (ctrl && letter === 'f') this.openFind();
    else if (event.key === 'F3') this.step(event.shiftKey ? 'previous' : 'next');
    else if (event.key === 'Escape' && !this.activity.hidden)
      void this.host.channel.call('stopActivity', { statement: this.index });
    else return;
    event.preventDefault();
  }

  private step(step: 'next' | 'previous'): void {
    const query = this.findBar.query;
    if (query) void this.find(query, step);
    else this.openFind();
  }

  /** What fails is said in the line of figures; work that was given up is not a failure. */
  private async attempt(work: () => Promise<unknown>): Promise<boolean> {
    this.problem.textContent = '';
    try {
      await work();
      return true;
    } catch (error) {
      this.problem.textContent = failureText(error);
      return false;
    }
  }

  dispose(): void {
    clearTimeout(this.filterTimer);
    this.findBar.hide();
    this.grid.dispose();
  }
}

function arrangementText(view: StatementView): string {
  const { sorts, filters } = view.arrangement;
  const order = sorts
    .map(({ column, descending }) => `${view.columns[column]?.name} ${descending ? 'descending' : 'ascending'}`)
    .join(', ');
  const rows = `${formatCount(view.rowCount)} ${view.rowCount === 1 ? 'row' : 'rows'}`;
  const filtered = filters.length > 0 ? `${rows} of ${formatCount(view.rowsFetched)} pass the filter` : rows;
  return order ? `Sorted by ${order}; ${filtered}` : `In the order they came; ${filtered}`;
}
