import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Pool } from 'pg';
import { withRetry } from './retry';

const hostname = process.env.CLUSTER_ENDPOINT!;
const signer = new DsqlSigner({ hostname, region: process.env.AWS_REGION });

/** Tenants that bill at the same moment, each on a connection of its own: eight services in one function, for the lesson. */
const MAX_TENANTS = 8;

const pool = new Pool({
  host: hostname,
  port: 5432,
  user: 'myapp',
  database: 'postgres',
  password: () => signer.getDbConnectAuthToken(),
  ssl: true,
  max: MAX_TENANTS,
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
});

pool.on('error', () => undefined);

interface Billing {
  /** `shared`: one counter for all tenants. `own`: a counter for each. */
  counter: 'shared' | 'own';
  tenants: number;
  /** Invoices that each tenant writes, one after the other. */
  invoices: number;
}

/** Takes the next number of a counter and writes the invoice under it, in one transaction. Returns how often it had to be repeated. */
async function bill(tenant: number, counter: number): Promise<number> {
  const { retries } = await withRetry(async () => {
    const client = await pool.connect();
    let broken = false;
    try {
      await client.query('BEGIN');
      const { rows } = await client.query(
        'UPDATE invoice_counters SET last_number = last_number + 1 WHERE tenant_id = $1 RETURNING last_number',
        [counter],
      );
      await client.query(
        'INSERT INTO billed_invoices (tenant_id, invoice_id, number) VALUES ($1, gen_random_uuid(), $2)',
        [tenant, rows[0].last_number],
      );
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }, 100);
  return retries;
}

export const handler = async ({ counter, tenants, invoices }: Billing) => {
  try {
    const conflicts = await Promise.all(
      Array.from({ length: Math.min(tenants, MAX_TENANTS) }, async (_, i) => {
        let met = 0;
        for (let n = 0; n < invoices; n++) met += await bill(i + 1, counter === 'shared' ? 0 : i + 1);
        return met;
      }),
    );
    // What was met is kept in the database, where the chapter looks at it.
    for (const [i, met] of conflicts.entries())
      await withRetry(() =>
        pool.query(
          `INSERT INTO billing_conflicts (counter, tenant_id, conflicts) VALUES ($1, $2, $3)
           ON CONFLICT (counter, tenant_id) DO UPDATE SET conflicts = excluded.conflicts`,
          [counter, i + 1, met],
        ),
      );
    return { written: conflicts.length * invoices, conflicts: conflicts.reduce((sum, met) => sum + met, 0) };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { error: message, errorCode: code };
  }
};
