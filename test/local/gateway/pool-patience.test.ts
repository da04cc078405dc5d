import assert from 'node:assert/strict';
import type { Clock } from '../../../src/base/clock';
import { BackendRefused } from '../../../src/local/gateway/connect';
import { DSQL_LIMITS } from '../../../src/local/gateway/limits';
import { BackendPool } from '../../../src/local/gateway/pool';
import type { PostgresServer } from '../../../src/local/ports';
import { removeDirectory, startTestPostgres, temporaryDirectory, until } from '../../support/postgres';

describe('For how long a client waits for a PostgreSQL that is away', () => {
  let dataDir: string;
  let postgres: PostgresServer;
  let pool: BackendPool;
  let nowMs: number;
  const clock: Clock = { now: () => nowMs, monotonic: () => nowMs };

  beforeEach(async () => {
    nowMs = 0;
    dataDir = temporaryDirectory();
    postgres = await startTestPostgres({ dataDir });
    pool = new BackendPool(postgres, { ...DSQL_LIMITS, eagerBackends: 1, backends: 1 }, clock);
  });
  afterEach(async () => {
    pool.close();
    await postgres.close();
    removeDirectory(dataDir);
  });

  const unavailable = (error: unknown): boolean =>
    error instanceof BackendRefused && error.error.message === 'server unavailable';
  const backAgain = async (): Promise<void> => {
    postgres = await startTestPostgres({ dataDir });
  };

  it('is counted for each from when it came: who came late does not pay for who came first', async () => {
    await postgres.close();
    const first = pool.acquire('admin', '');
    nowMs = 14_000;
    const late = pool.acquire('admin', '');
    nowMs = 16_000;
    await assert.rejects(first, unavailable);
    await backAgain();
    assert.equal((await late).role, 'admin');
  });

  it('is counted from when PostgreSQL was missed, for who waited for others before', async () => {
    await pool.acquire('admin', '');
    const waiting = pool.acquire('admin', '');
    nowMs = 60_000;
    await postgres.close();
    await until(() => pool.size === 0, 'the loss of the one connection');
    await backAgain();
    assert.equal((await waiting).role, 'admin');
  });

  it('ends with the full disk for which PostgreSQL stands still, where that is why', async () => {
    await postgres.close();
    const { address, pid, onRestart, close } = postgres;
    pool = new BackendPool({ address, pid, onRestart, close, awaitsSpace: true }, DSQL_LIMITS, clock);
    const waiting = pool.acquire('admin', '');
    nowMs = 16_000;
    await assert.rejects(waiting, error => error instanceof BackendRefused && error.error.sqlstate === '53100');
  });
});
