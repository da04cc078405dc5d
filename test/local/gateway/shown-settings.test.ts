import assert from 'node:assert/strict';
import type pg from 'pg';
import { connectBeneath } from '../../support/postgres';
import { startTestGateway, type TestGateway } from '../../support/gateway';

/** What the service says of itself: recorded, but for the places of messages, times and texts, which are as the cluster has them. */
const OF_SERVICE =
  /^(?:max_connections|work_mem|transaction_isolation|default_transaction_isolation|timezone|log_timezone|datestyle|lc_messages|default_text_search_config)$/i;

interface Setting {
  name: string;
  setting: string;
  boot_val: string;
  reset_val: string;
  source: string;
}

describe('settings of the PostgreSQL beneath', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  let beneath: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    beneath = await connectBeneath(cluster.postgres.address);
  });
  after(async () => {
    await beneath?.end();
    await cluster?.close();
  });

  /** Its four ways to be asked. */
  async function shown(client: pg.Client, name: string): Promise<unknown[]> {
    const show = await client.query<Record<string, string>>(`SHOW ${name}`);
    const read = await client.query<{ v: string; w: string }>(
      'SELECT current_setting($1) AS v, current_setting($1, true) AS w',
      [name],
    );
    const all = await client.query<{ name: string; setting: string }>('SHOW ALL');
    return [
      Object.values(show.rows[0]!)[0],
      ...Object.values(read.rows[0]!),
      all.rows.find(row => row.name === name)?.setting,
    ];
  }
  const always = (value: string): string[] => [value, value, value, value];

  it('tell whether a transaction is DEFERRABLE, as in PostgreSQL', async () => {
    const begins = [
      'BEGIN',
      'BEGIN DEFERRABLE',
      'BEGIN READ ONLY, NOT DEFERRABLE',
      'START TRANSACTION READ ONLY DEFERRABLE',
    ];
    const told = async (client: pg.Client): Promise<unknown[]> => {
      const values: unknown[] = [];
      for (const begin of begins)
        for (const sql of [begin, 'COMMIT AND CHAIN', 'COMMIT']) {
          await client.query(sql);
          values.push(sql, await shown(client, 'transaction_deferrable'));
        }
      return values;
    };
    assert.deepEqual(await told(admin), await told(beneath));
  });

  it('that are set for a laptop are not told: clients see the defaults of PostgreSQL 16', async () => {
    const ours = await beneath.query<Setting>(
      `SELECT name, setting FROM pg_show_all_settings() WHERE source = 'configuration file' AND setting <> boot_val`,
    );
    const names = ours.rows.map(({ name }) => name).filter(name => !OF_SERVICE.test(name));
    assert.ok(names.length > 20);
    const told = await admin.query<Setting>(
      'SELECT name, setting, boot_val, reset_val, source FROM pg_settings WHERE name = ANY ($1)',
      [names],
    );
    for (const { name, setting, boot_val, reset_val, source } of told.rows) {
      const value = name === 'wal_buffers' ? '512' : boot_val; // worked out
      assert.deepEqual([name, setting, reset_val, source], [name, value, value, 'default']);
    }
  });

  for (const [name, value] of Object.entries({
    jit: 'on',
    random_page_cost: '4',
    shared_buffers: '128MB',
    temp_file_limit: '-1',
    autovacuum_naptime: '1min',
    log_autovacuum_min_duration: '10min',
    unix_socket_permissions: '0777',
    // worked out of the defaults
    wal_buffers: '4MB',
    shared_memory_size: '143MB',
    shared_memory_size_in_huge_pages: '72',
    // recorded
    work_mem: '128MB',
    max_connections: '20',
    default_toast_compression: 'lz4',
    server_version: '16.15',
  }))
    it(`${name} is ${value} wherever it is asked for`, async () => {
      assert.deepEqual(await shown(admin, name), always(value));
    });

  it('what PostgreSQL works out is that of its defaults in pg_settings too', async () => {
    const { rows } = await admin.query<Setting>(
      `SELECT name, setting, reset_val, unit FROM pg_settings WHERE name ~ '^(wal_buffers|shared_memory_size)' ORDER BY 1`,
    );
    assert.deepEqual(rows, [
      { name: 'shared_memory_size', setting: '143', reset_val: '143', unit: 'MB' },
      { name: 'shared_memory_size_in_huge_pages', setting: '72', reset_val: '72', unit: null },
      { name: 'wal_buffers', setting: '512', reset_val: '512', unit: '8kB' },
    ]);
  });

  it('enable_bitmapscan is on until a session sets it off, and scans are planned without all the same', async () => {
    assert.deepEqual(await shown(admin, 'enable_bitmapscan'), always('on'));
    await admin.query('SET enable_bitmapscan = off');
    assert.deepEqual(await shown(admin, 'enable_bitmapscan'), always('off'));
    const { rows } = await admin.query<Record<string, string>>('EXPLAIN (SETTINGS) SELECT 1');
    assert.match(JSON.stringify(rows), /Settings: work_mem = '128MB', enable_bitmapscan = 'off'/);
    const other = await cluster.connect();
    assert.deepEqual(await shown(other, 'enable_bitmapscan'), always('on'));
    await admin.query('RESET enable_bitmapscan');
    assert.deepEqual(await shown(admin, 'enable_bitmapscan'), always('on'));
    await admin.query('BEGIN');
    await admin.query('SET LOCAL enable_bitmapscan = off');
    assert.deepEqual(await shown(admin, 'enable_bitmapscan'), always('off'));
    await admin.query('COMMIT');
    await admin.query(`SELECT set_config('enable_bitmapscan', 'off', false)`);
    assert.deepEqual(await shown(admin, 'enable_bitmapscan'), always('off'));
    await admin.query('RESET ALL');
    assert.deepEqual(await shown(admin, 'enable_bitmapscan'), always('on'));
  });

  for (const name of ['enable_bitmapscan', 'enable_hashjoin', 'dsql.enable_batched_nestloop'])
    it(`${name} takes a Boolean value`, async () => {
      const refused = { code: '22023', message: `parameter "${name}" requires a Boolean value` };
      await assert.rejects(admin.query(`SET ${name} = perhaps`), refused);
      await assert.rejects(cluster.connect('admin', { options: `-c ${name}=perhaps` }), refused);
    });

  it('a search path that the client has set is told with a plan', async () => {
    const client = await cluster.connect();
    await client.query('SET search_path = public');
    const { rows } = await client.query<Record<string, string>>('EXPLAIN (SETTINGS) SELECT 1');
    assert.match(JSON.stringify(rows), /Settings: work_mem = '128MB', search_path = 'public'/);
  });
});
