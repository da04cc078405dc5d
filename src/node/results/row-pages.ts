import { quotaReached } from '../../core/results/errors';
import { encodePage, headOf, Page, type ValueHead } from './page';
import { PageFile } from './page-file';

/** Rows and text of a page at most; a row that is larger has a page of its own. */
const PAGE_ROWS = 1024;
const PAGE_UNITS = 512 * 1024;
/** A page of more bytes holds large values: what is shown of them is read from the file each time, the rest stays there. */
const LARGE_PAGE_BYTES = 4 * PAGE_UNITS;
/** Bytes of pages kept decoded. */
const CACHE_BYTES = 24 * 1024 * 1024;

interface PageEntry {
  firstRow: number;
  rowCount: number;
  offset: number;
  bytes: number;
}

/** Code units of a row's values, and a little for each cell. */
function unitsOf(row: readonly (string | null)[]): number {
  let units = 4 * row.length;
  for (const value of row) if (value !== null) units += value.length;
  return units;
}

/** A result's rows in the order they came: full pages in a file, the last ones in memory until they make a page. */
export class RowPages {
  private readonly file: PageFile;
  private entries: PageEntry[] = [];
  private tail: (string | null)[][] = [];
  private tailUnits = 0;
  private paged = 0;
  private columnCount = 0;
  private readonly cache = new Map<number, Page>();
  private cachedBytes = 0;

  constructor(
    path: string,
    private readonly quotaBytes: number,
  ) {
    this.file = new PageFile(path);
  }

  get rowCount(): number {
    return this.paged + this.tail.length;
  }

  get pageCount(): number {
    return this.entries.length + (this.tail.length > 0 ? 1 : 0);
  }

  /** Empties the store. */
  reset(columnCount: number): void {
    this.columnCount = columnCount;
    this.entries = [];
    this.tail = [];
    this.tailUnits = 0;
    this.paged = 0;
    this.cache.clear();
    this.cachedBytes = 0;
    this.file.clear();
  }

  /** All of the rows or none: throws `RESULT_QUOTA` when they would grow the file beyond the quota; the rows before stay. */
  append(rows: readonly (string | null)[][]): void {
    const units = rows.map(unitsOf);
    const all = units.reduce((sum, each) => sum + each, 0);
    if (this.file.size + this.tailUnits + all > this.quotaBytes) throw quotaReached(this.quotaBytes, this.rowCount);
    rows.forEach((row, index) => {
      const size = units[index] ?? 0;
      if (this.tail.length > 0 && (this.tail.length >= PAGE_ROWS || this.tailUnits + size > PAGE_UNITS)) this.flush();
      this.tail.push(row);
      this.tailUnits += size;
    });
  }

  private flush(): void {
    const page = encodePage(this.tail, this.columnCount);
    this.entries.push({
      firstRow: this.paged,
      rowCount: this.tail.length,
      offset: this.file.append(page),
      bytes: page.length,
    });
    this.paged += this.tail.length;
    this.tail = [];
    this.tailUnits = 0;
  }

  /** The value at a row and a column. */
  value(row: number, column: number): string | null {
    if (row >= this.paged) return this.tail[row - this.paged]?.[column] ?? null;
    const index = this.pageOf(row);
    return this.page(index).value(row - this.firstRow(index), column);
  }

  /** The first `maxLength` code units of the value at a row and a column, and how many it has. */
  head(row: number, column: number, maxLength: number): ValueHead {
    if (row >= this.paged) return headOf(this.tail[row - this.paged]?.[column] ?? null, maxLength);
    const index = this.pageOf(row);
    const place = row - this.firstRow(index);
    const entry = this.entries[index];
    if (entry && entry.bytes > LARGE_PAGE_BYTES) return this.inFile(entry).head(place, column, maxLength);
    return headOf(this.page(index).value(place, column), maxLength);
  }

  firstRow(page: number): number {
    return this.entries[page]?.firstRow ?? this.paged;
  }

  /** Page by page for a scan, past the cache, so that a scan does not push out what is on screen. */
  scanPage(index: number): Page {
    const cached = this.cache.get(index);
    if (cached) return cached;
    const entry = this.entries[index];
    if (!entry) return Page.of(encodePage(this.tail, this.columnCount));
    return entry.bytes > LARGE_PAGE_BYTES ? this.inFile(entry) : Page.of(this.file.read(entry.offset, entry.bytes));
  }

  /** A page of which only what is asked for is read. */
  private inFile({ offset }: PageEntry): Page {
    return new Page((from, length) => this.file.read(offset + from, length));
  }

  private page(index: number): Page {
    const cached = this.cache.get(index);
    if (cached) {
      this.cache.delete(index);
      this.cache.set(index, cached);
      return cached;
    }
    const page = this.scanPage(index);
    this.cache.set(index, page);
    this.cachedBytes += this.bytesOf(index);
    for (const oldest of this.cache.keys()) {
      if (this.cachedBytes <= CACHE_BYTES || oldest === index) break;
      this.cache.delete(oldest);
      this.cachedBytes -= this.bytesOf(oldest);
    }
    return page;
  }

  private bytesOf(index: number): number {
    return this.entries[index]?.bytes ?? 0;
  }

  private pageOf(row: number): number {
    let low = 0;
    let high = this.entries.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.entries[middle]?.firstRow ?? Infinity) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  close(): void {
    this.cache.clear();
    this.file.close();
  }
}
