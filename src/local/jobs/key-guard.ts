import type { PostgresAddress } from '../ports';
import { INTERNAL } from '../engine-schema';
import { connectSuperuser } from '../postgres/connection';

/** For so long writers of the table wait for the trigger, and it for them. */
const LOCK_TIMEOUT_MS = 50;
const MAX_ATTEMPTS = 40;

/**
 * Holds the table of a new index to the size of its keys (`guard_keys`). Nearly every index needs nothing of it, and takes
 * no lock. Where writers never let go of the table the index has PostgreSQL's own limit.
 */
export async function guardKeys(tableOid: number, address: PostgresAddress, signal: AbortSignal): Promise<void> {
  const client = await connectSuperuser(address);
  try {
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    for (let attempt = 0; attempt < MAX_ATTEMPTS && !signal.aborted; attempt++) {
      try {
        await client.query(`SELECT ${INTERNAL}.guard_keys(oid) FROM pg_class WHERE oid = $1`, [tableOid]);
        return;
      } catch (error) {
        // not the table's turn yet, or it is being dropped
        if (!/^(?:55P03|40P01|42P01|XX000)$/.test((error as { code?: string }).code ?? '')) throw error;
      }
    }
  } finally {
    await client.end();
  }
}
