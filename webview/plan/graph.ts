import type { PlanMetric, PlanView } from '../../src/protocol/plan-view';
import { h, svg } from '../shared/dom';
import { Camera } from './camera';
import { graphKey } from './graph-keys';
import { graphPointer } from './graph-pointer';
import type { NodeNote } from './graph-node';
import { farScene, nearScene } from './graph-scene';
import { KeyedLayer } from './keyed-layer';
import { Minimap } from './minimap';
import { rectOf } from './shapes';

/** Smaller than this no text can be read: nodes are drawn as one shape for each heat level. */
const READABLE_SCALE = 0.32;
/** The scale at which a node is shown that was jumped to. */
const JUMP_SCALE = 0.6;
/** A plan that is in sight as a whole only below this begins at its top, as large as `BEGIN_SCALE`: figures of six pixels are not read. */
const SMALLEST_FIT = 0.7;
const BEGIN_SCALE = 0.8;

export interface GraphActions {
  select(node: number): void;
  open(node: number): void;
  /** The user moved or zoomed. */
  moved?(): void;
}

/** A second graph on the page needs ids and a name of its own. */
export interface GraphOptions {
  id?: string;
  label?: string;
}

/** The plan as a graph, rows flowing upwards. Only what is in sight is in the page, and far out only outlines. */
export class Graph {
  private readonly scene = svg('g', {});
  private readonly boxes = new KeyedLayer();
  private readonly edges = new KeyedLayer();
  private readonly nodes = new KeyedLayer();
  private readonly canvas = svg('svg', {
    class: 'canvas',
    role: 'tree',
    tabindex: 0,
  });
  private readonly camera = new Camera({ width: 1, height: 1 }, () => {
    this.schedule();
    if (!this.following) this.actions.moved?.();
  });
  private readonly minimap = new Minimap(this.camera);
  readonly element = h('div', { class: 'graph' }, this.canvas, this.zoomButtons(), this.minimap.element);
  private plan: PlanView | undefined;
  private metric: PlanMetric = 'time';
  private selected = 0;
  private hits: ReadonlySet<number> = new Set();
  private frame = 0;
  private fitted = false;
  private following = false;
  private notes: ReadonlyMap<number, NodeNote> = new Map();
  private readonly id: string;

  constructor(
    private readonly actions: GraphActions,
    { id = 'graph', label = 'Plan graph' }: GraphOptions = {},
  ) {
    this.id = id;
    this.canvas.setAttribute('aria-label', `${label}: arrow keys move, plus and minus zoom, 0 fits`);
    this.scene.append(this.boxes.element, this.edges.element, this.nodes.element);
    this.canvas.append(this.scene);
    graphPointer(this.canvas, this.camera, node => this.actions.select(node));
    this.canvas.addEventListener('keydown', event => {
      const node = this.plan?.nodes[this.selected];
      if (this.plan && node && graphKey(event, this.plan, node, this.camera, this.actions)) event.preventDefault();
    });
    new ResizeObserver(([entry]) => this.resize(entry!.contentRect)).observe(this.element);
  }

  /** A plan of the same text, known better by now, stays where the user looks at it; another is fitted. */
  show(plan: PlanView): void {
    if (plan === this.plan) return;
    const stays = this.fitted && plan.source.text === this.plan?.source.text;
    this.plan = plan;
    for (const layer of [this.boxes, this.edges, this.nodes]) layer.clear();
    this.camera.setContent(plan.drawing);
    this.minimap.show(plan, this.metric);
    this.fitted = stays;
    this.resize({ width: this.element.clientWidth, height: this.element.clientHeight });
    this.schedule();
  }

  setMetric(metric: PlanMetric): void {
    this.metric = metric;
    if (this.plan) this.minimap.show(this.plan, metric);
    this.schedule();
  }

  setHits(hits: ReadonlySet<number>): void {
    this.hits = hits;
    this.schedule();
  }

  /** Selects, and brings the node into sight. */
  select(id: number): void {
    this.selected = id;
    const node = this.plan?.nodes[id];
    if (node && this.plan && this.fitted)
      this.camera.show(rectOf(this.plan, node), Math.min(JUMP_SCALE, this.camera.scale * 8));
    this.schedule();
  }

  /** Said on nodes in place of their rows, by node; the same map for the same notes. */
  setNotes(notes: ReadonlyMap<number, NodeNote>): void {
    if (this.notes === notes) return;
    this.notes = notes;
    this.nodes.clear();
    this.schedule();
  }

  /** Selects without moving: nobody asked to go there, or the other graph of a pair leads. */
  mark(id: number): void {
    this.selected = id;
    this.schedule();
  }

  /** What is in sight, as where a node stands in it: another graph can show its own node at the same place. */
  lookAt(id: number): { left: number; top: number; scale: number } {
    const { x, y, scale } = this.camera;
    const node = this.plan?.nodes[id];
    return { left: ((node?.x ?? 0) - x) * scale, top: ((node?.y ?? 0) - y) * scale, scale };
  }

  /** Puts a node where `place` says. */
  follow(id: number, { left, top, scale }: { left: number; top: number; scale: number }): void {
    const node = this.plan?.nodes[id];
    if (!node) return;
    this.following = true;
    this.camera.set(node.x - left / scale, node.y - top / scale, scale);
    this.following = false;
  }

  focus(): void {
    this.canvas.focus();
  }

  private resize({ width, height }: { width: number; height: number }): void {
    if (width === 0 || height === 0) return;
    this.camera.width = width;
    this.camera.height = height;
    if (this.plan && (!this.fitted || this.camera.unmoved)) {
      const wanted = this.fitted && this.camera.wholeWanted;
      this.fitted = true;
      this.camera.fit({ wanted });
      // a large plan begins where it can be read: at its top
      if (!wanted && this.camera.scale < SMALLEST_FIT && this.plan.nodes.length < 400) this.startReadable();
    }
    this.schedule();
  }

  private startReadable(): void {
    const node = this.plan?.nodes[this.selected];
    if (node && this.plan) this.camera.begin(rectOf(this.plan, node), BEGIN_SCALE);
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { plan, camera } = this;
    if (!plan) return;
    const { x, y, scale } = camera;
    this.scene.setAttribute('transform', `scale(${scale}) translate(${-x} ${-y})`);
    this.minimap.mark(plan.drawing);
    const small = scale < READABLE_SCALE;
    this.canvas.classList.toggle('far', small);
    const { id, metric, selected, hits, notes } = this;
    const view = { id, plan, metric, selected, hits, notes };
    const { boxes, edges, nodes } = small ? farScene(view) : nearScene(view, camera.sight);
    this.boxes.update(boxes);
    this.edges.update(edges);
    this.nodes.update(nodes);
    this.canvas.setAttribute('aria-activedescendant', `${this.id}-${this.selected}`);
  }

  private zoomButtons(): HTMLElement {
    const control = (text: string, label: string, onClick: () => void) => {
      const element = h('button', { type: 'button', class: 'zoom', 'aria-label': label, title: label }, text);
      element.addEventListener('click', onClick);
      return element;
    };
    return h(
      'div',
      { class: 'zooms', role: 'group', 'aria-label': 'Zoom' },
      control('+', 'Zoom in', () => this.camera.zoom(1.25)),
      control('−', 'Zoom out', () => this.camera.zoom(0.8)),
      control('⤢', 'Fit the plan', () => this.camera.fit()),
    );
  }
}
