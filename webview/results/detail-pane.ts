import type { ColumnView } from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { formatCount } from '../shared/format';
import { sizeText } from '../shared/grid/cell-text';
import { momentTitle } from '../shared/grid/moment-text';
import { icon } from '../shared/icons';
import { parseJson } from '../shared/json-model';
import { jsonTree } from '../shared/json-tree';
import { toolButton } from './tool-button';

export interface DetailValue {
  column: ColumnView;
  row: number;
  value: string | null;
  /** Of the whole value; it was cut when it is longer. */
  length: number;
}

/** One value, whole: a tree for JSON, lines of hex for bytes, wrapped text for the rest. */
export class DetailPane {
  private readonly title = h('strong', { class: 'detail-title' });
  private readonly facts = h('span', { class: 'detail-facts' });
  private readonly body = h('div', { class: 'detail-body', tabindex: 0, role: 'region', 'aria-label': 'Value' });
  readonly element: HTMLElement;
  private shown: DetailValue | undefined;

  constructor(copy: (text: string) => void, close: () => void) {
    this.element = h(
      'aside',
      { class: 'detail', hidden: true, 'aria-label': 'Details of the cell' },
      h(
        'header',
        {},
        this.title,
        this.facts,
        toolButton({ icon: icon('copy'), hint: 'Copy value', onClick: () => copy(this.shown?.value ?? '') }),
        toolButton({ icon: icon('cross'), hint: 'Close details (Escape)', onClick: close }),
      ),
      this.body,
    );
    this.element.addEventListener('keydown', event => event.key === 'Escape' && close());
  }

  show(detail: DetailValue | undefined): void {
    this.shown = detail;
    if (!detail) {
      this.title.textContent = this.facts.textContent = '';
      this.body.replaceChildren(h('p', { class: 'muted' }, 'Select a cell.'));
      return;
    }
    const { column, row, value, length } = detail;
    this.title.textContent = column.name;
    this.facts.textContent = `${column.typeName} · row ${formatCount(row + 1)}${sizeFact(detail)}`;
    this.body.replaceChildren(...valueNodes(column, value));
    if (value !== null && length > value.length)
      this.body.append(
        h('p', { class: 'muted' }, `The first ${formatCount(value.length)} of ${formatCount(length)} characters.`),
      );
  }
}

function sizeFact({ column, value, length }: DetailValue): string {
  if (value === null) return '';
  return column.kind === 'bytea'
    ? ` · ${sizeText((length - 2) / 2)}`
    : length > 20
      ? ` · ${formatCount(length)} characters`
      : '';
}

function valueNodes(column: ColumnView, value: string | null): Node[] {
  if (value === null) return [h('p', { class: 'null' }, 'NULL')];
  if (value === '') return [h('p', { class: 'muted' }, 'Empty string')];
  if (column.kind === 'json') {
    const node = parseJson(value);
    if (node) return [jsonTree(node)];
  }
  if (column.kind === 'bytea' && value.startsWith('\\x')) return [h('pre', { class: 'value hex' }, hexLines(value))];
  const mono = column.kind === 'text' ? '' : ' mono';
  const text = h('pre', { class: `value${mono}` }, value);
  const moment = column.kind === 'timestamptz' ? momentTitle(value) : undefined;
  return moment === undefined ? [text] : [text, h('p', { class: 'muted moment' }, moment)];
}

/** Offset, sixteen bytes and what they are in ASCII, as `hexdump -C` has it; at most 64 kB. */
export function hexLines(value: string): string {
  const hex = value.slice(2, 2 + 131_072);
  const lines: string[] = [];
  for (let at = 0; at < hex.length; at += 32) {
    const bytes = hex.slice(at, at + 32).match(/../g) ?? [];
    const ascii = bytes.map(byte => {
      const code = parseInt(byte, 16);
      return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
    });
    lines.push(`${(at / 2).toString(16).padStart(6, '0')}  ${bytes.join(' ').padEnd(47)}  ${ascii.join('')}`);
  }
  if (value.length - 2 > hex.length) lines.push('…');
  return lines.join('\n');
}
