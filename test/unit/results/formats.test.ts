import fc from 'fast-check';
import assert from 'node:assert/strict';
import { tableFormat, type FormatColumn, type FormatOptions } from '../../../src/core/results/formats/table';
import { insertTarget, sqlLiteral } from '../../../src/core/results/formats/insert';
import type { CopyFormat, ExportFormat } from '../../../src/protocol/results-view';
import { parseDelimited } from '../../support/delimited';
import { anyCharacter } from '../../support/any-character';

type Row = (string | null)[];

function write(
  format: CopyFormat | ExportFormat,
  columns: FormatColumn[],
  rows: Row[],
  options: Partial<FormatOptions> = {},
): string {
  const table = tableFormat(format, { columns, headers: true, table: 'accounts', guardFormulas: false, ...options });
  return table.begin() + rows.map(row => table.row(row)).join('') + table.end();
}

const text = (name: string): FormatColumn => ({ name, kind: 'text' });
const anyText = fc.string({ unit: anyCharacter, maxLength: 20 });
const awkward = fc.oneof(
  anyText,
  fc.constantFrom('"', '""', ',', '\n', '\r\n', '\t', ' ', '', "'", '\\', 'NULL', '=1+1'),
);
const table = fc.integer({ min: 1, max: 5 }).chain(width =>
  fc.record({
    names: fc.array(awkward, { minLength: width, maxLength: width }),
    rows: fc.array(fc.array(fc.option(awkward), { minLength: width, maxLength: width }), { maxLength: 8 }),
  }),
);

