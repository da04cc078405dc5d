import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { CREATE_TABLES } from '../../src/core/bank/schema';
import { loadServerCertificate } from '../../src/local/identity/certificates';
import { bankPool, connectionConfig } from '../../src/node/bank/connect';
import { loadAccounts } from '../../src/node/bank/load';
import { removeDirectory, temporaryDirectory } from '../support/postgres';
import { startPrivatePostgres, type PrivatePostgres } from '../support/private-postgres';
import { startBankCluster } from './bank-cluster';
import type { BenchReport, Measurement } from './report';
import { transfersPerSecond, type Protocol } from './transfer-load';

const LOAD = { clients: 32, seconds: 3, accounts: 100_000 };

/** The gateway with TLS beside PostgreSQL without anything, and beside a TLS relay that only copies bytes; clients of `pg`. */
export async function localBench(): Promise<BenchReport> {
  const measured = new Map<string, number>();
  const measure = async (name: string, config: pg.ClientConfig): Promise<void> => {
    for (const protocol of ['simple', 'prepared'] as const)
      measured.set(`${name}, ${protocol}`, await transfersPerSecond(config, { ...LOAD, protocol }));
  };
  const postgres = await startPrivatePostgres();
  try {
    for (const ddl of CREATE_TABLES) await postgres.pool.query(ddl);
    await loadAccounts(() => postgres.pool, { count: LOAD.accounts, balance: 1_000_000 });
    await measure('direct, Unix socket', postgres.config);
    await withTlsRelay(postgres, config => measure('TLS relay', config));
  } finally {
    await postgres.close();
  }
  const cluster = await startBankCluster(LOAD.accounts);
  try {
    const { endpoint: host, admin: credentials, ...info } = cluster.info;
    const target = { host, port: info.port, region: info.region, caFile: info.caFile, user: 'admin', credentials };
    const pool = bankPool(target, 1);
    await pool.query('SELECT 1').finally(() => pool.end());
    await measure('gateway', connectionConfig(target));
  } finally {
    await cluster.close();
  }
  const row = (name: string, protocol: Protocol): Measurement => {
    const perSecond = measured.get(`${name}, ${protocol}`) ?? 0;
    return {
      name: `${name}, ${protocol}`,
      perSecond,
      ratio: perSecond / (measured.get(`direct, Unix socket, ${protocol}`) ?? 0),
      more: { 'of the relay': (perSecond / (measured.get(`TLS relay, ${protocol}`) ?? 0)).toFixed(2) },
    };
  };
  return {
    bench: 'local',
    baseline: `pg straight on PostgreSQL's Unix socket, ${LOAD.clients} clients, ${LOAD.accounts} accounts, one client process`,
    measurements: (['simple', 'prepared'] as const).flatMap(protocol =>
      ['direct, Unix socket', 'TLS relay', 'gateway'].map(name => row(name, protocol)),
    ),
    notes: [],
  };
}

async function withTlsRelay(
  postgres: PrivatePostgres,
  work: (config: pg.ClientConfig) => Promise<void>,
): Promise<void> {
  const folder = temporaryDirectory();
  const { caFile, certificate, privateKey } = await loadServerCertificate(folder, ['localhost'], Date.now());
  const files = { key: path.join(folder, 'relay-key.pem'), certificate: path.join(folder, 'relay.pem') };
  fs.writeFileSync(files.key, privateKey, { mode: 0o600 });
  fs.writeFileSync(files.certificate, certificate);
  const { host, port } = postgres.config;
  const relay = spawn(
    process.execPath,
    [path.join(__dirname, 'tls-relay.mjs'), files.key, files.certificate, String(host), String(port)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    const [line] = (await once(relay.stdout, 'data')) as [Buffer];
    const ssl = { ca: fs.readFileSync(caFile, 'utf8'), servername: 'localhost' };
    await work({ ...postgres.config, host: 'localhost', port: Number(line.toString()), ssl });
  } finally {
    relay.stdin.end();
    if (relay.exitCode === null) await once(relay, 'exit');
    removeDirectory(folder);
  }
}
