import assert from 'node:assert/strict';
import type pg from 'pg';
import { tableFormat } from '../../../src/core/results/formats/table';
import { valueKind } from '../../../src/core/results/value-kind';
import type { LocalCluster } from '../../../src/local/cluster';
import { connect, startTestCluster } from '../../support/cluster';
import { openTestStores } from '../../support/row-stores';

/** Values of every kind that are hard on somebody. Text columns of the service compare by code points. */
const VALUES: Readonly<Record<string, (string | null)[]>> = {
  n: [
    '0',
    '-1',
    '10',
    '9.99',
    '1e3',
    '123456789012345678901234567890.5',
    '123456789012345678901234567890.4',
    'NaN',
    null,
    '-0.0001',
  ],
  i: ['9223372036854775807', '9223372036854775806', '-9223372036854775808', '0', '7', null, '-7', '42', '1', '2'],
  f: ['1e300', '-1e-300', 'Infinity', '-Infinity', 'NaN', '0.1', null, '3', '2', '1'],
  b: ['t', 'f', null, 't', 'f', null, 't', 'f', 't', 'f'],
  t: ['', "O'Hara\\", 'a\nb\t"c"', 'Zoë', 'zoe', '😀', '\uffee', null, 'a b', '<b>x</b>'],
  u: [
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    'a0000000-0000-0000-0000-00000000000b',
    'a0000000-0000-0000-0000-00000000000a',
    null,
    '10000000-0000-0000-0000-000000000000',
    '20000000-0000-0000-0000-000000000000',
    '30000000-0000-0000-0000-000000000000',
    '40000000-0000-0000-0000-000000000000',
    '50000000-0000-0000-0000-000000000000',
  ],
  z: [
    'infinity',
    '-infinity',
    '0044-03-15 00:00:00+00 BC',
    '1999-12-31 23:59:59.999999+00',
    '2000-01-01 00:00:00+05:30',
    '12026-01-01 00:00:00+00',
    null,
    '2026-11-21 12:00:00.1+00',
    '2026-11-21 12:00:00.12+00',
    '1970-01-01 00:00:00+00',
  ],
  d: [
    '2026-01-01',
    '0001-01-01',
    '0001-01-01 BC',
    null,
    '9999-12-31',
    '2026-01-02',
    '1970-01-01',
    '1969-12-31',
    '2024-02-29',
    '2000-01-01',
  ],
  v: [
    '1 day',
    '24:00:01',
    '1 mon',
    '29 days 23:59:59',
    '-1 year',
    '00:00:00.5',
    null,
    '1 mon -1 day',
    '100:00:00',
    '2 years',
  ],
  y: ['\\x', '\\x00', '\\x0001', '\\xff', null, '\\x01', '\\x10', '\\x7f', '\\x80', '\\x00ff'],
};
const TABLE = `CREATE TABLE kinds (id int PRIMARY KEY, n numeric(60, 10), i bigint, f float8, b boolean, t text, u uuid,
  z timestamptz, d date, v interval, y bytea)`;

describe('values of results against the cluster', () => {
  let cluster: LocalCluster;
  let client: pg.Client;
  let opened: Awaited<ReturnType<typeof openTestStores>>;
  /** As the server sends them in text. */
  let columns: { name: string; typeOid: number; typeName: string }[];
  let rows: (string | null)[][];

  before(async () => {
    [cluster, opened] = await Promise.all([startTestCluster(), openTestStores()]);
    client = await connect(cluster.info);
    await client.query(TABLE);
    const names = Object.keys(VALUES);
    for (let row = 0; row < 10; row++)
      await client.query(
        `INSERT INTO kinds (id, ${names.join(', ')}) VALUES (${row}, ${names.map((_name, index) => `$${index + 1}`).join(', ')})`,
        names.map(name => VALUES[name]?.[row] ?? null),
      );
    ({ columns, rows } = await asText('SELECT * FROM kinds ORDER BY id'));
  });
  after(async () => {
    await client?.end();
    await opened?.close();
    await cluster?.close();
  });

  async function asText(sql: string) {
    const result = await client.query<(string | null)[]>({
      text: sql,
      rowMode: 'array',
      types: { getTypeParser: () => (value: string) => value },
    });
    return {
      columns: result.fields.map(({ name, dataTypeID }) => ({ name, typeOid: dataTypeID, typeName: '' })),
      rows: result.rows,
    };
  }

  it('are sorted as the server sorts them, both ways, for every type', async () => {
    const store = await opened.stores.open({ quotaBytes: 1 << 30 });
    await store.columns(columns);
    await store.append(rows);
    for (const [index, { name }] of columns.entries())
      for (const descending of [false, true]) {
        const server = await asText(`SELECT id FROM kinds ORDER BY ${name} ${descending ? 'DESC' : 'ASC'}, id`);
        await store.arrange({ sorts: [{ column: index, descending }], filters: [] });
        const { rows: ours } = await store.read({
          firstRow: 0,
          rowCount: 10,
          firstColumn: 0,
          columnCount: 1,
          maxLength: 9,
        });
        assert.deepEqual(ours, server.rows, `${name} ${descending}`);
      }
    await store.close();
  });

  it('come back the same from INSERT statements', async () => {
    await client.query(TABLE.replace('kinds', 'copies'));
    const format = tableFormat('insert', {
      columns: columns.map(({ name, typeOid }) => ({ name, kind: valueKind(typeOid) })),
      headers: true,
      table: 'copies',
      guardFormulas: false,
    });
    await client.query(format.begin() + rows.map(row => format.row(row)).join('') + format.end());
    assert.deepEqual((await asText('SELECT * FROM copies ORDER BY id')).rows, rows);
  });

  it('pass filters as they pass the server', async () => {
    const store = await opened.stores.open({ quotaBytes: 1 << 30 });
    await store.columns(columns);
    await store.append(rows);
    const cases: [string, 'less' | 'at-least' | 'equals' | 'not-equals', string, string][] = [
      ['n', 'less', '<', '123456789012345678901234567890.5'],
      ['n', 'at-least', '>=', '10'],
      ['i', 'equals', '=', '9223372036854775807'],
      ['f', 'at-least', '>=', '3'],
      ['t', 'not-equals', '<>', 'Zoë'],
      ['u', 'less', '<', 'a0000000-0000-0000-0000-00000000000b'],
      ['z', 'at-least', '>=', '2000-01-01'],
      ['d', 'less', '<', '1970-01-01'],
      ['v', 'equals', '=', '1 day'],
      ['y', 'at-least', '>=', '\\x01'],
    ];
    for (const [name, operator, sign, value] of cases) {
      const server = await client.query<{ id: number }>(`SELECT id FROM kinds WHERE ${name} ${sign} $1 ORDER BY id`, [
        value,
      ]);
      const column = columns.findIndex(each => each.name === name);
      await store.arrange({ sorts: [], filters: [{ column, operator, value }] });
      const { rows: ours } = await store.read({
        firstRow: 0,
        rowCount: 10,
        firstColumn: 0,
        columnCount: 1,
        maxLength: 9,
      });
      assert.deepEqual(
        ours.map(([id]) => Number(id)),
        server.rows.map(({ id }) => id),
        `${name} ${sign} ${value}`,
      );
    }
    await store.close();
  });
});
