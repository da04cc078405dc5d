import { Pool } from 'pg';
import { connect, pause, practiceOptions, practise, refusal, settings, token } from './connect';

const PRACTICE_AGE_MS = 1000;
const ROWS = 25;

/** A transaction that grows too old, and the same work in transactions that do not. */
export async function transactionAge(): Promise<object> {
  const client = await practise({ transaction_age_ms: PRACTICE_AGE_MS });
  const met = client ? await outlive(client) : undefined;
  const worker = client ?? (await connect());
  try {
    // Pieces of work of 30 ms each. A transaction is committed when half its age is used up, and the next goes on where it ended.
    const budgetMs = (client ? PRACTICE_AGE_MS : 300_000) / 2;
    let transactions = 0;
    for (let row = 1; row <= ROWS;) {
      await worker.query('BEGIN');
      const begun = Date.now();
      for (; row <= ROWS && Date.now() - begun < budgetMs; row++) {
        await pause(30);
        await worker.query('INSERT INTO slow_work (id) VALUES ($1) ON CONFLICT (id) DO NOTHING', [row]);
      }
      await worker.query('COMMIT');
      transactions++;
    }
    return {
      outcome: met
        ? `${met.sqlstate} ${met.message}`
        : 'not met: the transaction age limit of this cluster is 300 s and cannot be shortened',
      limit: client ? `shortened to ${PRACTICE_AGE_MS / 1000} s for this connection` : '300 s',
      transactions,
    };
  } finally {
    await worker.end();
  }
}

/** Opens a transaction, does something, thinks for too long, and commits. */
async function outlive(client: Awaited<ReturnType<typeof connect>>): Promise<ReturnType<typeof refusal>> {
  await client.query('BEGIN');
  await client.query('INSERT INTO slow_work (id) VALUES (0)');
  await pause(PRACTICE_AGE_MS + 100);
  try {
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    return refusal(error);
  }
  return { message: 'the transaction was committed all the same' };
}

/** One token, used in time and too late; the connection it opened lives on. */
export async function tokenExpiry(): Promise<object> {
  const signed = await token(2);
  const early = await connect(undefined, signed);
  try {
    let late: ReturnType<typeof refusal> | undefined;
    for (let tries = 0; tries < 20 && !late; tries++) {
      await pause(500);
      late = await connect(undefined, signed).then(
        client => client.end().then(() => undefined),
        (error: unknown) => refusal(error),
      );
    }
    const { rows } = await early.query('SELECT current_user AS name');
    const fresh = await connect();
    await fresh.end();
    return { late, earlyConnectionStillIs: rows[0].name, withFreshToken: 'connected' };
  } finally {
    await early.end();
  }
}

/** A connection that reaches the end of its life, beside a pool that replaces its connections in time. */
export async function connectionLifetime(): Promise<object> {
  const limits = { connection_age_ms: 1000 };
  const client = await practise(limits);
  if (!client)
    return { outcome: 'not met: a connection of this cluster lives for 60 minutes', asExpected: true, failures: 0 };
  let ended = false;
  client.on('end', () => (ended = true));
  const pool = new Pool({
    ...settings,
    password: () => token(),
    options: practiceOptions(limits),
    max: 1,
    // with DSQL's 60 minutes this would be 55 * 60
    maxLifetimeSeconds: 0.4,
  });
  pool.on('error', () => undefined);
  let connections = 0;
  pool.on('connect', () => connections++);
  let failures = 0;
  const begun = Date.now();
  while (!ended && Date.now() - begun < 10_000) {
    await pool.query('SELECT 1').catch(() => failures++);
    await pause(50);
  }
  await pool.end();
  const outcome = ended
    ? `the connection was closed by the server after ${((Date.now() - begun) / 1000).toFixed(1)} s`
    : 'the connection lives on';
  return { outcome, asExpected: ended, connections, failures, limit: 'shortened to 1 s for these connections' };
}
