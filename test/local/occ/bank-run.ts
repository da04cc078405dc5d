import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { TestGateway } from '../../support/gateway';

/** What came of a run of concurrent transfers. */
export interface BankRun {
  committed: number;
  conflicts: number;
  unavailable: number;
  other: string[];
  /** Transfers of others that were committed while one was under way, at most. */
  overtakenBy: number;
  /** Ids of the transfers whose COMMIT was acknowledged. */
  acknowledged: Set<string>;
  /** Ids whose COMMIT was answered with an error that leaves the outcome open. */
  unknown: Set<string>;
}

/** `references`: of payer and payee, where they have any. */
export async function createBank(client: pg.Client, accounts: number, [payer, payee] = ['', '']): Promise<void> {
  await client.query('CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)');
  await client.query(
    `CREATE TABLE transactions (id uuid PRIMARY KEY, payer int ${payer}, payee int ${payee}, amount int)`,
  );
  await client.query('INSERT INTO accounts SELECT g, 1000 FROM generate_series(1, $1::int) g', [accounts]);
}

/**
 * Transfers between random accounts by `sessions` clients for `durationMs`, longer until `atLeast` are committed; every tenth is rolled back
 * by its client. `onCommitted` is told how many there are, while others are under way.
 */
export async function transferAtRandom(
  cluster: TestGateway,
  accounts: number,
  sessions: number,
  durationMs: number,
  atLeast = 0,
  onCommitted?: (committed: number) => void,
): Promise<BankRun> {
  const run: BankRun = {
    committed: 0,
    conflicts: 0,
    unavailable: 0,
    other: [],
    overtakenBy: 0,
    acknowledged: new Set(),
    unknown: new Set(),
  };
  const clients = await Promise.all(Array.from({ length: sessions }, () => cluster.connect()));
  const deadline = performance.now() + durationMs;
  const random = (limit: number): number => 1 + Math.floor(Math.random() * limit);
  await Promise.all(
    clients.map(async client => {
      while (performance.now() < deadline || run.committed < atLeast) {
        const payer = random(accounts);
        const payee = (payer % accounts) + 1 + (random(accounts) % 3);
        if (payee > accounts || payee === payer) continue;
        const before = run.acknowledged.size;
        await transfer(client, run, payer, payee, Math.random() < 0.1);
        if (run.acknowledged.size > before) onCommitted?.(run.committed);
      }
    }),
  );
  return run;
}

async function transfer(client: pg.Client, run: BankRun, payer: number, payee: number, giveUp: boolean): Promise<void> {
  const id = randomUUID();
  const amount = 1 + (payer % 5);
  const committedBefore = run.committed;
  let committing = false;
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ balance: number }>(
      'UPDATE accounts SET balance = balance - $2 WHERE id = $1 RETURNING balance',
      [payer, amount],
    );
    assert.equal(rows.length, 1);
    await client.query('UPDATE accounts SET balance = balance + $2 WHERE id = $1', [payee, amount]);
    await client.query('INSERT INTO transactions VALUES ($1, $2, $3, $4)', [id, payer, payee, amount]);
    if (giveUp) {
      await client.query('ROLLBACK');
      return;
    }
    committing = true;
    await client.query('COMMIT');
    run.committed++;
    run.acknowledged.add(id);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '40001') run.conflicts++;
    else if (code === 'XX000') {
      run.unavailable++;
      if (committing) run.unknown.add(id);
    } else run.other.push(`${code} ${message}`);
    await client.query('ROLLBACK');
  } finally {
    run.overtakenBy = Math.max(run.overtakenBy, run.committed - committedBefore);
  }
}

/** No money made or lost, every balance what `transactions` says, nothing acknowledged missing. */
export async function auditBank(client: pg.Client, accounts: number, run: BankRun): Promise<void> {
  const sum = await client.query<{ sum: number }>('SELECT sum(balance)::int AS sum FROM accounts');
  assert.equal(sum.rows[0]!.sum, accounts * 1000);
  const wrong = await client.query(
    `SELECT id, balance FROM accounts a WHERE balance <> 1000
       - (SELECT coalesce(sum(amount), 0) FROM transactions WHERE payer = a.id)
       + (SELECT coalesce(sum(amount), 0) FROM transactions WHERE payee = a.id)`,
  );
  assert.deepEqual(wrong.rows, []);
  const { rows } = await client.query<{ id: string }>('SELECT id FROM transactions');
  const stored = new Set(rows.map(row => row.id));
  for (const id of run.acknowledged) assert.ok(stored.has(id), `acknowledged transfer ${id} is missing`);
  for (const id of stored) assert.ok(run.acknowledged.has(id) || run.unknown.has(id), `transfer ${id} was refused`);
}
