import assert from 'node:assert/strict';
import type pg from 'pg';
import { FACTS } from '../../../src/local/gateway/schema-facts';
import type { PostgresServer } from '../../../src/local/ports';
import { connectBeneath, startTestPostgres } from '../../support/postgres';

/** Pages that each question looks at, by its name. */
async function pagesRead(client: pg.Client): Promise<Map<string, number>> {
  const pages = new Map<string, number>();
  for (const [name, sql] of Object.entries(FACTS)) {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
    );
    const { Plan } = rows[0]!['QUERY PLAN'][0];
    pages.set(name, Plan['Shared Hit Blocks']! + Plan['Shared Read Blocks']!);
  }
  return pages;
}

describe('what the gateway asks about a schema after DDL', () => {
  let postgres: PostgresServer;
  let client: pg.Client;
  before(async () => {
    postgres = await startTestPostgres();
    client = await connectBeneath(postgres.address);
  });
  after(async () => {
    await client?.end();
    await postgres?.close();
  });

  it('takes as much more as there are more tables, in a schema with functions, domains and foreign keys', async () => {
    await client.query(`CREATE FUNCTION plus(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';
      CREATE DOMAIN positive AS int CHECK (plus(VALUE) > 0)`);
    let made = 0;
    const make = async (tables: number): Promise<void> => {
      for (; made < tables; made++)
        await client.query(`CREATE TABLE t${made} (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), a int UNIQUE DEFAULT plus(1), b positive,
          c text CHECK (c <> ''), g int GENERATED ALWAYS AS (a * 2) STORED, earlier uuid REFERENCES t${Math.max(0, made - 1)} ON DELETE CASCADE)`);
    };
    await make(50);
    const few = await pagesRead(client);
    await make(200);
    const many = await pagesRead(client);
    for (const [name, pages] of many)
      assert.ok(pages <= 6 * (few.get(name)! + 20), `${name}: ${few.get(name)} pages of 50 tables, ${pages} of 200`);
  });
});
