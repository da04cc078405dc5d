import type { CopyFromClient } from '../../../core/dialect/copy';
import { Newlines, type CopyField, type CopyLine } from './field';

/** The end of the data, on a line of its own. */
const END = '\\.';

/** Lines of COPY's CSV format: quoted parts may hold delimiters and newlines; a quoted field is never NULL by itself. */
export function* csvLines(data: string, copy: CopyFromClient): Generator<CopyLine> {
  const newlines = new Newlines(true);
  let at = 0;
  while (at < data.length) {
    const start = at;
    const fields: CopyField[] = [];
    let end: number;
    let isOpen: boolean;
    do {
      const read = readField(data, at, copy);
      fields.push(read.field);
      ({ end, isOpen } = read);
      at = end + 1;
    } while (data[end] === copy.delimiter);
    if (fields.length === 1 && fields[0]!.plain === END && data.startsWith(END, start)) return;
    if (end < data.length) at = end + newlines.lengthAt(data, end);
    yield { fields, isOpen };
  }
}

/** The field that begins at `from`; it ends at a delimiter, at the line's end, or at the data's. */
function readField(
  data: string,
  from: number,
  copy: CopyFromClient,
): { field: CopyField; end: number; isOpen: boolean } {
  let value = '';
  let quoted = false;
  let isOpen = false;
  let end = from;
  for (;;) {
    const sign = data[end];
    if (sign === copy.quote) {
      quoted = true;
      const part = quotedPart(data, end, copy);
      value += part.text;
      ({ end, isOpen } = part);
    } else if (sign === undefined || sign === copy.delimiter || sign === '\n' || sign === '\r')
      return { field: { value, plain: quoted ? undefined : value }, end, isOpen };
    else {
      value += sign;
      end++;
    }
  }
}

/** What stands in the quotes that open at `from`, and where they are closed, or that they are not. */
function quotedPart(
  data: string,
  from: number,
  { quote, escape }: CopyFromClient,
): { text: string; end: number; isOpen: boolean } {
  let text = '';
  for (let at = from + 1; at < data.length;) {
    const escaped = data[at] === escape && (data[at + 1] === quote || data[at + 1] === escape);
    if (escaped) {
      text += data[at + 1];
      at += 2;
    } else if (data[at] === quote) return { text, end: at + 1, isOpen: false };
    else text += data[at++];
  }
  return { text, end: data.length, isOpen: true };
}
