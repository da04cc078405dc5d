import { h } from '../dom';

/** The fonts of a grid: of its cells, of values set in the editor's font, of the names and of the types of columns. */
export type GridFont = 'cell' | 'cell mono' | 'column-head' | 'column-type';

/** Longer texts are cut anyway. */
const MOST_CHARACTERS = 200;

/**
 * Measures texts in the fonts of the grid's cells, in pixels. Which these are, and how large, is the user's setting, so no width of a
 * character can be taken for granted. Asks for the fonts once: make a new one where they may have changed.
 */
export class TextRuler {
  private readonly context = document.createElement('canvas').getContext('2d');
  private readonly fonts = new Map<GridFont, string>();
  private size: number | undefined;

  /** Of the text of cells, CSS pixels. */
  get fontSize(): number {
    return (this.size ??= probe('cell', ({ fontSize }) => Number.parseFloat(fontSize)));
  }

  width(text: string, font: GridFont): number {
    const { context } = this;
    if (!context) return 0;
    context.font = this.font(font);
    return context.measureText(text.slice(0, MOST_CHARACTERS)).width;
  }

  private font(name: GridFont): string {
    const known = this.fonts.get(name);
    if (known !== undefined) return known;
    const font = probe(
      name,
      ({ fontStyle, fontWeight, fontSize, fontFamily }) => `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`,
    );
    this.fonts.set(name, font);
    return font;
  }
}

/** What the style of a text in a grid says. */
function probe<T>(name: GridFont, read: (style: CSSStyleDeclaration) => T): T {
  const text = h('span', { class: name });
  const grid = h('div', { class: 'grid', hidden: true }, text);
  document.body.append(grid);
  const answer = read(getComputedStyle(text));
  grid.remove();
  return answer;
}
