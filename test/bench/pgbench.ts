import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';

/** The five statements of a transfer with history, as pgbench script. */
const TRANSFER = `\\set payer random(1, :accounts)
\\set offset random(1, :accounts - 1)
\\set payee 1 + (:payer - 1 + :offset) % :accounts
BEGIN;
UPDATE accounts SET balance = balance - 1 WHERE id = :payer RETURNING balance;
UPDATE accounts SET balance = balance + 1 WHERE id = :payee;
INSERT INTO transactions (payer_id, payee_id, amount) VALUES (:payer, :payee, 1);
COMMIT;
`;

/** Options of a PostgreSQL without a gateway: DSQL's isolation, and PostgreSQL's own time to look for deadlocks (the cluster's is 10 s). */
export const DIRECT_OPTIONS = '-c default_transaction_isolation=repeatable\\ read -c deadlock_timeout=1s';

/** pgbench on this machine: `PGBENCH`, the search path, or Debian's folders; undefined where there is none. */
export function findPgbench(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const folders = [
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    ...(fs.existsSync(debian) ? fs.readdirSync(debian).map(version => path.join(debian, version, 'bin')) : []),
  ];
  const candidates = [process.env['PGBENCH'], ...folders.map(folder => path.join(folder, 'pgbench'))];
  return candidates.find(file => file !== undefined && fs.existsSync(file));
}

/** Reads one account by its key. */
const SELECT = `\\set id random(1, :accounts)
SELECT balance FROM accounts WHERE id = :id;
`;

/** What pgbench is to do. */
export interface PgbenchLoad {
  /** Default: a transfer with history. */
  script?: 'transfer' | 'select';
  clients: number;
  seconds: number;
  accounts: number;
  protocol: 'simple' | 'extended' | 'prepared';
}

export interface PgbenchResult {
  /** Committed transactions. */
  perSecond: number;
  transactions: number;
  /** Mean. */
  latencyMs: number;
}

/**
 * Transactions by pgbench, straight on a PostgreSQL at REPEATABLE READ, or with TLS where `config` has `ssl`; conflicts are retried at once,
 * as often as it takes.
 */
export async function pgbench(binary: string, config: pg.ClientConfig, load: PgbenchLoad): Promise<PgbenchResult> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgbench-'));
  try {
    const script = path.join(folder, 'transfer.sql');
    fs.writeFileSync(script, load.script === 'select' ? SELECT : TRANSFER);
    const args = ['-n', '-f', script, '-c', load.clients, '-j', 2, '-T', load.seconds, '-M', load.protocol];
    const more = ['-D', `accounts=${load.accounts}`, '--max-tries', 0];
    const { stdout } = await promisify(execFile)(binary, [...args, ...more, 'postgres'].map(String), {
      env: {
        ...process.env,
        PGHOST: config.host,
        PGPORT: String(config.port),
        PGUSER: config.user,
        ...(typeof config.password === 'string' ? { PGPASSWORD: config.password } : {}),
        ...(config.ssl ? { PGSSLMODE: 'require' } : { PGSSLMODE: 'disable' }),
        ...(config.options ? { PGOPTIONS: config.options } : {}),
      },
    });
    const [tps, processed, latency] = [/tps = ([\d.]+)/, /processed: (\d+)/, /latency average = ([\d.]+)/].map(
      line => line.exec(stdout)?.[1],
    );
    if (!tps || !processed || !latency) throw new Error(`pgbench printed no result:\n${stdout}`);
    return { perSecond: Number(tps), transactions: Number(processed), latencyMs: Number(latency) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
