import type { ColumnView, ResultSort } from '../../../src/protocol/results-view';
import { h } from '../dom';
import type { ColumnLayout } from './column-layout';

/** A header is that much higher than a row, CSS pixels; with filters it is two of these. */
export const HEADER_PADDING = 4;

export interface HeaderScene {
  columns: readonly ColumnView[];
  layout: ColumnLayout;
  firstColumn: number;
  lastColumn: number;
  left: number;
  headWidth: number;
  sorts: readonly ResultSort[];
  /** Text of the columns' filters while the row of filters is shown. */
  filters: ReadonlyMap<number, string> | undefined;
  mark(column: number): string;
}

/** The names of the columns in view, with their sort mark and a handle to change the width. */
export class GridHeader {
  readonly element = h('div', { class: 'grid-header', role: 'row', 'aria-rowindex': 1 });
  private readonly corner = h(
    'div',
    { class: 'corner', role: 'columnheader', 'aria-colindex': 1 },
    h('span', { class: 'visually-hidden' }, 'Row'),
  );
  private readonly cells = new Map<number, HTMLElement>();
  private filtering = false;
  /** What each field was given, or was typed into it. */
  private readonly written = new WeakMap<HTMLInputElement, string>();

  /** `filter` is called with what the user types; `done` when they press Enter (true) or Escape. */
  constructor(
    private readonly filter: (column: number, text: string) => void,
    private readonly filterDone: (column: number, apply: boolean) => void,
  ) {
    this.element.append(this.corner);
  }

  /** The field of a column, when it is in view. */
  field(column: number): HTMLInputElement | undefined {
    return this.cells.get(column)?.querySelector('input') ?? undefined;
  }

  draw(scene: HeaderScene): void {
    this.corner.style.width = `${scene.headWidth}px`;
    if (this.filtering !== (scene.filters !== undefined)) {
      this.filtering = scene.filters !== undefined;
      this.element.classList.toggle('filtering', this.filtering);
      this.clear();
    }
    for (const [column, cell] of this.cells)
      if (column < scene.firstColumn || column > scene.lastColumn) {
        cell.remove();
        this.cells.delete(column);
      }
    for (let column = scene.firstColumn; column <= scene.lastColumn; column++) {
      const view = scene.columns[column];
      if (!view) continue;
      let cell = this.cells.get(column);
      if (!cell) {
        cell = headerCell(view, column);
        if (scene.filters) cell.append(this.filterField(view, column));
        this.cells.set(column, cell);
        this.element.append(cell);
      }
      this.writeFilter(cell, scene.filters?.get(column) ?? '');
      cell.style.width = `${scene.layout.width(column)}px`;
      cell.style.transform = `translateX(${scene.headWidth + scene.layout.left(column) - scene.left}px)`;
      const className = `column-head${scene.mark(column)}`;
      if (cell.className !== className) cell.className = className;
      drawSort(cell, column, scene.sorts);
    }
  }

  private filterField(view: ColumnView, column: number): HTMLElement {
    const field = h('input', {
      class: 'filter-field',
      type: 'text',
      spellcheck: 'false',
      placeholder: 'Filter',
      'aria-label': `Filter ${view.name}`,
      title: FILTER_HELP,
    });
    field.addEventListener('input', () => {
      this.written.set(field, field.value);
      this.filter(column, field.value);
    });
    field.addEventListener('keydown', event => {
      // the rest goes on to the editor, whose shortcuts hold here, too
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      event.stopPropagation();
      event.preventDefault();
      this.filterDone(column, event.key === 'Enter');
    });
    return field;
  }

  /** The field says what is filtered by; it has no line ends, so a text with some is compared with what was written last. */
  private writeFilter(cell: HTMLElement, text: string): void {
    const field = cell.querySelector('input');
    if (!field || this.written.get(field) === text) return;
    this.written.set(field, text);
    field.value = text;
  }

  clear(): void {
    for (const cell of this.cells.values()) cell.remove();
    this.cells.clear();
  }
}

const FILTER_HELP = [
  'text: contains it, in any case',
  '!text: does not contain it',
  '=value, !=value, <value, <=value, >value, >=value: compared by type',
  "='value': with the spaces at its ends",
  'null, !null',
].join('\n');

function headerCell(view: ColumnView, column: number): HTMLElement {
  return h(
    'div',
    {
      role: 'columnheader',
      'aria-colindex': column + 2,
      'data-column': column,
      title: `${view.name}\n${view.typeName}`,
    },
    h('span', { class: 'column-name' }, view.name),
    h('span', { class: 'column-type' }, view.typeName),
    h('span', { class: 'column-sort', 'aria-hidden': 'true' }),
    h('span', { class: 'column-handle', 'aria-hidden': 'true' }),
  );
}

function drawSort(cell: HTMLElement, column: number, sorts: readonly ResultSort[]): void {
  const place = sorts.findIndex(sort => sort.column === column);
  const sort = sorts[place];
  const order = sort ? (sort.descending ? 'descending' : 'ascending') : 'none';
  if (cell.getAttribute('aria-sort') !== order) cell.setAttribute('aria-sort', order);
  const mark = cell.querySelector('.column-sort');
  const text = sort ? `${sort.descending ? '▼' : '▲'}${sorts.length > 1 ? place + 1 : ''}` : '';
  if (mark && mark.textContent !== text) mark.textContent = text;
}
