import fc from 'fast-check';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodePage, headOf, Page } from '../../../src/node/results/page';
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
        const page = Page.of(encodePage(given, width));
        const read = given.map((row, index) => row.map((_value, column) => page.value(index, column)));
        assert.deepEqual(read, given);
      }),
    );
  });

  it('give the beginning of a value, whole characters only, and read no more of it', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 8 }), (given, maxLength) => {
        const page = Page.of(encodePage(given, given[0]?.length ?? 0));
        for (const [row, cells] of given.entries())
          for (const [column, value] of cells.entries()) {
            const head = page.head(row, column, maxLength);
            assert.deepEqual(head, headOf(value, maxLength));
            assert.equal(head.length, value?.length ?? 0);
            assert.ok((value ?? '').startsWith(head.value ?? ''));
          }
      }),
    );
    const bytes = encodePage([['1', 'x'.repeat(5_000_000), '\u{1f600}'.repeat(1_000_000)]], 3);
    let read = 0;
    const page = new Page((offset, length) => {
      read += length;
      return bytes.subarray(offset, offset + length);
    });
    assert.deepEqual(page.head(0, 1, 100), { value: 'x'.repeat(100), length: 5_000_000 });
    assert.deepEqual(page.head(0, 2, 101), { value: '\u{1f600}'.repeat(50), length: 2_000_000 });
    assert.equal(page.value(0, 0), '1');
    assert.ok(read < 1_000, `${read} bytes`);
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

    it('find the beginnings of large values, on disk and not yet on disk, between small ones', () => {
      open(1 << 30).reset(2);
      const value = (row: number) => `${row} `.repeat(row % 3 === 0 ? 800_000 : 1);
      for (let row = 0; row < 9; row++) pages.append([[String(row), value(row)]]);
      for (let row = 8; row >= 0; row--) {
        const whole = value(row);
        assert.deepEqual(pages.head(row, 1, 20), { value: whole.slice(0, 20), length: whole.length });
        assert.deepEqual(pages.head(row, 0, 20), { value: String(row), length: 1 });
        assert.equal(pages.value(row, 1), whole);
        assert.equal(pages.scanPage(0).value(0, 1), value(0));
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
