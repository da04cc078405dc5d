import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import { sqlName } from '../../../src/core/dialect/names';
import { readSnapshot, type CatalogSnapshot } from '../../../src/core/catalog/snapshot';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import { BUILTIN_FUNCTIONS } from '../../../src/core/completion/builtin-functions';
import { complete } from '../../../src/core/completion/complete';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import type { LocalCluster } from '../../../src/local/cluster';
import { startTestCluster } from '../../support/cluster';

describe('the catalogue for completion', () => {
  let cluster: LocalCluster;
  let database: DatabasePort & Closeable;
  let snapshot: CatalogSnapshot;

  before(async () => {
    cluster = await startTestCluster();
    database = createDatabase(localTarget(cluster.info));
    for (const statement of [
      'CREATE SCHEMA bank',
      'CREATE TABLE bank.customers (id uuid PRIMARY KEY, "Full name" text NOT NULL)',
      'CREATE TABLE bank.accounts (id bigint, customer uuid REFERENCES bank.customers, balance numeric(18,2), PRIMARY KEY (id))',
      'CREATE VIEW rich AS SELECT id FROM bank.accounts',
      "COMMENT ON TABLE bank.accounts IS 'money'",
      "COMMENT ON COLUMN bank.accounts.balance IS 'in euros'",
      "CREATE FUNCTION bank.fee(amount numeric DEFAULT 1) RETURNS numeric LANGUAGE sql AS 'SELECT amount'",
    ])
      await database.query(statement);
    snapshot = await readSnapshot((sql, params) => database.query(sql, { params }));
  });

  after(async () => {
    await database?.close();
    await cluster?.close();
  });

  it('holds schemas, tables with keys and comments, and functions', () => {
    assert.deepEqual(snapshot.searchPath, ['public']);
    assert.deepEqual(snapshot.schemas, ['bank', 'public', 'sys']);
    const accounts = snapshot.relations.find(({ name }) => name === 'accounts');
    assert.deepEqual(accounts, {
      schema: 'bank',
      name: 'accounts',
      kind: 'table',
      comment: 'money',
      columns: [
        { name: 'id', type: 'bigint', notNull: true, primaryKey: true },
        { name: 'customer', type: 'uuid', notNull: false, primaryKey: false },
        { name: 'balance', type: 'numeric(18,2)', notNull: false, primaryKey: false, comment: 'in euros' },
      ],
      foreignKeys: [{ columns: ['customer'], schema: 'bank', table: 'customers', targetColumns: ['id'] }],
    });
    assert.equal(snapshot.relations.find(({ name }) => name === 'rich')?.kind, 'view');
    assert.ok(snapshot.relations.some(({ schema, name }) => schema === 'sys' && name === 'jobs'));
    const fee = snapshot.routines.find(({ name }) => name === 'fee');
    assert.equal(fee?.parameters, 'amount numeric DEFAULT 1');
  });

  it('leads to statements that the cluster runs', async () => {
    const text = 'SELECT c. FROM bank.accounts a JOIN bank.customers c ON ';
    const insert = (offset: number, pick: (label: string) => boolean, from = text): string => {
      const found = complete(from, offset, snapshot);
      const entry = found?.entries.find(({ label }) => pick(label));
      assert.ok(found && entry);
      return from.slice(0, found.start) + entry.insertText + from.slice(found.end);
    };
    const joined = insert(text.length, label => label === 'a.customer = c.id');
    const whole = insert('SELECT c.'.length, label => label === 'Full name', joined);
    assert.deepEqual((await database.query(whole)).rows, []);
  });

  it('offers built-in functions that are there', async () => {
    const { rows } = await database.query(
      `SELECT DISTINCT proname FROM pg_catalog.pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace`,
    );
    const known = new Set(rows.map(([name]) => name));
    for (const { name } of BUILTIN_FUNCTIONS) assert.ok(known.has(name), name);
  });

  it('quotes names as the cluster does', async () => {
    const { rows } = await database.query(
      `SELECT word, quote_ident(word) FROM pg_get_keywords()
       UNION ALL SELECT word, quote_ident(word) FROM (VALUES ('a b'), ('A'), ('1a'), ('a$b'), ('ä'), ('_x'), ('a"b')) v (word)`,
    );
    assert.ok(rows.length > 400);
    for (const [word, quoted] of rows) assert.equal(sqlName(word ?? ''), quoted, word ?? '');
  });
});
