import type { PlanMetric, PlanNodeView } from '../../src/protocol/plan-view';
import { svg } from '../shared/dom';
import { levelOf, spokenName } from './heat';

/** What a comparison says on a node. */
export interface NodeNote {
  change: 'same' | 'figures' | 'replaced' | 'added' | 'removed';
  /** A few words, in place of the rows. */
  text: string;
  /** For those who hear it. */
  spoken: string;
}

export interface GraphNodeState {
  /** Begins the element's id. */
  id: string;
  note?: NodeNote | undefined;
  width: number;
  metric: PlanMetric;
  selected: boolean;
  found: boolean;
}

/** Characters that fit into a node's width. */
const TITLE_LENGTH = 29;
const OBJECT_LENGTH = 31;

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** One node of the graph: title, object, its metric as colour and number, rows, and a scan's filter layers. */
export function graphNode(
  node: PlanNodeView,
  { id, width, metric, selected, found, note }: GraphNodeState,
): SVGGElement {
  const heat = node.heat[metric];
  const level = levelOf(node, metric);
  const text = (x: number, y: number, className: string, content: string, end = false) =>
    svg('text', { x, y, class: className, 'text-anchor': end ? 'end' : undefined }, content);
  return svg(
    'g',
    {
      id: `${id}-${node.id}`,
      class: `node ${node.layer} heat-${level}${selected ? ' selected' : ''}${found ? ' found' : ''}${node.neverExecuted ? ' never' : ''}${note ? ` ${note.change}` : ''}`,
      transform: `translate(${node.x} ${node.y})`,
      role: 'treeitem',
      'data-node': node.id,
      'aria-level': node.level,
      'aria-posinset': node.position,
      'aria-setsize': node.siblings,
      'aria-selected': String(selected),
      'aria-expanded': node.children.length > 0 ? 'true' : undefined,
      'aria-label': [spokenName(node, metric), note?.spoken].filter(Boolean).join(', '),
    },
    svg('title', {}, [node.label, node.title, node.object].filter(part => part).join(' ')),
    svg('rect', { class: 'box', width, height: node.height, rx: node.layer === 'storage' ? 14 : 5 }),
    svg('rect', { class: 'strip', y: 8, width: 4 + level, height: node.height - 16 }),
    node.findings.length > 0 && svg('circle', { class: 'alarm', cx: width - 14, cy: 14, r: 8 }),
    node.findings.length > 0 && text(width - 14, 18, 'alarm-mark', '!'),
    text(
      16,
      20,
      'node-title',
      cut(node.label === undefined ? node.title : `${node.label}: ${node.title}`, TITLE_LENGTH),
    ),
    text(16, 37, 'node-object', cut(node.object ?? '', OBJECT_LENGTH)),
    text(16, 60, 'node-heat', heat?.text ?? ''),
    note
      ? text(width - 10, 60, 'node-note', note.text, true)
      : metric !== 'rows' && text(width - 10, 60, 'node-rows', rowsOf(node), true),
    ...layerBars(node, width),
  );
}

/** The three filter layers, best on top: how many of the rows read each one lets through. */
function layerBars({ layers }: PlanNodeView, width: number): (SVGElement | undefined)[] {
  if (!layers) return [];
  const most = Math.max(1, layers.read);
  const full = width - 134;
  return layers.layers.flatMap(({ name, predicate, rowsOut }, index) => {
    const y = 76 + index * 17;
    const share = Math.min(1, rowsOut / most);
    return [
      svg('text', { x: 16, y: y + 9, class: `layer-label${predicate === undefined ? ' unused' : ''}` }, name),
      svg('rect', { class: 'layer-track', x: 86, y, width: full, height: 10 }),
      svg('rect', {
        class: `layer-bar layer-${index}${predicate === undefined ? ' unused' : ''}`,
        x: 86,
        y,
        width: Math.max(1, full * share),
        height: 10,
      }),
      svg('text', { x: width - 8, y: y + 9, class: 'layer-count', 'text-anchor': 'end' }, short(rowsOut)),
    ];
  });
}

/** Few digits beside the metric; the table has all of them. */
function rowsOf({ neverExecuted, rows, rowsExpected }: PlanNodeView): string {
  if (neverExecuted) return 'never run';
  if (rows !== undefined) return `${short(rows)} ${rows === 1 ? 'row' : 'rows'}`;
  return rowsExpected === undefined ? '' : `${short(rowsExpected)} expected`;
}

const short = (value: number): string =>
  new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
