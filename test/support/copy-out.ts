import type { EventEmitter } from 'node:events';
import type pg from 'pg';

/** The text that `COPY … TO STDOUT` sends; `pg` itself drops it. */
export async function copyText(client: pg.Client, sql: string): Promise<string> {
  const { connection } = client as unknown as { connection: EventEmitter };
  const chunks: Buffer[] = [];
  const take = (message: { chunk: Buffer }): void => void chunks.push(Buffer.from(message.chunk));
  connection.on('copyData', take);
  try {
    await client.query(sql);
  } finally {
    connection.off('copyData', take);
  }
  return Buffer.concat(chunks).toString();
}
