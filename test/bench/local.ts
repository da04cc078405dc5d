import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { SUPERUSER } from '../../src/local/postgres/initialise';
import { bankPool } from '../../src/node/bank/connect';
import { startBankCluster } from './bank-cluster';
import { clusterConfig } from './cluster-config';
import { DIRECT_OPTIONS, findPgbench, pgbench, type PgbenchLoad } from './pgbench';
import { cpuMillisecondsByRole } from './processes';
import { startRelay } from './relay';
import type { BenchReport, Measurement } from './report';
import { transfers } from './transfer-load';

const ACCOUNTS = 100_000;
const ROUNDS = 3;
const SECONDS = 2;

/** Where the load goes: the process before PostgreSQL is `pid`. */
interface Target {
  name: string;
  config: pg.ClientConfig;
  pid?: number;
}

/** One kind of load, and what is asked of the gateway's throughput against the baseline's. */
interface Load extends PgbenchLoad {
  name: string;
  against: string;
  goal: number;
}

const transfer = { seconds: SECONDS, accounts: ACCOUNTS, clients: 32 } as const;
const LOADS: readonly Load[] = [
  { ...transfer, name: 'simple', protocol: 'simple', against: 'TLS relay', goal: 0.85 },
  { ...transfer, name: 'prepared', protocol: 'prepared', against: 'TLS relay', goal: 0.85 },
  {
    ...transfer,
    name: '50 hot accounts, 64 clients',
    protocol: 'simple',
    clients: 64,
    accounts: 50,
    against: 'direct',
    goal: 5,
  },
  {
    ...transfer,
    name: 'point SELECT, 1 client',
    protocol: 'prepared',
    clients: 1,
    script: 'select',
    against: 'direct',
    goal: 0,
  },
];

interface Round {
  perSecond: number;
  latencyMs: number;
  frontMicros: number;
  postgresMicros: number;
}

/**
 * The gateway beside PostgreSQL's own socket, and beside a TLS relay that only copies bytes: the same cluster, the same accounts, in turns.
 * Medians; CPU time is that of the processes, so that it says the same on a busy machine.
 */
export async function localBench(): Promise<BenchReport> {
  const cluster = await startBankCluster(ACCOUNTS);
  const { endpoint: host, admin: credentials, dataDir, pid, ...info } = cluster.info;
  try {
    const socket = socketOf(dataDir);
    const relay = await startRelay(socket.host, socket.port);
    try {
      const own = { user: SUPERUSER, database: 'postgres', options: DIRECT_OPTIONS };
      const gateway = { host, port: info.port, region: info.region, caFile: info.caFile, user: 'admin', credentials };
      const targets: Target[] = [
        { name: 'direct', config: { ...own, ...socket } },
        { name: 'TLS relay', config: { ...own, host, port: relay.port, ssl: { ca: relay.ca } }, pid: relay.pid },
        { name: 'gateway', config: await clusterConfig(cluster.info), pid },
      ];
      const pool = bankPool(gateway, 1);
      await pool.query('ANALYZE accounts').finally(() => pool.end());
      const measurements: Measurement[] = [];
      for (const load of LOADS) measurements.push(...(await compare(load, targets, pid)));
      const client = findPgbench() ? 'pgbench' : 'pg in one process';
      return {
        bench: 'local',
        baseline: `the same cluster's PostgreSQL over its Unix socket, or a TLS relay; ${client}, ${ACCOUNTS} accounts`,
        measurements,
        notes: [
          `medians of ${ROUNDS} rounds of ${SECONDS} s in turns; front: the process before PostgreSQL; microseconds of CPU a transaction`,
          'point SELECT: the goal is less than 0.15 ms more than direct',
        ],
      };
    } finally {
      await relay.close();
    }
  } finally {
    await cluster.close();
  }
}

/** PostgreSQL says where it listens: line 4 of its lock file is the port, line 5 the folder. */
function socketOf(dataDir: string): { host: string; port: number } {
  const [name] = fs
    .readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('postmaster.pid'));
  const lines = fs.readFileSync(path.join(dataDir, name!), 'utf8').split('\n');
  return { host: lines[4]!.trim(), port: Number(lines[3]) };
}

async function compare(load: Load, targets: readonly Target[], clusterPid: number): Promise<Measurement[]> {
  const rounds = new Map<Target, Round[]>(targets.map(target => [target, []]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const [target, measured] of rounds) {
      const result = await once(load, target, clusterPid);
      if (round > 0) measured.push(result); // the first one warms up
    }
  const median = (target: Target, pick: (round: Round) => number): number =>
    rounds
      .get(target)!
      .map(pick)
      .sort((a, b) => a - b)[ROUNDS >> 1]!;
  const baseline = targets.find(target => target.name === load.against)!;
  return targets.map(target => {
    const perSecond = median(target, round => round.perSecond);
    const isGateway = target.name === 'gateway';
    return {
      name: `${load.name}: ${target.name}`,
      perSecond,
      ratio: perSecond / median(baseline, round => round.perSecond),
      goal: isGateway && load.goal > 0 ? load.goal : undefined,
      more: {
        against: load.against,
        'mean ms': median(target, round => round.latencyMs).toFixed(2),
        'front µs': Math.round(median(target, round => round.frontMicros)),
        'postgres µs': Math.round(median(target, round => round.postgresMicros)),
      },
    };
  });
}

async function once(load: Load, target: Target, clusterPid: number): Promise<Round> {
  const before = usage(target, clusterPid);
  const binary = findPgbench();
  let result: { perSecond: number; transactions: number; latencyMs: number };
  if (binary) result = await pgbench(binary, target.config, load);
  else {
    const protocol = load.protocol === 'prepared' ? 'prepared' : 'simple';
    const { perSecond, committed } = await transfers(target.config, { ...load, protocol });
    result = { perSecond, transactions: committed, latencyMs: (1000 * load.clients) / perSecond };
  }
  const after = usage(target, clusterPid);
  const each = (ms: number): number => (ms * 1000) / result.transactions;
  return {
    perSecond: result.perSecond,
    latencyMs: result.latencyMs,
    frontMicros: each(after.front - before.front),
    postgresMicros: each(after.postgres - before.postgres),
  };
}

function usage(target: Target, clusterPid: number): { front: number; postgres: number } {
  const front = target.pid === undefined ? 0 : ownMilliseconds(target.pid);
  return { front, postgres: cpuMillisecondsByRole(clusterPid).get('postgres') ?? 0 };
}

/** CPU time of one process without its children; 0 where that cannot be told. */
function ownMilliseconds(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
