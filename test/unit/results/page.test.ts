import fc from 'fast-check';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodePage, Page } from '../../../src/node/results/page';
import { RowPages } from '../../../src/node/results/row-pages';
import { anyCharacter } from '../../support/any-character';

const cell = fc.option(fc.oneof(fc.string({ unit: anyCharacter }), fc.constantFrom('', '\ud800', 'ÿ', 'Ā', '\u0000')));
const rows = fc
  .integer({ min: 1, max: 6 })
  .chain(width => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 30 }));

describe('pages of rows', () => {
  it('give back every value, whatever its characters', () => {
    fc.assert(
      fc.property(rows, given => {
        const width = given[0]?.length ?? 0;
        const page = new Page(encodePage(given, width));
        const read = given.map((row, index) => row.map((_value, column) => page.value(index, column)));
        assert.deepEqual(read, given);
      }),
    );
  });

  describe('in a file', () => {
    let folder: string;
    let pages: RowPages;
    const open = (quota: number) => (pages = new RowPages(path.join(folder, `${Math.random()}.rows`), quota));
    before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'row-pages-'))));
    afterEach(() => pages.close());
    after(() => fs.rmSync(folder, { recursive: true }));

    it('find every row again, on disk and not yet on disk, in any order', () => {
      open(1 << 30).reset(2);
      const value = (row: number, column: number) => (row % 17 === column ? null : `${row}/${column}`);
      for (let row = 0; row < 5_000; row += 10)
        pages.append(Array.from({ length: 10 }, (_, index) => [value(row + index, 0), value(row + index, 1)]));
      assert.equal(pages.rowCount, 5_000);
      assert.ok(pages.pageCount >= 5);
      for (let step = 0; step < 5_000; step++) {
        const row = (step * 1_237) % 5_000;
        assert.equal(pages.value(row, step % 2), value(row, step % 2));
      }
    });

    it('leave no name behind on POSIX, and nothing at all once closed', () => {
      open(1 << 20).reset(1);
      pages.append([['x']]);
      if (process.platform !== 'win32') assert.deepEqual(fs.readdirSync(folder), []);
      pages.close();
      assert.deepEqual(fs.readdirSync(folder), []);
    });

    it('end at the quota with every row before it', () => {
      open(200_000).reset(1);
      const batch = Array.from({ length: 100 }, () => ['y'.repeat(100)]);
      let stored = 0;
      assert.throws(
        () => {
          for (;;) {
            pages.append(batch);
            stored += batch.length;
          }
        },
        { code: 'RESULT_QUOTA' },
      );
      assert.ok(stored > 1_000 && stored < 2_000, String(stored));
      assert.equal(pages.rowCount, stored);
      assert.equal(pages.value(stored - 1, 0)?.length, 100);
    });

    it('begin again empty after a reset', () => {
      open(1 << 20).reset(1);
      pages.append(Array.from({ length: 3_000 }, () => ['old']));
      pages.reset(2);
      assert.equal(pages.rowCount, 0);
      pages.append([['new', null]]);
      assert.equal(pages.value(0, 0), 'new');
      assert.equal(pages.value(0, 1), null);
    });
  });
});
