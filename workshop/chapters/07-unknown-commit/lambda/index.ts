import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Pool } from 'pg';
import { lose, type Lost } from './lose';
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
  max: 1,
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
});

// An idle connection that dies is the pool's business, not a reason to end the process.
pool.on('error', () => undefined);

interface Payment {
  /** Chosen by the client, once per payment and not per attempt. Without it every attempt is a payment of its own. */
  payment_id?: string;
  payer: string;
  payee: string;
  amount: number;
  /** Tries after a lost connection, too. */
  resend?: boolean;
  /** What is lost on the way, in the first attempt: the COMMIT, or the answer to it. */
  lose?: Lost;
}

interface Outcome {
  balance: number;
  /** The payment had been made before; this attempt changed nothing. */
  repeated: boolean;
}

/** One attempt: moves the money and records the payment, in one transaction. */
async function attempt({ payment_id, payer, payee, amount }: Payment, lost: Lost | undefined): Promise<Outcome> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    // First of all: is this payment new? The key's row answers it, inside the transaction that moves the money.
    const recorded = await client.query(
      `INSERT INTO payments (id, payer, payee, amount) VALUES (coalesce($1, gen_random_uuid()), $2, $3, $4)
       ON CONFLICT (id) DO NOTHING`,
      [payment_id, payer, payee, amount],
    );
    if (recorded.rowCount === 0) {
      // The key names one payment: under another amount or other names it is a mistake, and must not look like success.
      const { rows } = await client.query(
        `SELECT balance FROM wallets WHERE id = $2
            AND EXISTS (SELECT 1 FROM payments WHERE id = $1 AND payer = $2 AND payee = $3 AND amount = $4)`,
        [payment_id, payer, payee, amount],
      );
      if (rows.length === 0) throw new Error(`${payment_id} is the key of another payment`);
      await client.query('COMMIT');
      return { balance: Number(rows[0].balance), repeated: true };
    }
    const debit = await client.query('UPDATE wallets SET balance = balance - $1 WHERE id = $2 RETURNING balance', [
      amount,
      payer,
    ]);
    if (debit.rowCount !== 1) throw new Error(`There is no wallet ${payer}`);
    const balance = Number(debit.rows[0].balance);
    if (balance < 0) throw new Error('Insufficient balance');
    const credit = await client.query('UPDATE wallets SET balance = balance + $1 WHERE id = $2', [amount, payee]);
    if (credit.rowCount !== 1) throw new Error(`There is no wallet ${payee}`);
    if (lost) lose(client, lost);
    await client.query('COMMIT');
    return { balance, repeated: false };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => (broken = true));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A connection that ended under way, or XX000: whether the COMMIT took effect is not known. */
function isUnknown(error: unknown): boolean {
  const { code = '', message } = error as Error & { code?: string };
  return (
    ['ECONNRESET', 'EPIPE', 'XX000'].includes(code) || /connection (terminated|ended)|not queryable/i.test(message)
  );
}

export const handler = async (event: Payment) => {
  let attempts = 0;
  const once = () => attempt(event, attempts++ === 0 ? event.lose : undefined);
  try {
    const { payer, payee, amount } = event;
    if (!Number.isSafeInteger(amount) || amount <= 0) throw new Error('The amount must be a positive whole number');
    if (payer === payee) throw new Error('Payer and payee must differ');
    try {
      const { value } = await withRetry(once);
      return { ...value, attempts };
    } catch (error) {
      if (!event.resend || !isUnknown(error)) throw error;
      const { value } = await withRetry(once);
      return { ...value, attempts };
    }
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { error: message, errorCode: code, unknown: isUnknown(error), attempts };
  }
};
