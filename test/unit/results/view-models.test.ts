import fc from 'fast-check';
import assert from 'node:assert/strict';
import { oneLine, sizeText } from '../../../webview/shared/grid/cell-text';
import { ColumnLayout } from '../../../webview/shared/grid/column-layout';
import { gridIntent } from '../../../webview/shared/grid/grid-keys';
import { retriedText } from '../../../webview/shared/format';
import { ageText, parseMoment } from '../../../webview/shared/grid/moment-text';
import { ScrollMap } from '../../../webview/shared/grid/scroll-map';
import { GridSelection } from '../../../webview/shared/grid/selection';
import { hexLines } from '../../../webview/results/detail-pane';
import { filterText, parseFilter } from '../../../webview/results/filter-text';
import { runNews } from '../../../webview/results/run-news';
import type { ResultsState } from '../../../src/protocol/results-view';
import { parseJson, type JsonNode } from '../../../webview/shared/json-model';

describe('models of the results view', () => {
  it('maps a scroll bar of bounded length to a table of any height, both ends exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24_000_000 }),
        fc.integer({ min: 10, max: 2_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (height, view, share) => {
          const map = new ScrollMap(100_000);
          map.set(height, view);
          assert.ok(map.trackHeight <= 100_000);
          const top = share * map.lastTop;
          assert.ok(Math.abs(map.toTop(map.toScroll(top)) - top) < 0.01);
          assert.equal(map.toTop(map.trackHeight), map.lastTop);
          assert.equal(map.toTop(0), 0);
        },
      ),
    );
  });

  it('finds the columns of a view', () => {
    const layout = new ColumnLayout([100, 50, 200, 40]);
    assert.equal(layout.totalWidth, 390);
    assert.deepEqual(layout.range(0, 100), { first: 0, last: 0 });
    assert.deepEqual(layout.range(100, 51), { first: 1, last: 2 });
    assert.deepEqual(layout.range(380, 500), { first: 3, last: 3 });
    layout.resize(1, 10);
    assert.equal(layout.width(1), 40);
    assert.equal(layout.left(2), 140);
    assert.deepEqual(new ColumnLayout([]).range(0, 100), { first: 0, last: -1 });
  });

  it('selects cells, ranges, rows and columns, and stays inside', () => {
    const selection = new GridSelection();
    selection.resize(10, 4);
    selection.select({ row: 2, column: 1 });
    selection.extend({ row: 4, column: 99 });
    assert.deepEqual(selection.all, [{ firstRow: 2, lastRow: 4, firstColumn: 1, lastColumn: 3 }]);
    assert.equal(selection.cellCount, 9);
    selection.extend({ row: 0, column: 0 });
    assert.deepEqual(selection.all, [{ firstRow: 0, lastRow: 2, firstColumn: 0, lastColumn: 1 }]);
    selection.selectRows(5, 6, true);
    assert.ok(selection.has(5, 3) && selection.has(1, 1) && !selection.has(3, 1));
    selection.selectColumns(2, 2);
    assert.equal(selection.cellCount, 10);
    selection.selectAll();
    assert.equal(selection.cellCount, 40);
    selection.resize(20, 4);
    assert.equal(selection.cellCount, 40);
    selection.resize(3, 4);
    assert.equal(selection.cellCount, 0);
    assert.equal(selection.active, undefined);
  });

  it('reads keys by the pattern of ARIA grids', () => {
    const extent = { rowCount: 1_000_000, columnCount: 5, pageRows: 30 };
    const move = (key: string, ctrl = false, shift = false) => {
      const intent = gridIntent({ key, ctrl, shift, alt: false }, { row: 100, column: 2 }, extent);
      return intent?.type === 'move' ? [intent.to.row, intent.to.column, intent.extend] : intent?.type;
    };
    assert.deepEqual(move('ArrowDown'), [101, 2, false]);
    assert.deepEqual(move('ArrowUp', true, true), [0, 2, true]);
    assert.deepEqual(move('End', true), [999_999, 4, false]);
    assert.deepEqual(move('Home'), [100, 0, false]);
    assert.deepEqual(move('PageUp', false, true), [70, 2, true]);
    assert.equal(move('a', true), 'select-all');
    assert.equal(move('C', true), 'copy');
    assert.equal(move(' ', false, true), 'select-row');
    assert.equal(move(' ', true), 'select-column');
    assert.equal(move('Enter'), 'open');
    assert.equal(move('Enter', true), 'sort');
    assert.equal(move('x'), undefined);
  });

  it('says one row as one', () => {
    const state = (status: 'running' | 'done', rowsFetched: number): ResultsState =>
      ({ run: 1, statements: [{ index: 0, status, rowsFetched, columns: [{}] }] }) as unknown as ResultsState;
    const news = (rows: number) => runNews(state('running', 0), state('done', rows));
    assert.deepEqual([0, 1, 2_000].map(news), [
      'Statement 1 is done: 0 rows.',
      'Statement 1 is done: 1 row.',
      'Statement 1 is done: 2,000 rows.',
    ]);
    assert.equal(retriedText(1, 2), '1 call, at most 2 each');
    assert.equal(retriedText(0, 0), 'no call was made again');
  });

  it('reads filters as they are typed', () => {
    const read = (text: string) => {
      const filter = parseFilter(0, text);
      return filter && [filter.operator, filter.value];
    };
    assert.deepEqual(read('abc'), ['contains', 'abc']);
    assert.deepEqual(read('!abc'), ['not-contains', 'abc']);
    assert.deepEqual(read('>= 10'), ['at-least', '10']);
    assert.deepEqual(read('<>1'), ['not-equals', '1']);
    assert.deepEqual(read('='), ['equals', '']);
    assert.deepEqual(read('NULL'), ['null', '']);
    assert.deepEqual(read('!null'), ['not-null', '']);
    assert.equal(read('  '), undefined);
    assert.equal(read('>'), undefined);
    assert.deepEqual(read("= ' it''s '"), ['equals', " it's "]);
    assert.deepEqual(read("<> ''"), ['not-equals', '']);
    assert.deepEqual(read("='open"), ['equals', "'open"]);
  });

  it('writes a value as a filter that is read as this value', () => {
    const hold = (value: string | null, out: boolean, operator: string) =>
      assert.deepEqual(parseFilter(3, filterText(value, out)), { column: 3, operator, value: value ?? '' });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", ' ', '=', '!', '\n', 'a', '😀') }), value => {
        hold(value, false, 'equals');
        hold(value, true, 'not-equals');
      }),
    );
    hold('null', false, 'equals');
    hold(null, false, 'null');
    hold(null, true, 'not-null');
    assert.equal(filterText('owner 7', false), '= owner 7');
  });

  it('reads JSON without losing digits, order or repeated keys', () => {
    const print = (node: JsonNode): string => {
      if (node.type === 'object')
        return `{${node.entries.map(([key, value]) => `${JSON.stringify(key)}:${print(value)}`).join(',')}}`;
      if (node.type === 'array') return `[${node.items.map(print).join(',')}]`;
      return node.type === 'string' ? JSON.stringify(node.value) : node.text;
    };
    fc.assert(
      fc.property(fc.json(), text => {
        const node = parseJson(text);
        assert.ok(node);
        assert.deepEqual(JSON.parse(print(node)), JSON.parse(text));
      }),
    );
    const exact = '{"a":12345678901234567890.10,"a":1,"__proto__":null}';
    assert.equal(print(parseJson(exact) ?? { type: 'literal', text: '' }), exact);
    for (const broken of ['', '{', '[1,]', '{"a"}', '1 2', "{'a':1}", '[1', '"x', '01'])
      assert.equal(parseJson(broken), undefined, broken);
    assert.equal(parseJson('['.repeat(10_000) + ']'.repeat(10_000)), undefined);
  });

  it('shows control characters, sizes, bytes and ages', () => {
    assert.equal(oneLine('a\tb\r\nc\u0000\u001b'), 'a⇥b↵c␀␛');
    assert.deepEqual([999, 1_500, 2_000_000].map(sizeText), ['999 B', '1.5 kB', '2.0 MB']);
    assert.equal(hexLines('\\x48690a'), `000000  ${'48 69 0a'.padEnd(47)}  Hi.`);
    const now = Date.parse('2026-11-21T12:00:00Z');
    assert.equal(ageText(new Date(now - 3 * 86_400_000), now, 'en'), '3 days ago');
    assert.equal(ageText(new Date(now + 2 * 3_600_000), now, 'en'), 'in 2 hours');
    assert.equal(parseMoment('2026-11-21 12:00:00.123456+05:30')?.toISOString(), '2026-11-21T06:30:00.123Z');
    assert.equal(parseMoment('infinity'), undefined);
  });
});
