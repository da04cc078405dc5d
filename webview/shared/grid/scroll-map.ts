/** Browsers cut elements at some 33 million device pixels; this stays below it at a zoom of 300 %. */
const MAX_SCROLL_PIXELS = 8_000_000;

/**
 * Between the place in a table of any height and the position of a scroll bar whose track is bounded. Up to the bound both are the
 * same; beyond it the scroll bar stands for the place in proportion, and small steps are the grid's, which moves the place itself.
 */
export class ScrollMap {
  private contentHeight = 0;
  private viewHeight = 0;

  constructor(private readonly maxPixels = MAX_SCROLL_PIXELS) {}

  set(contentHeight: number, viewHeight: number): void {
    this.contentHeight = contentHeight;
    this.viewHeight = viewHeight;
  }

  /** Height of the element that makes the scroll bar. */
  get trackHeight(): number {
    return Math.min(this.contentHeight, this.maxPixels);
  }

  get scaled(): boolean {
    return this.contentHeight > this.maxPixels;
  }

  /** The largest place: its view ends with the content. */
  get lastTop(): number {
    return Math.max(0, this.contentHeight - this.viewHeight);
  }

  private get lastScroll(): number {
    return Math.max(0, this.trackHeight - this.viewHeight);
  }

  toTop(scrollTop: number): number {
    if (!this.scaled) return this.clamp(scrollTop);
    return this.lastScroll === 0 ? 0 : this.clamp((scrollTop / this.lastScroll) * this.lastTop);
  }

  toScroll(top: number): number {
    if (!this.scaled) return this.clamp(top);
    return this.lastTop === 0 ? 0 : (this.clamp(top) / this.lastTop) * this.lastScroll;
  }

  clamp(top: number): number {
    return Math.min(Math.max(0, top), this.lastTop);
  }
}
