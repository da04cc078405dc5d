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
  /** Where a row's value ends in `text`. */
  end(row: number): number;
  value(row: number): string | null;
}

/** Bytes of a page: `length` of them from `offset` on. */
export type ReadBytes = (offset: number, length: number) => Buffer;

/** Where a column lies in its page. */
interface ColumnPlace {
  /** Of the text; the marks stand before it. */
  from: number;
  bytes: number;
  wide: boolean;
  marks: Uint32Array;
}

/** A page's rows, wherever its bytes are. Columns are decoded when asked for and kept. */
export class Page {
  readonly rowCount: number;
  readonly columnCount: number;
  private readonly columns: (PageColumn | undefined)[] = [];

  constructor(private readonly read: ReadBytes) {
    const header = read(0, HEADER_BYTES);
    this.rowCount = header.readUInt32LE(0);
    this.columnCount = header.readUInt32LE(4);
  }

  /** One whose bytes are in memory. */
  static of(bytes: Buffer): Page {
    return new Page((offset, length) => bytes.subarray(offset, offset + length));
  }

  column(index: number): PageColumn {
    return (this.columns[index] ??= this.decode(index));
  }

  value(row: number, column: number): string | null {
    return this.column(column).value(row);
  }

  /** The first `maxLength` code units of a value, and how many it has; reads no more of the text than that. */
  head(row: number, column: number, maxLength: number): ValueHead {
    const { from, wide, marks } = this.place(column);
    if (isNullMark(marks[row])) return { value: null, length: 0 };
    const start = row === 0 ? 0 : endOf(marks[row - 1]);
    const length = endOf(marks[row]) - start;
    const unit = wide ? 2 : 1;
    const bytes = this.read(from + start * unit, Math.min(length, maxLength) * unit);
    const value = bytes.toString(wide ? 'utf16le' : 'latin1');
    return { value: length > maxLength ? wholeCharacters(value) : value, length };
  }

  private place(index: number): ColumnPlace {
    const { rowCount } = this;
    const entry = this.read(HEADER_BYTES + index * COLUMN_BYTES, COLUMN_BYTES);
    const offset = entry.readUInt32LE(0);
    const bytes = this.read(offset, 4 * rowCount);
    const marks = new Uint32Array(rowCount);
    for (let row = 0; row < rowCount; row++) marks[row] = bytes.readUInt32LE(4 * row);
    return { from: offset + 4 * rowCount, bytes: entry.readUInt32LE(4), wide: entry.readUInt32LE(8) === 1, marks };
  }

  private decode(index: number): PageColumn {
    const { from, bytes, wide, marks } = this.place(index);
    const text = this.read(from, bytes).toString(wide ? 'utf16le' : 'latin1');
    const end = (row: number) => endOf(marks[row]);
    const start = (row: number) => (row === 0 ? 0 : end(row - 1));
    return {
      text,
      wide,
      end,
      value: row => (isNullMark(marks[row]) ? null : text.slice(start(row), end(row))),
    };
  }
}

const isNullMark = (mark: number = NULL_BIT): boolean => mark >= NULL_BIT;
const endOf = (mark: number = 0): number => mark & ~NULL_BIT;

/** The beginning of a value, and how many code units all of it has. */
export interface ValueHead {
  value: string | null;
  length: number;
}

/** The first `maxLength` code units of a value, never half a surrogate pair. */
export function headOf(value: string | null, maxLength: number): ValueHead {
  if (value === null || value.length <= maxLength) return { value, length: value?.length ?? 0 };
  return { value: wholeCharacters(value.slice(0, maxLength)), length: value.length };
}

/** A text that was cut, without the half of a surrogate pair at its end. */
function wholeCharacters(cut: string): string {
  const unit = cut.charCodeAt(cut.length - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? cut.slice(0, -1) : cut;
}
