import type { Client } from 'pg';
import { connect } from './connect';
import { withRetry } from './retry';

/** Rows a transaction may change. */
const MAX_ROWS = 3000;

/**
 * Marks every entry as archived, range by range: each round takes the next rows in the order of the key and changes them in a transaction of
 * its own. Where it was stopped, it goes on: what is archived already is left out.
 */
export async function archiveAll(): Promise<{ batches: number; rows: number }> {
  const client = await connect();
  try {
    let after = 0;
    let batches = 0;
    let rows = 0;
    for (;;) {
      const next = await client.query(
        `SELECT max(id) AS upto FROM (SELECT id FROM entries WHERE id > $1 AND NOT archived ORDER BY id LIMIT $2) AS range`,
        [after, MAX_ROWS],
      );
      const upto = next.rows[0].upto as string | null;
      if (upto === null) return { batches, rows };
      const { value } = await withRetry(() =>
        client.query('UPDATE entries SET archived = true WHERE id > $1 AND id <= $2 AND NOT archived', [after, upto]),
      );
      batches++;
      rows += value.rowCount ?? 0;
      after = Number(upto);
    }
  } finally {
    await client.end();
  }
}

const FILE = `(SELECT string_agg(md5(n || '-' || part), '') FROM generate_series(1, 32000) AS part)`;

/** Inserts files of about 1 MB, so many at a time; a batch that is too large for a transaction is cut in half and tried again. */
export async function storeFiles(files: number): Promise<{ refused: string[]; batches: number[] }> {
  const client = await connect();
  try {
    const refused: string[] = [];
    const batches: number[] = [];
    for (let first = 1, size = files; first <= files;) {
      const last = Math.min(first + size - 1, files);
      try {
        await store(client, first, last);
        batches.push(last - first + 1);
        first = last + 1;
      } catch (error) {
        const { code, message } = error as Error & { code?: string };
        if (code !== '54000' || size === 1) throw error;
        refused.push(`${last - first + 1} files: ${message}`);
        size = Math.ceil(size / 2);
      }
    }
    return { refused, batches };
  } finally {
    await client.end();
  }
}

async function store(client: Client, first: number, last: number): Promise<void> {
  await withRetry(() =>
    client.query(
      `INSERT INTO files (id, content) SELECT n, ${FILE} FROM generate_series($1::int, $2::int) AS n ON CONFLICT (id) DO NOTHING`,
      [first, last],
    ),
  );
}
