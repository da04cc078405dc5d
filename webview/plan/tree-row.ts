import type { PlanMetric, PlanNodeView } from '../../src/protocol/plan-view';
import { h } from '../shared/dom';
import { heatWords, METRIC_NAMES } from './heat';

/** Height of a row in pixels; the style sheet has the same. */
export const ROW_HEIGHT = 26;

export interface Column {
  id: string;
  name: string;
  title: string;
  text: (node: PlanNodeView, metric: PlanMetric) => string;
}

/** The columns after the node's own. */
export const COLUMNS: readonly Column[] = [
  {
    id: 'heat',
    name: 'Heat',
    title: 'What the nodes are coloured by',
    text: (node, metric) => node.heat[metric]?.text ?? '',
  },
  { id: 'self', name: 'Self', title: 'Time of the node itself, all loops', text: node => node.cells.self },
  { id: 'total', name: 'Total', title: 'Time with everything below, all loops', text: node => node.cells.total },
  { id: 'rows', name: 'Rows', title: 'Rows returned, all loops', text: node => node.cells.rows },
  { id: 'expected', name: 'Expected', title: 'Rows expected, all loops', text: node => node.cells.expected },
  { id: 'loops', name: 'Loops', title: 'How often the node ran', text: node => node.cells.loops },
  { id: 'cost', name: 'Cost', title: "The planner's cost with everything below", text: node => node.cells.cost },
];

export interface RowState {
  index: number;
  open: boolean | undefined;
  selected: boolean;
  found: boolean;
  metric: PlanMetric;
}

/** One row of the tree table. Texts are text, whatever they hold. */
export function treeRow(node: PlanNodeView, state: RowState): HTMLElement {
  const { index, open, selected, found, metric } = state;
  const heat = node.heat[metric];
  const row = h(
    'div',
    {
      id: `row-${node.id}`,
      class: `row ${node.layer}${selected ? ' selected' : ''}${found ? ' found' : ''}`,
      role: 'row',
      'data-node': node.id,
      'aria-rowindex': index + 2,
      'aria-level': node.level,
      'aria-posinset': node.position,
      'aria-setsize': node.siblings,
      'aria-expanded': open === undefined ? undefined : String(open),
      'aria-selected': String(selected),
    },
    nodeCell(node, open),
    ...COLUMNS.map(column => {
      const cell = h('div', { class: `cell col-${column.id}`, role: 'gridcell' }, column.text(node, metric));
      if (column.id !== 'heat' || !heat) return cell;
      cell.classList.add(`heat-${heat.level}`);
      cell.setAttribute('aria-label', `${METRIC_NAMES[metric]}: ${heatWords(heat, metric)}`);
      return cell;
    }),
  );
  row.style.top = `${index * ROW_HEIGHT}px`;
  return row;
}

function nodeCell(node: PlanNodeView, open: boolean | undefined): HTMLElement {
  const cell = h(
    'div',
    { class: 'cell node', role: 'gridcell' },
    h('span', { class: 'twisty', 'aria-hidden': 'true' }, open === undefined ? '' : open ? '▾' : '▸'),
    node.findings.length > 0 &&
      h(
        'span',
        {
          class: 'badge',
          title: node.findings.length === 1 ? '1 finding' : `${node.findings.length} findings`,
          role: 'img',
          'aria-label': 'has findings',
        },
        '!',
      ),
    node.layer === 'storage' && h('span', { class: 'chip' }, 'storage'),
    node.label !== undefined && h('span', { class: 'label' }, node.label),
    h('span', { class: 'title' }, node.title),
    node.object !== undefined && h('span', { class: 'object' }, node.object),
  );
  // a plan nested hundreds deep keeps its names in sight
  cell.style.paddingLeft = `${6 + Math.min(node.level - 1, 24) * 14}px`;
  cell.title = [node.label, node.title, node.object].filter(part => part).join(' ');
  return cell;
}
