import { escapeMarkup } from '../../base/markup';
import { counted } from '../../base/number-text';
import type { PlanMetric, PlanNodeView, PlanView } from '../../protocol/plan-view';

const HEAT = ['#e7edf3', '#ffe8a3', '#ffc466', '#f58a3c', '#d63a2f'];
const TITLE_LENGTH = 30;
const OBJECT_LENGTH = 36;

/** Text for XML: characters that XML has no place for are left out. */
const escaped = (text: string): string => escapeMarkup(text.replace(/[^\t\n\r\u0020-\ufffd]/g, ''));
const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** The graph as an SVG file of its own: no scripts, no links, colours that print. */
export function planSvg(view: PlanView, metric: PlanMetric): string {
  const { width, height, storage } = view.drawing;
  const boxes = storage.map(
    box =>
      `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="16" fill="#f0f6fd" stroke="#7da7d9" stroke-dasharray="6 4"/>`,
  );
  const edges = view.nodes.flatMap(node => {
    const parent = node.parent === undefined ? undefined : view.nodes[node.parent];
    return parent ? [edge(view, node, parent)] : [];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" fill="#1b1b1b">`,
    `<title>${escaped(view.source.name)}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...boxes,
    ...edges,
    ...view.nodes.map(node => nodeSvg(view, node, metric)),
    '</svg>',
    '',
  ].join('\n');
}

function edge({ drawing }: PlanView, child: PlanNodeView, parent: PlanNodeView): string {
  const half = drawing.nodeWidth / 2;
  const [x1, x2, y2] = [child.x + half, parent.x + half, parent.y + parent.height];
  const middle = (child.y + y2) / 2;
  return `<path d="M${x1} ${child.y}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}" fill="none" stroke="#8a8a8a" stroke-width="1.5"/>`;
}

function nodeSvg({ drawing }: PlanView, node: PlanNodeView, metric: PlanMetric): string {
  const heat = node.heat[metric];
  const text = (y: number, content: string, rest = 'font-size="12"'): string =>
    content === '' ? '' : `<text x="14" y="${y}" ${rest}>${escaped(content)}</text>`;
  const rows = node.cells.rows === '' ? node.cells.expected : node.cells.rows;
  const figures = [heat?.text, metric !== 'rows' && rows !== '' && `${rows} ${rows === '1' ? 'row' : 'rows'}`]
    .filter(part => part)
    .join(' · ');
  return [
    `<g transform="translate(${node.x} ${node.y})"><title>${escaped([node.label, node.title, node.object].filter(part => part).join(' '))}</title>`,
    `<rect width="${drawing.nodeWidth}" height="${node.height}" rx="${node.layer === 'storage' ? 14 : 5}" fill="${HEAT[heat?.level ?? 0]}" stroke="#555555"/>`,
    text(20, cut(node.title, TITLE_LENGTH), 'font-size="13" font-weight="bold"'),
    text(37, cut(node.object ?? '', OBJECT_LENGTH)),
    text(60, figures),
    ...(node.layers?.layers ?? []).map(({ name, rowsOut }, index) =>
      text(84 + 17 * index, `${name}: ${counted(rowsOut, 'row')}`, 'font-size="11"'),
    ),
    '</g>',
  ].join('');
}
