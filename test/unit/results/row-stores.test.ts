import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RowStore } from '../../../src/core/results/contract';
import type { SqlColumn, SqlValue } from '../../../src/core/sql/contract';
import type { Arrangement, FilterOperator } from '../../../src/protocol/results-view';
import { column } from '../../support/result-columns';
import { openTestStores } from '../../support/row-stores';

describe('row stores in their thread', () => {
  let opened: Awaited<ReturnType<typeof openTestStores>>;
  let folder: string;
  before(async () => {
    opened = await openTestStores();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'result-export-'));
  });
  after(async () => {
    await opened.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function store(columns: SqlColumn[], rows: SqlValue[][], quotaBytes = 1 << 30): Promise<RowStore> {
    const result = await opened.stores.open({ quotaBytes });
    await result.columns(columns);
    for (let from = 0; from < rows.length; from += 1_000) await result.append(rows.slice(from, from + 1_000));
    return result;
  }
  const all = async (result: RowStore, columns: number): Promise<SqlValue[][]> =>
    (await result.read({ firstRow: 0, rowCount: 100_000, firstColumn: 0, columnCount: columns, maxLength: 1_000 }))
      .rows;
  const sorted = (...sorts: [number, boolean][]): Arrangement => ({
    sorts: sorts.map(([index, descending]) => ({ column: index, descending })),
    filters: [],
  });
  const filtered = (index: number, operator: FilterOperator, value = ''): Arrangement => ({
    sorts: [],
    filters: [{ column: index, operator, value }],
  });

  it('sort by several columns by type, NULLs where PostgreSQL has them, and come back to the first order', async () => {
    const rows = [
      ['10', 'b'],
      ['9', 'a'],
      [null, 'a'],
      ['9', null],
      ['-1', 'c'],
    ];
    const result = await store([column('n', 'int8'), column('t', 'text')], rows);
    await result.arrange(sorted([0, false], [1, true]));
    assert.deepEqual(await all(result, 2), [
      ['-1', 'c'],
      ['9', null],
      ['9', 'a'],
      ['10', 'b'],
      [null, 'a'],
    ]);
    await result.arrange(sorted([0, true]));
    assert.deepEqual(
      (await all(result, 2)).map(([n]) => n),
      [null, '10', '9', '9', '-1'],
    );
    await result.arrange(sorted());
    assert.deepEqual(await all(result, 2), rows);
    await result.close();
  });

  it('filter by text and by value; NULL passes no comparison', async () => {
    const rows = [
      ['10.0', 'Zoë'],
      ['9', 'zoo'],
      [null, null],
      ['1e1', 'x'],
      ['NaN', ''],
    ];
    const result = await store([column('n', 'numeric'), column('t', 'text')], rows);
    const passing = async (arrangement: Arrangement) => {
      await result.arrange(arrangement);
      return (await all(result, 2)).map(([n]) => n);
    };
    assert.deepEqual(await passing(filtered(0, 'equals', '10')), ['10.0', '1e1']);
    assert.deepEqual(await passing(filtered(0, 'less', '10')), ['9']);
    assert.deepEqual(await passing(filtered(0, 'greater', '10')), ['NaN']);
    assert.deepEqual(await passing(filtered(0, 'not-equals', '9')), ['10.0', '1e1', 'NaN']);
    assert.deepEqual(await passing(filtered(1, 'contains', 'ZO')), ['10.0', '9']);
    assert.deepEqual(await passing(filtered(1, 'not-contains', 'z')), ['1e1', 'NaN']);
    assert.deepEqual(await passing(filtered(1, 'equals', '')), ['NaN']);
    assert.deepEqual(await passing(filtered(0, 'null')), [null]);
    assert.deepEqual((await passing(filtered(0, 'not-null'))).length, 4);
    await assert.rejects(result.arrange(filtered(0, 'less', 'ten')), { code: 'RESULT_FILTER_VALUE' });
    await result.close();
  });

  it('find cells in the order shown, forwards, backwards and around, not across cells', async () => {
    const rows = [
      ['ab', 'c'],
      ['xAb', null],
      ['b', 'aB'],
      ['Ā ab', 'ab ab'],
    ];
    const result = await store([column('a', 'text'), column('b', 'text')], rows);
    const find = async (text: string, row: number, at: number, backwards = false, matchCase = false) => {
      const answer = await result.find({ query: { text, matchCase }, from: { row, column: at }, backwards });
      return [answer.count, answer.hit?.row, answer.hit?.column, answer.hit?.ordinal];
    };
    assert.deepEqual(await find('ab', 0, 0), [5, 1, 0, 2]);
    assert.deepEqual(await find('ab', 3, 1), [5, 0, 0, 1]);
    assert.deepEqual(await find('ab', 0, 0, true), [5, 3, 1, 5]);
    assert.deepEqual(await find('ab', 2, 0, true), [5, 1, 0, 2]);
    assert.deepEqual(await find('AB', 0, 0, false, true), [0, undefined, undefined, undefined]);
    assert.deepEqual(await find('abc', 0, 0), [0, undefined, undefined, undefined]);
    assert.deepEqual(await find('bxa', 0, 0), [0, undefined, undefined, undefined]);
    await result.arrange({
      sorts: [{ column: 0, descending: true }],
      filters: [{ column: 0, operator: 'contains', value: 'ab' }],
    });
    assert.deepEqual(await find('ab', 0, 0), [4, 0, 1, 2]);
    await result.close();
  });

  it('cut long values in a window and give them whole one by one', async () => {
    const long = '😀'.repeat(1_000);
    const result = await store([column('t', 'text')], [[long], ['short']]);
    const window = await result.read({ firstRow: 0, rowCount: 5, firstColumn: 0, columnCount: 3, maxLength: 5 });
    assert.deepEqual(window.rows, [['😀😀'], ['short']]);
    assert.deepEqual(window.cut, [[0, 0, 2_000]]);
    assert.deepEqual(await result.cell(0, 0, 10_000), { value: long, length: 2_000 });
    assert.deepEqual(await result.cell(7, 0, 10_000), { value: null, length: 0 });
    await result.close();
  });

  it('copy the ranges of a selection as one table', async () => {
    const rows = Array.from({ length: 5 }, (_, row) => [`${row}a`, `${row}b`, `${row}c`]);
    const result = await store([column('a', 'text'), column('b', 'text'), column('c', 'text')], rows);
    const copy = (ranges: number[][], headers = false) =>
      result.copy({
        ranges: ranges.map(([firstRow = 0, lastRow = 0, firstColumn = 0, lastColumn = 0]) => ({
          firstRow,
          lastRow,
          firstColumn,
          lastColumn,
        })),
        format: 'tsv',
        headers,
        table: 't',
      });
    assert.deepEqual(await copy([[1, 2, 0, 1]]), { text: '1a\t1b\n2a\t2b', cells: 4 });
    assert.deepEqual(
      await copy(
        [
          [3, 3, 0, 0],
          [0, 1, 0, 0],
        ],
        true,
      ),
      { text: 'a\n0a\n1a\n3a', cells: 3 },
    );
    assert.deepEqual(
      await copy([
        [0, 1, 2, 2],
        [0, 1, 0, 0],
      ]),
      { text: '0a\t0c\n1a\t1c', cells: 4 },
    );
    assert.deepEqual(await copy([[4, 9, 2, 9]]), { text: '4c', cells: 1 });
    await assert.rejects(
      copy([
        [0, 0, 0, 0],
        [1, 1, 1, 1],
      ]),
      { code: 'RESULT_COPY_RANGES' },
    );
    await result.close();
  });

  it('answer short requests while a long job goes on, which can be stopped and says how far it is', async () => {
    const rows = Array.from({ length: 150_000 }, (_, row) => [String((row * 7_919) % 150_000), `text ${row % 1_000}`]);
    const result = await store([column('n', 'int8'), column('t', 'text')], rows);
    const progress: number[] = [];
    const events: string[] = [];
    const controller = new AbortController();
    const arranging = result
      .arrange(sorted([1, false], [0, true]), {
        signal: controller.signal,
        onProgress: fraction => {
          progress.push(fraction);
          controller.abort();
        },
      })
      .finally(() => events.push('arranged'));
    const window = await result.read({ firstRow: 149_999, rowCount: 1, firstColumn: 0, columnCount: 1, maxLength: 9 });
    events.push('read');
    assert.equal(window.rows.length, 1);
    await assert.rejects(arranging, { code: 'CANCELLED' });
    assert.deepEqual(events, ['read', 'arranged']);
    assert.ok(progress.length > 0 && progress.every(fraction => fraction >= 0 && fraction <= 1));
    const { rows: first } = await result.read({
      firstRow: 0,
      rowCount: 1,
      firstColumn: 0,
      columnCount: 2,
      maxLength: 9,
    });
    assert.deepEqual(first, [['0', 'text 0']]);
    await result.arrange(sorted([0, true]));
    const { rows: top } = await result.read({ firstRow: 0, rowCount: 1, firstColumn: 0, columnCount: 1, maxLength: 9 });
    assert.deepEqual(top, [['149999']]);
    await result.close();
  });

  it('export a file that is whole or not there', async () => {
    const rows = Array.from({ length: 30_000 }, (_, row) => [String(row), row % 2 === 0 ? null : `value ${row}`]);
    const result = await store([column('id', 'int8'), column('t', 'text')], rows);
    const file = path.join(folder, 'rows.ndjson');
    fs.writeFileSync(file, 'what was there before');
    const request = { file, format: 'ndjson', table: 't', guardFormulas: false, arranged: true } as const;
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(result.export(request, { signal: controller.signal }), { code: 'CANCELLED' });
    assert.equal(fs.readFileSync(file, 'utf8'), 'what was there before');
    await result.arrange(sorted([0, true]));
    assert.equal((await result.export(request)).rowCount, 30_000);
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      lines.slice(0, 2).map(line => JSON.parse(line) as unknown),
      [
        { id: 29_999, t: 'value 29999' },
        { id: 29_998, t: null },
      ],
    );
    assert.equal(lines.length, 30_000);
    assert.deepEqual(fs.readdirSync(folder), ['rows.ndjson']);
    const missing = path.join(folder, 'no', 'x.csv');
    await assert.rejects(result.export({ ...request, file: missing }), {
      code: 'RESULT_EXPORT',
      message: `${missing} cannot be written: ENOENT: no such file or directory.`,
      nextStep: 'Choose another folder.',
    });
    await result.close();
  });

  it('export a file with the permissions of the one it replaces, a new one with those the user gives files', async function () {
    if (process.platform === 'win32') return this.skip();
    const result = await store([column('id', 'int8')], [['1']]);
    const modeAfter = async (file: string): Promise<number> => {
      await result.export({ file, format: 'csv', table: 't', guardFormulas: false, arranged: false });
      return fs.statSync(file).mode & 0o777;
    };
    const [own, shared, usual, fresh] = ['own', 'shared', 'usual', 'fresh'].map(name => path.join(folder, name));
    fs.writeFileSync(own!, '');
    fs.chmodSync(own!, 0o600);
    fs.writeFileSync(shared!, '');
    fs.chmodSync(shared!, 0o666);
    fs.writeFileSync(usual!, '');
    assert.equal(await modeAfter(own!), 0o600);
    assert.equal(await modeAfter(shared!), 0o666);
    assert.equal(await modeAfter(fresh!), fs.statSync(usual!).mode & 0o777);
    await result.close();
  });

  it('refuse rows beyond the quota and requests of a closed store', async () => {
    const result = await store([column('t', 'text')], [['first']], 10_000);
    await assert.rejects(result.append([['x'.repeat(20_000)]]), { code: 'RESULT_QUOTA' });
    assert.deepEqual(await all(result, 1), [['first']]);
    await result.close();
    await result.close();
    await assert.rejects(all(result, 1), { code: 'RESULT_CLOSED' });
  });
});
