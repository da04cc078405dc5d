/** Parts of a text replaced by others, and the way back: PostgreSQL counts in the text it got, clients in the one they sent. */

/** `text` in the place of what stood from `start` (inclusive) to `end` (exclusive). Offsets are UTF-16 units. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** The text with the replacements in it, which come in order and do not overlap. */
export function replaced(original: string, replacements: readonly Replacement[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text } of replacements) {
    result += original.slice(from, start) + text;
    from = end;
  }
  return result + original.slice(from);
}

/** Where an offset in the replaced text lies in the original; anywhere in what was put in: where that stands. */
export function originalOffset(offset: number, replacements: readonly Replacement[]): number {
  let longer = 0;
  for (const { start, end, text } of replacements) {
    const at = start + longer;
    if (offset < at) break;
    if (offset < at + text.length) return start;
    longer += text.length - (end - start);
  }
  return offset - longer;
}
