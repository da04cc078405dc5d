import type { CellBlock } from '../../../src/protocol/results-view';

const BLOCK_ROWS = 64;
const BLOCK_COLUMNS = 16;
/** Blocks kept: some 400,000 cells. */
const MAX_BLOCKS = 400;
/** Requests under way at once; during a fling only the newest wait. */
const MAX_REQUESTS = 4;

/** A cell as the grid draws it; `length` is the whole value's where the text was cut. */
export interface Cell {
  value: string | null;
  length?: number;
}

export interface CellRequest {
  firstRow: number;
  rowCount: number;
  firstColumn: number;
  columnCount: number;
}

export interface WantedCells {
  firstRow: number;
  lastRow: number;
  firstColumn: number;
  lastColumn: number;
  /** Of the whole table. */
  rowCount: number;
}

interface Block {
  rows: Cell[][];
}

/** The cells that the grid has, by blocks, and the requests for those it needs. */
export class CellCache {
  private blocks = new Map<string, Block>();
  private readonly underWay = new Set<string>();
  private wanted: CellRequest[] = [];
  private requests = 0;
  private epoch = 0;

  constructor(
    private readonly fetch: (request: CellRequest) => Promise<CellBlock>,
    private readonly arrived: () => void,
  ) {}

  /** Rows mean other rows now. */
  clear(): void {
    this.epoch++;
    this.blocks.clear();
    this.underWay.clear();
    this.wanted = [];
  }

  /** Undefined while it is not here. */
  get(row: number, column: number): Cell | undefined {
    const block = this.blocks.get(keyOf(Math.floor(row / BLOCK_ROWS), Math.floor(column / BLOCK_COLUMNS)));
    return block?.rows[row % BLOCK_ROWS]?.[column % BLOCK_COLUMNS];
  }

  /**
   * Asks for what is missing of the cells in view, then for a screen's rows `ahead` (below: 1, above: -1), so that they are here when they
   * come into view. What was wanted before and is not under way is dropped.
   */
  want(view: WantedCells, ahead: 1 | -1): void {
    this.wanted = [];
    this.add(view);
    const height = Math.max(BLOCK_ROWS, view.lastRow - view.firstRow + 1);
    const firstRow = Math.max(0, view.firstRow + ahead * height);
    const lastRow = Math.min(view.rowCount - 1, view.lastRow + ahead * height);
    this.add({ ...view, firstRow, lastRow });
    this.pump();
  }

  private add({ firstRow, lastRow, firstColumn, lastColumn, rowCount }: WantedCells): void {
    const columnStart = Math.floor(firstColumn / BLOCK_COLUMNS) * BLOCK_COLUMNS;
    const columnEnd = (Math.floor(lastColumn / BLOCK_COLUMNS) + 1) * BLOCK_COLUMNS;
    for (let block = Math.floor(firstRow / BLOCK_ROWS); block * BLOCK_ROWS <= lastRow; block++) {
      const first = block * BLOCK_ROWS;
      const rows = Math.min(BLOCK_ROWS, rowCount - first);
      const missing: number[] = [];
      for (let column = columnStart; column < columnEnd; column += BLOCK_COLUMNS) {
        const key = keyOf(block, column / BLOCK_COLUMNS);
        const have = this.blocks.get(key);
        if (have) this.touch(key, have);
        if ((have?.rows.length ?? 0) < rows && !this.underWay.has(key)) missing.push(column);
      }
      const [start] = missing;
      const end = missing.at(-1);
      if (rows > 0 && start !== undefined && end !== undefined)
        this.wanted.push({
          firstRow: first,
          rowCount: rows,
          firstColumn: start,
          columnCount: end + BLOCK_COLUMNS - start,
        });
    }
  }

  private pump(): void {
    while (this.requests < MAX_REQUESTS && this.wanted.length > 0) {
      const request = this.wanted.shift();
      if (request) void this.request(request);
    }
  }

  private async request(request: CellRequest): Promise<void> {
    const { epoch } = this;
    const keys = columnsOf(request).map(column => keyOf(request.firstRow / BLOCK_ROWS, column / BLOCK_COLUMNS));
    for (const key of keys) this.underWay.add(key);
    this.requests++;
    try {
      const answer = await this.fetch(request);
      if (epoch === this.epoch) this.keep(request, answer);
    } catch {
      // the result is closed or was arranged anew: the next state tells
    }
    this.requests--;
    const isCurrent = epoch === this.epoch;
    if (isCurrent) for (const key of keys) this.underWay.delete(key);
    // also after one that came too late: what is wanted now may have waited for its place
    this.pump();
    if (isCurrent) this.arrived();
  }

  private keep(request: CellRequest, { rows, cut }: CellBlock): void {
    const lengths = new Map(cut.map(([row, column, length]) => [row * 4096 + column, length]));
    for (const column of columnsOf(request)) {
      const from = column - request.firstColumn;
      const block: Block = {
        rows: rows.map((row, rowIndex) =>
          row.slice(from, from + BLOCK_COLUMNS).map((value, index) => {
            const length = lengths.get(rowIndex * 4096 + from + index);
            return length === undefined ? { value } : { value, length };
          }),
        ),
      };
      this.touch(keyOf(request.firstRow / BLOCK_ROWS, column / BLOCK_COLUMNS), block);
    }
    for (const key of this.blocks.keys()) {
      if (this.blocks.size <= MAX_BLOCKS) break;
      this.blocks.delete(key);
    }
  }

  /** The newest are last. */
  private touch(key: string, block: Block): void {
    this.blocks.delete(key);
    this.blocks.set(key, block);
  }
}

const keyOf = (rowBlock: number, columnBlock: number): string => `${rowBlock}:${columnBlock}`;

function columnsOf(request: CellRequest): number[] {
  const columns: number[] = [];
  for (let column = 0; column < request.columnCount; column += BLOCK_COLUMNS)
    columns.push(request.firstColumn + column);
  return columns;
}