describe('result formats', () => {
  it('CSV reads back to the same names and values, NULL and the empty string told apart', () => {
    fc.assert(
      fc.property(table, ({ names, rows }) => {
        assert.deepEqual(parseDelimited(write('csv', names.map(text), rows), ','), [names, ...rows]);
      }),
    );
  });

  it('TSV reads back to the same names and values', () => {
    fc.assert(
      fc.property(table, ({ names, rows }) => {
        assert.deepEqual(parseDelimited(write('tsv', names.map(text), rows), '\t'), [names, ...rows]);
      }),
    );
  });

  it('JSON and NDJSON read back to the same values, also under names that occur twice', () => {
    fc.assert(
      fc.property(table, ({ names, rows }) => {
        const columns = names.map(text);
        const whole = JSON.parse(write('json', columns, rows)) as Record<string, string | null>[];
        const lines = write('ndjson', columns, rows).split('\n').slice(0, -1);
        assert.deepEqual(
          lines.map(line => JSON.parse(line) as unknown),
          whole,
        );
        assert.deepEqual(
          whole.map(object => Object.keys(object).length),
          rows.map(() => names.length),
        );
        for (const [index, object] of whole.entries())
          assert.deepEqual(new Set(Object.values(object)), new Set(rows[index]));
      }),
    );
  });

  it('writes JSON by type: exact numbers only, booleans, documents', () => {
    const columns: FormatColumn[] = [
      { name: 'a', kind: 'number' },
      { name: 'b', kind: 'integer' },
      { name: 'c', kind: 'boolean' },
      { name: 'd', kind: 'json' },
    ];
    assert.equal(
      write('ndjson', columns, [
        ['1.50', '9223372036854775807', 't', '{"x": [1,\n 2]}'],
        ['NaN', '9007199254740992', 'f', null],
      ]),
      '{"a":1.50,"b":"9223372036854775807","c":true,"d":{"x": [1,  2]}}\n{"a":"NaN","b":9007199254740992,"c":false,"d":null}\n',
    );
  });

  it('makes formulas harmless when asked to, but leaves numbers alone', () => {
    const columns: FormatColumn[] = [text('=cmd'), { name: 'n', kind: 'integer' }];
    const rows = [
      ['=1+1', '-5'],
      ['@x', '7'],
      ['\tx', null],
      ['plain', '-1'],
    ];
    assert.equal(
      write('csv', columns, rows, { guardFormulas: true }),
      "'=cmd,n\r\n'=1+1,-5\r\n'@x,7\r\n'\tx,\r\nplain,-1\r\n",
    );
    assert.match(write('csv', columns, rows), /^=cmd,n\r\n=1\+1,-5\r\n/);
  });

  it('splits INSERT into statements of at most 1,000 rows and a megabyte', () => {
    const rows = Array.from({ length: 2_500 }, (_, index) => [String(index)]);
    const statements = write('insert', [{ name: 'id', kind: 'integer' }], rows).split(';\n');
    assert.deepEqual(
      statements.map(statement => statement.match(/\(\d+\)/g)?.length ?? 0),
      [1_000, 1_000, 500, 0],
    );
    const large = Array.from({ length: 10 }, () => ['x'.repeat(300_000)]);
    for (const statement of write('insert', [text('t')], large).split(';\n')) assert.ok(statement.length < 1_300_000);
  });

  it('quotes identifiers and literals', () => {
    assert.match(
      write('insert', ['balance', 'Balance', 'order', 'a"b'].map(text), [['1', '2', '3', '4']]),
      /^INSERT INTO accounts \(balance, "Balance", "order", "a""b"\) VALUES/,
    );
    assert.equal(sqlLiteral("O'Hara\\", 'text'), "'O''Hara\\'");
    assert.equal(sqlLiteral('12.50', 'number'), '12.50');
    assert.equal(sqlLiteral('NaN', 'number'), "'NaN'");
    assert.equal(sqlLiteral('1); DROP TABLE accounts; --', 'number'), "'1); DROP TABLE accounts; --'");
    assert.deepEqual([sqlLiteral('t', 'boolean'), sqlLiteral('f', 'boolean')], ['true', 'false']);
    assert.equal(sqlLiteral(null, 'text'), 'NULL');
  });

  it('finds the one table that a statement reads', () => {
    assert.equal(insertTarget('SELECT * FROM bank.accounts WHERE id = 1'), 'bank.accounts');
    assert.equal(insertTarget('select id -- from x\nfrom "My Table" order by 1'), '"My Table"');
    assert.equal(insertTarget('SELECT 1'), 'table_name');
    assert.equal(insertTarget('SELECT * FROM a, b'), 'table_name');
    assert.equal(insertTarget('SELECT * FROM a JOIN b USING (id)'), 'table_name');
    assert.equal(insertTarget('SELECT * FROM a WHERE x UNION SELECT * FROM b'), 'table_name');
    assert.equal(insertTarget('SELECT * FROM "s" . "t";'), '"s"."t"');
    assert.equal(insertTarget('SELECT a IS DISTINCT FROM b FROM t'), 't');
  });

  it('reads no table in texts, quoted names and parentheses of a statement', () => {
    for (const [sql, table] of [
      ["SELECT 'copied from b where' AS note FROM a", 'a'],
      ["SELECT $$ from b where $$ FROM a WHERE note = 'from b'", 'a'],
      ['SELECT "from b where" FROM a', 'a'],
      ['SELECT extract(year FROM made), (SELECT count(*) FROM b WHERE b.id = a.id) FROM a ORDER BY 1', 'a'],
      ["SELECT 'rows come from b where they lie'", 'table_name'],
    ] as const)
      assert.equal(insertTarget(sql), table, sql);
  });

  it('escapes what Markdown and HTML would take for markup', () => {
    assert.equal(
      write(
        'markdown',
        [text('a|b'), { name: 'n', kind: 'number' }],
        [
          ['<b>*x*</b>\nnew', '1'],
          [null, '2'],
        ],
      ),
      '| a\\|b | n |\n| --- | ---: |\n| &lt;b&gt;\\*x\\*&lt;/b&gt;<br>new | 1 |\n| NULL | 2 |\n',
    );
  });
});
