import type { ColumnView, IndexKeyDraft } from '../../src/protocol/indexes-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';

/** A value that no column's name can be in the choice. */
const EXPRESSION = '\u0000';

/** The keys of an index in their order: columns or expressions, and where NULLs stand. */
export class DraftKeys {
  private readonly list = h('ol', { class: 'keys' });
  readonly element: HTMLElement;
  private keys: IndexKeyDraft[] = [];
  private columns: readonly ColumnView[] = [];

  constructor(private readonly change: (keys: IndexKeyDraft[]) => void) {
    this.element = h(
      'fieldset',
      {},
      h('legend', {}, 'Key: equality first, a range last; DSQL reads an index in both directions'),
      this.list,
      button({ label: 'Add Key', onClick: () => this.add() }).element,
    );
  }

  fill(keys: readonly IndexKeyDraft[]): void {
    this.keys = keys.map(key => ({ ...key }));
    this.draw();
  }

  setColumns(columns: readonly ColumnView[]): void {
    if (JSON.stringify(columns) === JSON.stringify(this.columns)) return;
    this.columns = columns;
    this.draw();
  }

  private add(): void {
    const free = this.columns.find(({ name, indexable }) => indexable && !this.keys.some(key => key.text === name));
    this.keys.push(free ? { kind: 'column', text: free.name } : { kind: 'expression', text: '' });
    this.draw();
    this.change([...this.keys]);
    this.list.lastElementChild?.querySelector<HTMLElement>('select')?.focus();
  }

  private set(at: number, key: IndexKeyDraft, redraw: boolean): void {
    this.keys[at] = key;
    if (redraw) this.draw();
    this.change([...this.keys]);
  }

  private move(at: number, by: number): void {
    const [key] = this.keys.splice(at, 1);
    if (key) this.keys.splice(at + by, 0, key);
    this.draw();
    this.change([...this.keys]);
    this.list.children[at + by]?.querySelector<HTMLElement>('select')?.focus();
  }

  private draw(): void {
    this.list.replaceChildren(...this.keys.map((key, at) => this.row(key, at)));
  }

  private row(key: IndexKeyDraft, at: number): HTMLElement {
    const column = h('select', { class: 'field', 'aria-label': `Key ${at + 1}` });
    const known = this.columns.some(({ name }) => name === key.text);
    const missing = key.kind === 'column' && !known ? [h('option', { value: key.text }, key.text)] : [];
    column.append(
      ...missing,
      ...this.columns.map(({ name, type, indexable }) =>
        h('option', { value: name, disabled: !indexable }, `${name} (${type}${indexable ? '' : ', not in keys'})`),
      ),
      h('option', { value: EXPRESSION }, 'an expression'),
    );
    column.value = key.kind === 'column' ? key.text : EXPRESSION;
    column.addEventListener('change', () => {
      const next: IndexKeyDraft =
        column.value === EXPRESSION ? { kind: 'expression', text: '' } : { kind: 'column', text: column.value };
      this.set(at, { ...next, ...(key.nulls && { nulls: key.nulls }) }, true);
      this.list.children[at]?.querySelector<HTMLElement>('input, select')?.focus();
    });
    const expression = h('input', {
      class: 'field expression',
      type: 'text',
      spellcheck: 'false',
      placeholder: 'lower(email)',
      'aria-label': `Expression of key ${at + 1}`,
    });
    expression.hidden = key.kind === 'column';
    expression.value = key.kind === 'expression' ? key.text : '';
    expression.addEventListener('input', () =>
      this.set(at, { ...this.keys[at]!, kind: 'expression', text: expression.value }, false),
    );
    const nulls = h('select', { class: 'field', 'aria-label': `NULLs of key ${at + 1}` });
    nulls.append(
      h('option', { value: '' }, 'NULLs last (default)'),
      h('option', { value: 'first' }, 'NULLS FIRST'),
      h('option', { value: 'last' }, 'NULLS LAST'),
    );
    nulls.value = key.nulls ?? '';
    nulls.addEventListener('change', () => {
      const { kind, text } = this.keys[at]!;
      const chosen = nulls.value === 'first' || nulls.value === 'last' ? { nulls: nulls.value } : {};
      this.set(at, { kind, text, ...(chosen as { nulls?: 'first' | 'last' }) }, false);
    });
    const remove = (): void => {
      this.keys.splice(at, 1);
      this.draw();
      this.change([...this.keys]);
    };
    return h(
      'li',
      {},
      column,
      expression,
      nulls,
      h(
        'span',
        { class: 'key-buttons' },
        small('up', `Move key ${at + 1} up`, at === 0, () => this.move(at, -1)),
        small('down', `Move key ${at + 1} down`, at === this.keys.length - 1, () => this.move(at, 1)),
        small('cross', `Remove key ${at + 1}`, false, remove),
      ),
    );
  }
}

function small(what: 'up' | 'down' | 'cross', label: string, disabled: boolean, onClick: () => void): HTMLElement {
  const content = what === 'cross' ? icon('cross') : what === 'up' ? '↑' : '↓';
  const element = h(
    'button',
    { class: 'icon-button', type: 'button', 'aria-label': label, title: label, disabled },
    content,
  );
  element.addEventListener('click', onClick);
  return element;
}
