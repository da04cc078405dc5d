const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** One column a character, the usual case: letters of Latin, Greek and Cyrillic, punctuation, our own lines and marks. */
const NARROW = /^[\x20-\x7e\u00a0-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2500-\u257f]*$/;
/** Drawn in two columns, by Unicode's East Asian Width: these scripts and their punctuation, full-width forms, emoji. */
const WIDE =
  /^(?![\uff61-\uffdc])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;
const COMBINING_ONLY = /^[\p{Mark}\u200b-\u200d\ufe00-\ufe0f]+$/u;

function widthOfGrapheme(grapheme: string): number {
  if (WIDE.test(grapheme) || grapheme.includes('\ufe0f')) return 2;
  return COMBINING_ONLY.test(grapheme) ? 0 : 1;
}

/** Columns that a terminal draws a text in. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfGrapheme(segment);
  return width;
}

/** The text, cut to at most so many columns where it is longer, with an ellipsis as the last. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += widthOfGrapheme(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
