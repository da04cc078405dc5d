import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Pool } from 'pg';

const hostname = process.env.CLUSTER_ENDPOINT!;
const signer = new DsqlSigner({ hostname, region: process.env.AWS_REGION });

/** Writers at work at the same moment, each on a connection of its own. */
const WRITERS = 8;
const MAX_ATTEMPTS = 200;

const pool = new Pool({
  host: hostname,
  port: 5432,
  user: 'myapp',
  database: 'postgres',
  password: () => signer.getDbConnectAuthToken(),
  ssl: true,
  max: WRITERS,
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
});

pool.on('error', () => undefined);

interface Lost {
  key: number;
}

/** Two writers chose the same key: one of them hears of it at COMMIT (40001), or at its INSERT (23505). */
const CONFLICTS = new Set(['40001', '23505']);

/** Inserts one row under the number after the last one, again and again until nobody else was quicker. Returns the keys it lost. */
async function insertNumbered(): Promise<Lost[]> {
  const lost: Lost[] = [];
  for (let attempt = 0; ; attempt++) {
    let key = 0;
    const client = await pool.connect();
    let broken = false;
    try {
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT coalesce(max(id), 0) + 1 AS next FROM contested_history');
      key = Number(rows[0].next);
      await client.query('INSERT INTO contested_history (id, amount) VALUES ($1, 1)', [key]);
      await client.query('COMMIT');
      return lost;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => (broken = true));
      if (!CONFLICTS.has((error as { code?: string }).code ?? '') || attempt === MAX_ATTEMPTS) throw error;
      if (key > 0) lost.push({ key });
    } finally {
      client.release(broken);
    }
    await new Promise(resolve => setTimeout(resolve, Math.random() * 20));
  }
}

/** Inserts one row under a random key. */
async function insertRandom(): Promise<Lost[]> {
  for (let attempt = 0; ; attempt++) {
    try {
      await pool.query('INSERT INTO uuid_history (amount) VALUES (1)');
      return [];
    } catch (error) {
      // a schema conflict after the GRANT: nothing was applied
      if ((error as { code?: string }).code !== '40001' || attempt === 3) throw error;
    }
  }
}

/** Eight writers, so many rows each; what they lost is kept in `key_conflicts`, by key. */
export const handler = async ({ keys, rows }: { keys: 'numbered' | 'random'; rows: number }) => {
  try {
    const insert = keys === 'numbered' ? insertNumbered : insertRandom;
    const lost = await Promise.all(
      Array.from({ length: WRITERS }, async () => {
        const mine: Lost[] = [];
        for (let n = 0; n < rows; n++) mine.push(...(await insert()));
        return mine;
      }),
    );
    const byKey = new Map<number, number>();
    for (const { key } of lost.flat()) byKey.set(key, (byKey.get(key) ?? 0) + 1);
    if (byKey.size > 0)
      await pool.query(
        `INSERT INTO key_conflicts (key, lost) SELECT * FROM unnest($1::bigint[], $2::int[])
         ON CONFLICT (key) DO UPDATE SET lost = excluded.lost`,
        [[...byKey.keys()], [...byKey.values()]],
      );
    return { written: WRITERS * rows, lost: lost.flat().length };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { error: message, errorCode: code };
  }
};
