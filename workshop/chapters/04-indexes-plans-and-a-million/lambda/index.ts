import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Pool } from 'pg';
import { withRetry } from './retry';

const hostname = process.env.CLUSTER_ENDPOINT!;
const signer = new DsqlSigner({ hostname, region: process.env.AWS_REGION });

const pool = new Pool({
  host: hostname,
  port: 5432,
  user: 'myapp',
  database: 'postgres',
  password: () => signer.getDbConnectAuthToken(),
  ssl: true,
  // as many as invocations run at a time: one, unless on Lambda Managed Instances
  max: Number(process.env.AWS_LAMBDA_MAX_CONCURRENCY ?? 1),
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
});

pool.on('error', () => undefined);

interface Transfer {
  payer_id: number;
  payee_id: number;
  amount: number;
}

/**
 * Moves the money and records it in one transaction. Returns the payer's new balance. Takes its connection itself, so that a retry is free to
 * get another one.
 */
async function transfer({ payer_id, payee_id, amount }: Transfer): Promise<number> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    const debit = await client.query('UPDATE accounts SET balance = balance - $1 WHERE id = $2 RETURNING balance', [
      amount,
      payer_id,
    ]);
    if (debit.rowCount !== 1) throw new Error(`There is no account ${payer_id}`);
    const balance = Number(debit.rows[0].balance);
    if (balance < 0) throw new Error('Insufficient balance');
    const credit = await client.query('UPDATE accounts SET balance = balance + $1 WHERE id = $2', [amount, payee_id]);
    if (credit.rowCount !== 1) throw new Error(`There is no account ${payee_id}`);
    await client.query('INSERT INTO transactions (payer_id, payee_id, amount) VALUES ($1, $2, $3)', [
      payer_id,
      payee_id,
      amount,
    ]);
    await client.query('COMMIT');
    return balance;
  } catch (error) {
    // A connection that cannot even roll back goes to the bin, not back to the pool.
    await client.query('ROLLBACK').catch(() => (broken = true));
    throw error;
  } finally {
    client.release(broken);
  }
}

export const handler = async (event: Transfer) => {
  const started = Date.now();
  try {
    const { payer_id, payee_id, amount } = event;
    if (!Number.isSafeInteger(amount) || amount <= 0) throw new Error('The amount must be a positive whole number');
    if (payer_id === payee_id) throw new Error('Payer and payee must differ');
    const { value: balance, retries } = await withRetry(() => transfer(event));
    return { balance, retries, duration: Date.now() - started };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { error: message, errorCode: code, duration: Date.now() - started };
  }
};
