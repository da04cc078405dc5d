import type { DraftProblem, DraftView, IndexDraft } from '../../src/protocol/indexes-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';
import { highlight } from '../shared/highlight';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';
import { DraftKeys } from './draft-keys';
import { checkbox, labelled, textField } from './fields';

export interface DraftActions {
  change(draft: IndexDraft): void;
  create(): void;
  discard(): void;
  openSql(text: string): void;
}

const SEVERITIES: Readonly<Record<DraftProblem['severity'], string>> = {
  error: 'Refused',
  warning: 'Warning',
  notice: 'Note',
};

/** Draws up an index: keys, INCLUDE, WHERE, UNIQUE, name; the statement and what DSQL would say to it follow at once. */
export class DraftForm {
  private readonly title = h('h2', { tabindex: -1 });
  private readonly name = textField('index-name', text => this.change({ name: text }));
  private readonly where = textField('index-where', text => this.change({ where: text }));
  private readonly unique = checkbox('UNIQUE', on => this.change({ unique: on }));
  private readonly nulls = checkbox('NULLS NOT DISTINCT', on => this.change({ nullsNotDistinct: on }));
  private readonly keys = new DraftKeys(keys => this.change({ keys }));
  private readonly include = h('fieldset', { class: 'include' });
  private readonly sql = h('code', { class: 'highlighted' });
  private readonly problems = h('ul', {
    class: 'problems',
    'aria-live': 'polite',
    'aria-label': 'What DSQL says to it',
  });
  private readonly create: ReturnType<typeof button>;
  readonly element: HTMLElement;
  private draft: IndexDraft | undefined;
  private view: DraftView | undefined;
  /** Drafts that the host has not answered yet. */
  private readonly sent = new Set<string>();

  constructor(private readonly actions: DraftActions) {
    this.create = button({ label: 'Create Index', onClick: () => actions.create() });
    this.element = h(
      'section',
      { class: 'draft', 'aria-label': 'New index' },
      this.title,
      this.keys.element,
      this.include,
      h(
        'div',
        { class: 'row' },
        labelled('index-where', 'WHERE (a partial index)', this.where),
        labelled('index-name', "Name (by default the server's choice)", this.name),
      ),
      h('div', { class: 'row' }, this.unique.element, this.nulls.element),
      h('pre', scrollFrame('preview', 'The statement'), this.sql),
      this.problems,
      h(
        'div',
        { class: 'actions' },
        this.create.element,
        button({ label: 'Open in Editor', onClick: () => this.view && actions.openSql(this.view.sql) }).element,
        button({ label: 'Discard', onClick: () => actions.discard() }).element,
      ),
    );
  }

  show(view: DraftView | undefined, readOnly: boolean): void {
    this.element.hidden = !view;
    this.view = view;
    if (!view) {
      this.draft = undefined;
      return;
    }
    const { draft, problems, ready, sql, suggestedName, columns } = view;
    const json = JSON.stringify(draft);
    // an answer to what was typed here must not take back what was typed since
    const echo = this.sent.delete(json);
    if (!this.draft || (!echo && this.sent.size === 0 && json !== JSON.stringify(this.draft))) this.fill(draft);
    this.keys.setColumns(columns);
    this.fillInclude(view);
    this.name.placeholder = suggestedName;
    this.nulls.element.hidden = !this.draft?.unique;
    this.sql.replaceChildren(highlight(sql, 'sql'));
    this.problems.replaceChildren(...problems.map(problemItem));
    this.create.setDisabled(!ready || readOnly);
  }

  /** Moves the focus to the form's heading and shows it. */
  focus(): void {
    focusOnNews(this.title);
  }

  private fill(draft: IndexDraft): void {
    this.draft = draft;
    this.title.textContent = `New index on ${draft.schema}.${draft.table}`;
    this.name.value = draft.name;
    this.where.value = draft.where;
    this.unique.input.checked = draft.unique;
    this.nulls.input.checked = draft.nullsNotDistinct;
    this.keys.fill(draft.keys);
  }

  /** What is returned beside the keys. Boxes stay, so that focus stays. */
  private fillInclude({ columns }: DraftView): void {
    const names = JSON.stringify(columns.map(({ name }) => name));
    if (this.include.dataset.columns !== names) {
      this.include.dataset.columns = names;
      this.include.replaceChildren(
        h('legend', {}, 'INCLUDE: columns that queries return, so that nothing has to be looked up'),
        ...columns.map(({ name }) => {
          const box = checkbox(name, on => this.toggle(name, on));
          box.input.dataset.column = name;
          return box.element;
        }),
      );
    }
    const keys = new Set(this.draft?.keys.flatMap(key => (key.kind === 'column' ? key.text : [])));
    for (const input of this.include.querySelectorAll('input')) {
      const name = input.dataset.column ?? '';
      input.checked = this.draft?.include.includes(name) ?? false;
      input.disabled = keys.has(name) && !input.checked;
    }
  }

  private toggle(name: string, on: boolean): void {
    const others = (this.draft?.include ?? []).filter(each => each !== name);
    this.change({ include: on ? [...others, name] : others });
  }

  private change(part: Partial<IndexDraft>): void {
    if (!this.draft) return;
    this.draft = { ...this.draft, ...part };
    this.sent.add(JSON.stringify(this.draft));
    this.actions.change(this.draft);
  }
}

function problemItem({ severity, text, remedy, sqlstate }: DraftProblem): HTMLElement {
  return h(
    'li',
    { class: severity },
    h('b', {}, SEVERITIES[severity]),
    ` ${text}${sqlstate === undefined ? '' : ` (${sqlstate})`}`,
    remedy !== undefined && h('div', { class: 'muted' }, remedy),
  );
}
