import type {
  IndexDraft,
  IndexesHostSide,
  IndexesViewMemory,
  IndexesViewSide,
  IndexesViewState,
} from '../../src/protocol/indexes-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';
import { icon } from '../shared/icons';
import { jobTimelines } from '../shared/job-timeline';
import type { Host } from '../shared/rpc';
import { button } from '../shared/toolkit';
import { DraftForm } from './draft-form';
import { tableSection } from './table-section';
import { TrialPane } from './trial-pane';

type IndexesHost = Host<IndexesViewSide, IndexesHostSide, IndexesViewMemory>;

/** The whole page: the index that is drawn up and tried, jobs, and the tables with their indexes. */
export class IndexesPage {
  private readonly heading = h('h1', { tabindex: -1 });
  private readonly note = h('p', { class: 'note', role: 'status' });
  private readonly form: DraftForm;
  private readonly trial: TrialPane;
  private readonly jobs = h('div', {});
  private readonly jobsSection = h('section', { 'aria-label': 'Jobs' }, h('h2', {}, 'Jobs'), this.jobs);
  private readonly tables = h('div', { class: 'tables' });
  private readonly filter = h('input', {
    type: 'search',
    class: 'field',
    placeholder: 'Filter by table or index',
    'aria-label': 'Filter by table or index',
  });
  private readonly all: ReturnType<typeof button>;
  private readonly cleanUp: ReturnType<typeof button>;
  readonly element: HTMLElement;
  private state: IndexesViewState | undefined;
  private drawnTables = '';
  /** A draft was asked for by its table's button: the focus goes there when it comes. */
  private awaited: string | undefined;

  constructor(private readonly host: IndexesHost) {
    const { channel } = host;
    this.form = new DraftForm({
      change: draft => void channel.call('changeDraft', { draft }),
      create: () => void channel.call('create', {}),
      discard: () => void channel.call('discardDraft', {}),
      openSql: text => void channel.call('openSql', { text }),
    });
    this.trial = new TrialPane({
      tryIt: (statement, analyze) => void channel.call('tryIt', { statement, analyze }),
      cancel: () => void channel.call('cancelTrial', {}),
      end: keep => void channel.call('endTrial', { keep }),
      compare: () => void channel.call('openComparison', {}),
      proposed: () => this.remember(),
    });
    this.all = button({ label: 'All Tables', onClick: () => void channel.call('setScope', {}) });
    this.cleanUp = button({
      label: 'Drop Invalid Indexes…',
      icon: icon('cross'),
      onClick: () => void channel.call('dropInvalid', {}),
    });
    this.filter.addEventListener('input', () => this.drawTables(true));
    const refresh = button({ label: 'Refresh', icon: icon('reset'), onClick: () => void channel.call('refresh', {}) });
    this.element = h(
      'main',
      { class: 'page' },
      h(
        'header',
        {},
        this.heading,
        h('div', { class: 'actions' }, this.all.element, this.cleanUp.element, refresh.element),
      ),
      this.note,
      this.form.element,
      this.trial.element,
      this.jobsSection,
      h(
        'section',
        { 'aria-label': 'Tables' },
        h('div', { class: 'bar' }, h('h2', {}, 'Tables'), this.filter),
        this.tables,
      ),
    );
    channel.on('state', state => this.draw(state));
  }

  async load(): Promise<void> {
    this.draw(await this.host.channel.call('load', {}));
    this.element.classList.add('loaded');
  }

  private draw(state: IndexesViewState): void {
    this.state = state;
    const { scope, error, loading, tables, readOnly } = state;
    this.heading.textContent = scope ? `Indexes of ${scope.schema}.${scope.table}` : `Indexes on ${state.profile}`;
    this.all.element.hidden = !scope;
    const invalid = tables.flatMap(({ indexes }) => indexes).filter(index => index.state === 'invalid').length;
    this.cleanUp.element.hidden = invalid === 0 || readOnly;
    const text = error
      ? [error.message, error.nextStep].filter(Boolean).join(' ')
      : loading && tables.length === 0
        ? 'Reading the catalogue…'
        : noteOf(state, invalid);
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.className = error || invalid > 0 ? 'note bad' : 'note';
    const inForm = this.form.element.contains(document.activeElement);
    this.form.show(state.draft, readOnly);
    this.followDraft(state.draft?.draft, inForm);
    this.trial.show(state.trial, state.draft, readOnly);
    this.jobsSection.hidden = state.jobs.length === 0;
    this.jobs.replaceChildren(jobTimelines(state.jobs));
    this.drawTables(false);
    this.remember();
  }

  private drawTables(always: boolean): void {
    if (!this.state) return;
    const words = this.filter.value.trim().toLowerCase();
    const { tables, more, readOnly } = this.state;
    const key = JSON.stringify([tables, more, readOnly, words]);
    if (!always && key === this.drawnTables) return;
    this.drawnTables = key;
    const { channel } = this.host;
    const shown = tables.filter(
      table =>
        `${table.schema}.${table.table}`.toLowerCase().includes(words) ||
        table.indexes.some(({ name }) => name.toLowerCase().includes(words)),
    );
    this.tables.replaceChildren(
      ...shown.map(table =>
        tableSection(table, readOnly, {
          newIndex: name => {
            this.awaited = tableKey(name);
            void channel.call('newIndex', name);
          },
          drop: index => void channel.call('drop', index),
          openSql: text => void channel.call('openSql', { text }),
          copy: text => void channel.call('copy', { text }),
        }),
      ),
      ...(more.length > 0
        ? [h('p', { class: 'muted' }, `${more.length} further tables: open one from the explorer.`)]
        : []),
      ...(shown.length === 0 && !this.state.loading ? [h('p', { class: 'muted' }, 'No table to show.')] : []),
    );
  }

  /** The form stands above the tables: the focus goes there with a draft that was asked for, and to the heading when the form goes with it. */
  private followDraft(draft: IndexDraft | undefined, inForm: boolean): void {
    if (!draft && inForm) focusOnNews(this.heading);
    if (!draft || tableKey(draft) !== this.awaited) return;
    this.awaited = undefined;
    this.form.focus();
  }

  private remember(): void {
    if (!this.state) return;
    const { profileId, scope, draft } = this.state;
    const statement = this.trial.statement;
    this.host.writeMemory({
      profileId,
      ...(scope && { scope }),
      ...(draft && { draft: draft.draft }),
      ...(statement !== '' && { statement }),
    });
  }
}

const tableKey = ({ schema, table }: { schema: string; table: string }): string => JSON.stringify([schema, table]);

function noteOf({ tables, readOnly, local }: IndexesViewState, invalid: number): string {
  const count = tables.reduce((sum, { indexes }) => sum + indexes.length, 0);
  const parts = [
    `${count} ${count === 1 ? 'index' : 'indexes'} on ${tables.length} ${tables.length === 1 ? 'table' : 'tables'}`,
  ];
  if (invalid > 0) parts.push(`${invalid} INVALID: no query uses them, every write pays for them`);
  if (readOnly) parts.push('the connection is read-only: no index is made or dropped until Toggle Read-Only is run');
  if (local) parts.push('local cluster');
  return `${parts.join(' · ')}.`;
}
