/** Null and end marks of a page's columns are kept as numbers; a NULL's end has this bit set. */
const NULL_BIT = 0x8000_0000;
const HEADER_BYTES = 8;
const COLUMN_BYTES = 12;
const WIDE = /[\u0100-\uffff]/;

/**
 * Rows as bytes, column by column, so that a sort or a search decodes only the columns it looks at: `rowCount u32, columnCount u32`,
 * then per column `offset u32, bytes u32, wide u32`, then per column `rowCount` ends (u32, code units, highest bit = NULL) and the text:
 * Latin-1 where it fits, else UTF-16, because both decode whole and are cut by code units.
 */
export function encodePage(rows: readonly (readonly (string | null)[])[], columnCount: number): Buffer {
  const texts: { text: string; wide: boolean; bytes: number }[] = [];
  const ends = new Uint32Array(rows.length * columnCount);
  let size = HEADER_BYTES + columnCount * COLUMN_BYTES;
  for (let column = 0; column < columnCount; column++) {
    const parts: string[] = [];
    let end = 0;
    for (let row = 0; row < rows.length; row++) {
      const value = rows[row]?.[column] ?? null;
      if (value !== null) {
        parts.push(value);
        end += value.length;
      }
      ends[column * rows.length + row] = value === null ? (end | NULL_BIT) >>> 0 : end;
    }
    const text = parts.join('');
    const wide = WIDE.test(text);
    const bytes = wide ? 2 * text.length : text.length;
    texts.push({ text, wide, bytes });
    size += 4 * rows.length + bytes;
  }
  const page = Buffer.allocUnsafeSlow(size);
  page.writeUInt32LE(rows.length, 0);
  page.writeUInt32LE(columnCount, 4);
  let offset = HEADER_BYTES + columnCount * COLUMN_BYTES;
  texts.forEach(({ text, wide, bytes }, column) => {
    const entry = HEADER_BYTES + column * COLUMN_BYTES;
    page.writeUInt32LE(offset, entry);
    page.writeUInt32LE(bytes, entry + 4);
    page.writeUInt32LE(wide ? 1 : 0, entry + 8);
    for (let row = 0; row < rows.length; row++)
      page.writeUInt32LE(ends[column * rows.length + row] ?? 0, offset + 4 * row);
    offset += 4 * rows.length;
    page.write(text, offset, bytes, wide ? 'utf16le' : 'latin1');
    offset += bytes;
  });
  return page;
}

/** One column of a page, decoded. */
export interface PageColumn {
  /** All values one after the other; NULLs add nothing. */
  text: string;
  /** Has characters beyond Latin-1. */
  wide: boolean;
  isNull(row: number): boolean;
  start(row: number): number;
  end(row: number): number;
  value(row: number): string | null;
}

/** A page's rows. Columns are decoded when asked for and kept. */
export class Page {
  readonly rowCount: number;
  readonly columnCount: number;
  private readonly columns: (PageColumn | undefined)[] = [];

  constructor(private readonly bytes: Buffer) {
    this.rowCount = bytes.readUInt32LE(0);
    this.columnCount = bytes.readUInt32LE(4);
  }

  /** Of the bytes; decoded columns come on top, at most twice as much. */
  get size(): number {
    return this.bytes.length;
  }

  column(index: number): PageColumn {
    return (this.columns[index] ??= this.decode(index));
  }

  value(row: number, column: number): string | null {
    return this.column(column).value(row);
  }

  private decode(index: number): PageColumn {
    const { bytes, rowCount } = this;
    const entry = HEADER_BYTES + index * COLUMN_BYTES;
    const offset = bytes.readUInt32LE(entry);
    const length = bytes.readUInt32LE(entry + 4);
    const wide = bytes.readUInt32LE(entry + 8) === 1;
    const marks = new Uint32Array(rowCount);
    for (let row = 0; row < rowCount; row++) marks[row] = bytes.readUInt32LE(offset + 4 * row);
    const from = offset + 4 * rowCount;
    const text = bytes.toString(wide ? 'utf16le' : 'latin1', from, from + length);
    const isNull = (row: number) => (marks[row] ?? NULL_BIT) >= NULL_BIT;
    const end = (row: number) => (marks[row] ?? 0) & ~NULL_BIT;
    const start = (row: number) => (row === 0 ? 0 : end(row - 1));
    return {
      text,
      wide,
      isNull,
      start,
      end,
      value: row => (isNull(row) ? null : text.slice(start(row), end(row))),
    };
  }
}
