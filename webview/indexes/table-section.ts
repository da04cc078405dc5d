import type { IndexTableView, IndexView, TableName } from '../../src/protocol/indexes-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';

export interface TableActions {
  newIndex(table: TableName): void;
  drop(index: TableName & { index: string }): void;
  openSql(text: string): void;
  copy(text: string): void;
}

const STATES: Readonly<Record<IndexView['state'], string>> = {
  valid: 'valid',
  building: 'building',
  invalid: 'INVALID',
};

/** A table: its size class, how many of its indexes are used up, and each index with its columns. */
export function tableSection(table: IndexTableView, readOnly: boolean, actions: TableActions): HTMLElement {
  const { schema, table: name, size, sizeClass, indexes, used } = table;
  const title = `${schema}.${name}`;
  return h(
    'article',
    { class: 'table-card', 'aria-label': title },
    h(
      'div',
      { class: 'table-head' },
      h('h3', {}, title),
      h('span', { class: `chip size-${sizeClass}` }, sizeClass === 'unknown' ? size : `${sizeClass}, ${size}`),
      h('span', { class: 'muted' }, `${used} indexes`),
      !readOnly &&
        button({
          label: 'New Index',
          ariaLabel: `New index on ${title}`,
          onClick: () => actions.newIndex({ schema, table: name }),
        }).element,
    ),
    h(
      'div',
      scrollFrame('scroll', `Indexes of ${title}`),
      h(
        'table',
        { class: 'indexes' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...['Index', 'State', 'Key', 'INCLUDE', 'WHERE'].map(head => h('th', { scope: 'col' }, head)),
            h('th', { scope: 'col', 'aria-label': 'Actions' }),
          ),
        ),
        h('tbody', {}, ...indexes.map(index => indexRow(index, table, readOnly, actions))),
      ),
    ),
  );
}

function indexRow(
  index: IndexView,
  { schema, table }: TableName,
  readOnly: boolean,
  actions: TableActions,
): HTMLElement {
  const { name, state, unique, primary, keys, includes, predicate, constraint, redundantWith, sql } = index;
  const kinds = [
    primary ? 'PRIMARY KEY' : constraint !== undefined ? 'UNIQUE constraint' : unique ? 'UNIQUE' : '',
    index.nullsNotDistinct ? 'NULLS NOT DISTINCT' : '',
  ].filter(Boolean);
  const own = constraint === undefined && !primary;
  return h(
    'tr',
    { class: state, 'data-index': name },
    h(
      'th',
      { scope: 'row' },
      h('span', { class: 'name' }, name),
      ...kinds.map(kind => h('span', { class: 'chip' }, kind)),
      redundantWith !== undefined && h('span', { class: 'redundant' }, `redundant: ${redundantWith} serves the same`),
    ),
    h('td', {}, h('span', { class: `state ${state}` }, state === 'valid' ? icon('check') : '', STATES[state])),
    h('td', { class: 'code' }, keys.join(', ')),
    h('td', { class: 'code' }, primary ? 'all columns' : includes.join(', ')),
    h('td', { class: 'code' }, predicate ?? ''),
    h(
      'td',
      { class: 'row-actions' },
      own && iconButton('copy', `Copy the definition of ${name}`, () => actions.copy(sql)),
      own && !readOnly && iconButton('cross', `Drop ${name}`, () => actions.drop({ schema, table, index: name })),
    ),
  );
}

function iconButton(name: 'copy' | 'cross', label: string, onClick: () => void): HTMLElement {
  const element = h('button', { class: 'icon-button', type: 'button', 'aria-label': label, title: label }, icon(name));
  element.addEventListener('click', onClick);
  return element;
}
