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

  width(text: string, font: GridFont): number {
    const { context } = this;
    if (!context) return 0;
    context.font = this.font(font);
    return context.measureText(text.slice(0, MOST_CHARACTERS)).width;
  }

  private font(name: GridFont): string {
    const known = this.fonts.get(name);
    if (known !== undefined) return known;
    const probe = h('span', { class: name });
    const grid = h('div', { class: 'grid', hidden: true }, probe);
    document.body.append(grid);
    const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(probe);
    grid.remove();
    const font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    this.fonts.set(name, font);
    return font;
  }
}
