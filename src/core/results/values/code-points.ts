/**
 * Compares by code points, as PostgreSQL does under collation C; UTF-16 has the same order except that surrogates stand below U+E000.
 */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
}

const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

/** Six bytes of the text in UTF-8, from byte `skip` on, as a number: in the order of texts that are alike up to there. */
export function sixBytes(text: string, skip = 0): number {
  let value = 0;
  let byte = -skip;
  const take = (next: number) => {
    if (byte >= 0 && byte < 6) value = value * 256 + next;
    byte++;
  };
  for (let at = 0; at < text.length && byte < 6; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) take(unit);
    else {
      const point = text.codePointAt(at) ?? 0;
      if (point > 0xffff) at++;
      for (const each of utf8(point)) take(each);
    }
  }
  return value * 256 ** (6 - Math.max(0, Math.min(6, byte)));
}

function utf8(point: number): number[] {
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 63)];
  if (point < 0x1_0000) return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
}
