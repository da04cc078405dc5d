/** A rectangle of the drawing. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

const MIN_SCALE = 0.01;
const MAX_SCALE = 2.5;

/** What part of the drawing is in sight, and how large: `screen = (drawing - (x, y)) * scale`. */
export class Camera {
  x = 0;
  y = 0;
  scale = 1;
  /** Of the window, in pixels. */
  width = 1;
  height = 1;
  /** As `fit` or `begin` left it: nobody has moved or zoomed since. */
  unmoved = false;
  /** The user asked for everything, and has not moved or zoomed since. */
  wholeWanted = false;

  constructor(
    private content: { width: number; height: number },
    private readonly onMoved: () => void,
  ) {}

  get sight(): Rect {
    return { x: this.x, y: this.y, width: this.width / this.scale, height: this.height / this.scale };
  }

  setContent(content: { width: number; height: number }): void {
    this.content = content;
  }

  /** Looks at this place at this scale, whatever is there. */
  set(x: number, y: number, scale: number): void {
    this.x = x;
    this.y = y;
    this.scale = scale;
    this.moved();
  }

  pan(dx: number, dy: number): void {
    this.x += dx / this.scale;
    this.y += dy / this.scale;
    this.keepInside();
  }

  /** Zooms so that the point of the window stays where it is; its middle by default. */
  zoom(factor: number, atX = this.width / 2, atY = this.height / 2): void {
    const scale = Math.min(MAX_SCALE, Math.max(this.fitScale() * 0.5, MIN_SCALE, this.scale * factor));
    this.x += atX / this.scale - atX / scale;
    this.y += atY / this.scale - atY / scale;
    this.scale = scale;
    this.keepInside();
  }

  /** Everything in sight, never larger than life. `wanted`: the user asked for it, however small it gets. */
  fit({ wanted } = { wanted: true }): void {
    this.scale = Math.min(1, this.fitScale());
    this.x = (this.content.width - this.width / this.scale) / 2;
    this.y = Math.min(0, (this.content.height - this.height / this.scale) / 2);
    this.moved(true, wanted);
  }

  /** Where the whole could not be read: this rectangle in the middle, or higher where there would be nothing above it. */
  begin(rect: Rect, scale: number): void {
    const { x, y } = middle(rect);
    this.scale = scale;
    this.x = x - this.width / scale / 2;
    this.y = Math.max(y - this.height / scale / 2, 0);
    this.moved(true);
  }

  /** Moves as little as needed to have the rectangle in sight with some room around; enlarges what is too small to read. */
  show(rect: Rect, minScale = 0): void {
    if (this.scale < minScale) {
      this.scale = minScale;
      const { x, y } = middle(rect);
      this.centre(x, y);
      return;
    }
    const room = 24 / this.scale;
    const { width, height } = this.sight;
    if (rect.x - room < this.x) this.x = rect.x - room;
    else if (rect.x + rect.width + room > this.x + width) this.x = rect.x + rect.width + room - width;
    if (rect.y - room < this.y) this.y = rect.y - room;
    else if (rect.y + rect.height + room > this.y + height) this.y = rect.y + rect.height + room - height;
    this.moved();
  }

  centre(x: number, y: number): void {
    this.x = x - this.width / this.scale / 2;
    this.y = y - this.height / this.scale / 2;
    this.keepInside();
  }

  private moved(unmoved = false, wholeWanted = false): void {
    this.unmoved = unmoved;
    this.wholeWanted = wholeWanted;
    this.onMoved();
  }

  private fitScale(): number {
    return Math.min(this.width / Math.max(1, this.content.width), this.height / Math.max(1, this.content.height));
  }

  /** The middle of the window stays on the drawing. */
  private keepInside(): void {
    const { width, height } = this.sight;
    this.x = Math.min(Math.max(this.x, -width / 2), this.content.width - width / 2);
    this.y = Math.min(Math.max(this.y, -height / 2), this.content.height - height / 2);
    this.moved();
  }
}

const middle = ({ x, y, width, height }: Rect): { x: number; y: number } => ({ x: x + width / 2, y: y + height / 2 });

export const overlaps = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
