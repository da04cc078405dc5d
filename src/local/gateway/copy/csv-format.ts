import type { CopyFromClient } from '../../../core/dialect/copy';
import { badData, type CopyField } from './rows';

/** The end of the data, on a line of its own. */
const END = '\\.';

/** Lines of COPY's CSV format: quoted parts may hold delimiters and newlines; a quoted field is never NULL by itself. */
export function* csvLines(data: string, { delimiter, quote, escape }: CopyFromClient): Generator<CopyField[]> {
  let at = 0;
  while (at < data.length) {
    const start = at;
    const fields: CopyField[] = [];
    for (let ended = false; !ended;) {
      let value = '';
      let quoted = false;
      for (;;) {
        const sign = data[at];
        if (sign === quote) {
          quoted = true;
          at++;
          for (;;) {
            if (at >= data.length) throw badData('unterminated CSV quoted field');
            if (data[at] === escape && (data[at + 1] === quote || data[at + 1] === escape)) {
              value += data[at + 1];
              at += 2;
            } else if (data[at] === quote) break;
            else value += data[at++];
          }
          at++;
        } else if (sign === undefined || sign === delimiter || sign === '\n' || sign === '\r') break;
        else {
          value += sign;
          at++;
        }
      }
      fields.push({ value, plain: quoted ? undefined : value });
      const sign = data[at];
      if (sign === delimiter) at++;
      else {
        ended = true;
        at += sign === '\r' && data[at + 1] === '\n' ? 2 : 1;
      }
    }
    if (fields.length === 1 && fields[0]!.plain === END && data.startsWith(END, start)) return;
    yield fields;
  }
}
