import type { EventEmitter } from 'node:events';
import type pg from 'pg';

/** The text that `COPY … TO STDOUT` sends; `pg` itself drops it. */
export const copyText = async (client: pg.Client, sql: string): Promise<string> =>
  (await copyBytes(client, sql)).toString();

/** The bytes that `COPY … TO STDOUT` sends. */
export async function copyBytes(client: pg.Client, sql: string): Promise<Buffer> {
  const { connection } = client as unknown as { connection: EventEmitter };
  const chunks: Buffer[] = [];
  const take = (message: { chunk: Buffer }): void => void chunks.push(Buffer.from(message.chunk));
  connection.on('copyData', take);
  try {
    await client.query(sql);
  } finally {
    connection.off('copyData', take);
  }
  return Buffer.concat(chunks);
}
