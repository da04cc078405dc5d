/** Reads CSV (RFC 4180) or TSV with quotes; a field of nothing at all is null, `""` is the empty string. */
export function parseDelimited(text: string, delimiter: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let at = 0;
  while (at < text.length) {
    let value: string | null = null;
    if (text[at] === '"') {
      let end = at + 1;
      value = '';
      for (; ; end++) {
        if (end >= text.length) throw new Error('a quote is not closed');
        if (text[end] !== '"') continue;
        if (text[end + 1] !== '"') break;
        end++;
      }
      value = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      let end = at;
      while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
      if (end > at) value = text.slice(at, end);
      at = end;
    }
    row.push(value);
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      throw new Error('the last line has no end');
    }
    if (text.startsWith('\r\n', at)) at += 2;
    else if (text[at] === '\n') at += 1;
    else throw new Error(`neither delimiter nor line end at ${at}`);
    rows.push(row);
    row = [];
  }
  return rows;
}
