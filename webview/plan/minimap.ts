import type { PlanMetric, PlanView } from '../../src/protocol/plan-view';
import { svg } from '../shared/dom';
import type { Camera } from './camera';
import { heatPaths } from './shapes';

/** The whole plan small, with the part in sight; a press moves there. Decoration for the eye: the tree says it all. */
export class Minimap {
  private readonly levels = svg('g', {});
  private readonly frame = svg('rect', { class: 'minimap-frame' });
  readonly element = svg(
    'svg',
    { class: 'minimap', 'aria-hidden': 'true', focusable: 'false' },
    this.levels,
    this.frame,
  );

  constructor(private readonly camera: Camera) {
    const move = (event: PointerEvent): void => {
      const box = this.element.getBoundingClientRect();
      const view = this.element.viewBox.baseVal;
      const scale = Math.min(box.width / view.width, box.height / view.height);
      const x = (event.clientX - box.left - (box.width - view.width * scale) / 2) / scale;
      const y = (event.clientY - box.top - (box.height - view.height * scale) / 2) / scale;
      this.camera.centre(x, y);
    };
    this.element.addEventListener('pointerdown', event => {
      event.stopPropagation();
      this.element.setPointerCapture(event.pointerId);
      move(event);
    });
    this.element.addEventListener('pointermove', event => {
      if (this.element.hasPointerCapture(event.pointerId)) move(event);
    });
  }

  show(plan: PlanView, metric: PlanMetric): void {
    const { width, height } = plan.drawing;
    this.element.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.levels.replaceChildren(
      ...heatPaths(plan, metric).map((d, level) => svg('path', { d, class: `mini heat-${level}` })),
    );
  }

  /** Marks what is in sight; hides while that is everything. */
  mark(content: { width: number; height: number }): void {
    const { x, y, width, height } = this.camera.sight;
    const all = width >= content.width - 1 && height >= content.height - 1;
    this.element.classList.toggle('idle', all);
    for (const [name, value] of Object.entries({ x, y, width, height })) this.frame.setAttribute(name, String(value));
    this.frame.setAttribute('stroke-width', String(Math.max(content.width / 90, content.height / 70)));
  }
}
