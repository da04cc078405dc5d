import { svg } from '../shared/dom';

/** Something to draw: made anew only when its version changes. */
export interface KeyedItem {
  key: string;
  version: string;
  make: () => SVGElement;
}

/** A group whose elements stay as long as they are asked for: a pan draws only what comes into sight. */
export class KeyedLayer {
  readonly element = svg('g', {});
  private readonly drawn = new Map<string, { version: string; element: SVGElement }>();

  update(items: readonly KeyedItem[]): void {
    const wanted = new Set(items.map(({ key }) => key));
    for (const [key, { element }] of this.drawn) {
      if (wanted.has(key)) continue;
      element.remove();
      this.drawn.delete(key);
    }
    for (const { key, version, make } of items) {
      const old = this.drawn.get(key);
      if (old?.version === version) continue;
      const element = make();
      if (old) old.element.replaceWith(element);
      else this.element.append(element);
      this.drawn.set(key, { version, element });
    }
  }

  clear(): void {
    this.drawn.clear();
    this.element.replaceChildren();
  }
}
