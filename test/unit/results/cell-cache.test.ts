import assert from 'node:assert/strict';
import type { CellBlock } from '../../../src/protocol/results-view';
import { CellCache, type CellRequest } from '../../../webview/shared/grid/cell-cache';

/** One screen of rows, of a single column. */
const screen = (firstRow: number) => ({
  firstRow,
  lastRow: firstRow + 63,
  firstColumn: 0,
  lastColumn: 0,
  rowCount: 100_000,
});

describe('the cells that the grid has', () => {
  it('come after the rows were arranged anew, though requests for those of before filled every place', async () => {
    const asked: { request: CellRequest; answer: (block: CellBlock) => void }[] = [];
    const cache = new CellCache(
      request => new Promise(answer => asked.push({ request, answer })),
      () => undefined,
    );
    for (const row of [0, 640, 1_280]) cache.want(screen(row), 1);
    const before = asked.splice(0);
    cache.clear();
    cache.want(screen(64_000), 1);
    assert.equal(asked.length, 0, 'no place is free');
    const cells = { rows: [['old']], cut: [] };
    for (const { answer } of before) answer(cells);
    await new Promise(setImmediate);
    assert.deepEqual(
      asked.map(({ request }) => request.firstRow),
      [64_000, 64_064],
    );
    assert.equal(cache.get(0, 0), undefined);
  });
});
