import { counted } from '../../src/base/number-text';
import type { PlanMetric, PlanView } from '../../src/protocol/plan-view';
import { edgePath } from './shapes';
import { levelOf } from './heat';

/** Larger pictures are not made by every browser; larger plans come out smaller. */
const MAX_PIXELS = 12_000;
const SCALE = 2;
const HEAT = ['#e7edf3', '#ffe8a3', '#ffc466', '#f58a3c', '#d63a2f'];

/** The drawing as a PNG in base64, on white, whatever the theme is. Drawn directly: the page's policy allows no pictures. */
export async function planPng(plan: PlanView, metric: PlanMetric): Promise<string> {
  const { width, height, storage, nodeWidth } = plan.drawing;
  const scale = Math.min(SCALE, MAX_PIXELS / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser cannot draw pictures');
  context.scale(scale, scale);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.strokeStyle = '#7da7d9';
  context.fillStyle = '#f0f6fd';
  for (const box of storage) {
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, 16);
    context.fill();
    context.stroke();
  }
  context.strokeStyle = '#8a8a8a';
  for (const node of plan.nodes) {
    const parent = node.parent === undefined ? undefined : plan.nodes[node.parent];
    if (parent) context.stroke(new Path2D(edgePath(plan, node, parent)));
  }
  for (const node of plan.nodes) {
    context.beginPath();
    context.roundRect(node.x, node.y, nodeWidth, node.height, node.layer === 'storage' ? 14 : 5);
    context.fillStyle = HEAT[levelOf(node, metric)] ?? '#ffffff';
    context.fill();
    context.strokeStyle = '#555555';
    context.stroke();
    context.fillStyle = '#1b1b1b';
    const line = (text: string, y: number, font: string) => {
      context.font = font;
      context.fillText(text, node.x + 12, node.y + y, nodeWidth - 20);
    };
    line(node.title, 20, 'bold 13px sans-serif');
    line(node.object ?? '', 37, '12px sans-serif');
    const rows = node.cells.rows === '' ? node.cells.expected : node.cells.rows;
    line(
      [node.heat[metric]?.text, metric !== 'rows' && rows && `${rows} ${rows === '1' ? 'row' : 'rows'}`]
        .filter(part => part)
        .join(' · '),
      60,
      '12px sans-serif',
    );
    node.layers?.layers.forEach(({ name, rowsOut }, index) =>
      line(`${name}: ${counted(rowsOut, 'row')}`, 84 + 17 * index, '11px sans-serif'),
    );
  }
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8_192) binary += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  return btoa(binary);
}
