import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { PostgresServer } from '../../../src/local/ports';
import { ENGINE, INTERNAL } from '../../../src/local/engine-schema';
import { locateBinaries } from '../../../src/local/postgres/binaries';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import type { PostgresOptions } from '../../../src/local/postgres/server';
import { unprivilegedUser } from '../../../src/local/postgres/privileges';
import { copyTemplate, saveTemplate, templateFolder } from '../../../src/local/postgres/template';
import { postgresData, removeDirectory, startTestPostgres, temporaryDirectory } from '../../support/postgres';

/** A start that only renames a schema writes some kilobytes; a bootstrap writes two hundred. */
const LITTLE_BYTES = 64 * 1024;

describe('the template of a fresh data directory', () => {
  let cacheDirectory: string;
  const open: PostgresServer[] = [];

  beforeEach(() => (cacheDirectory = temporaryDirectory()));
  afterEach(async () => {
    await Promise.all(open.splice(0).map(server => server.close()));
    removeDirectory(cacheDirectory);
  });

  const start = async (options: Partial<PostgresOptions> = {}): Promise<PostgresServer> => {
    const server = await startTestPostgres({ cacheDirectory, ...options });
    open.push(server);
    return server;
  };
  const ask = async <Row extends object>(server: PostgresServer, sql: string): Promise<Row[]> => {
    const client = await connectSuperuser(server.address);
    return (await client.query<Row>(sql).finally(() => client.end())).rows;
  };
  /** What it has written since the state that it was started from. */
  const bytesWritten = async (server: PostgresServer): Promise<number> => {
    const sql = 'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::int AS bytes FROM pg_control_checkpoint()';
    return (await ask<{ bytes: number }>(server, sql))[0]!.bytes;
  };
  const monthAgo = (folder: string): void => {
    const time = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
    fs.utimesSync(folder, time, time);
  };
  const inCache = () => fs.readdirSync(cacheDirectory);
  const binariesOf = (dataDir: string) => locateBinaries(unprivilegedUser(dataDir));
  const template = () => templateFolder(binariesOf(cacheDirectory), cacheDirectory);

  it('is left by the first cluster, and spares all others the bootstrap', async () => {
    const first = await start();
    assert.deepEqual(inCache(), [path.basename(template())]);
    await ask(first, `UPDATE ${INTERNAL}.bootstrap SET version = version + 1`);
    const second = await start();
    assert.ok((await bytesWritten(second)) < LITTLE_BYTES);
    const version = `SELECT version FROM ${INTERNAL}.bootstrap`;
    assert.notDeepEqual(await ask(second, version), await ask(first, version));
  });

  it('is of one bootstrap: a cluster that was made by another is brought up to date, and makes none', async () => {
    const dataDir = temporaryDirectory();
    try {
      const old = await start({ dataDir });
      await ask(old, `UPDATE ${INTERNAL}.bootstrap SET version = version + 1`);
      await open.pop()!.close();
      fs.rmSync(template(), { recursive: true });
      assert.ok((await bytesWritten(await start({ dataDir }))) > LITTLE_BYTES);
      assert.deepEqual(inCache(), []);
    } finally {
      await Promise.all(open.splice(0).map(server => server.close()));
      removeDirectory(dataDir);
    }
  });

  it('is none where its folder cannot be looked into: the cluster starts all the same', async () => {
    const file = path.join(cacheDirectory, 'file');
    fs.writeFileSync(file, '');
    assert.equal((await ask(await start({ cacheDirectory: path.join(file, 'cache') }), 'SELECT 1')).length, 1);
  });

  it('gives no cluster the name that the process which made it had for the schema of the engine', async () => {
    const dataDir = temporaryDirectory();
    try {
      const script = path.join(__dirname, 'owner.ts');
      const owner = spawn(process.execPath, ['--import', 'tsx', script, dataDir, cacheDirectory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(owner.stdout, 'data');
      const ended = once(owner, 'exit');
      owner.kill('SIGKILL');
      await ended;
      assert.ok(fs.existsSync(template()));
      const server = await start();
      const schemas = await ask(server, `SELECT nspname FROM pg_namespace WHERE nspname ~ '^dsql_engine'`);
      assert.deepEqual(schemas, [{ nspname: ENGINE }]);
      assert.ok((await bytesWritten(server)) < LITTLE_BYTES);
    } finally {
      removeDirectory(dataDir);
    }
  });

  it('is made once where several clusters are first at a time, and all of them start', async () => {
    const servers = await Promise.all([start(), start(), start()]);
    for (const server of servers)
      assert.deepEqual(await ask(server, `SELECT count(*)::int AS n FROM ${INTERNAL}.bootstrap`), [{ n: 1 }]);
    assert.deepEqual(inCache(), [path.basename(template())]);
  });

  it('leaves those of other versions alone, until nobody has used them for a month', async () => {
    const ours = template();
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    const others = ['bootstrap-1', 'bootstrap-2'].map(version => ours.replace(/bootstrap-[^-]+$/, version));
    const [used, forgotten] = others as [string, string];
    const ofOlderPostgres = path.join(cacheDirectory, 'template-16.1.0-linux-x64-bootstrap-3');
    const ofKilled = `${ours}.${gone.pid}.partial`;
    const underWay = `${ours}.${process.ppid}.partial`;
    const notOurs = path.join(cacheDirectory, 'postgresql-16.1.0-linux-x64');
    for (const name of [used, forgotten, ofOlderPostgres, ofKilled, underWay, notOurs]) {
      fs.mkdirSync(name);
      fs.writeFileSync(path.join(name, 'PG_VERSION'), '16\n');
      monthAgo(name);
    }
    assert.ok(copyTemplate(used, path.join(cacheDirectory, 'copy')));
    await start();
    const left = [ours, used, underWay, notOurs].map(name => path.basename(name));
    assert.deepEqual(inCache().sort(), [...left, 'copy'].sort());
  });

  it('of many other versions keeps those that were used last', async () => {
    const others = Array.from({ length: 6 }, (_, i) => `template-16.1.0-linux-x64-bootstrap-${i}`);
    for (const [i, name] of others.entries()) {
      const folder = path.join(cacheDirectory, name);
      fs.mkdirSync(folder);
      const time = new Date(Date.now() - (i + 1) * 60_000);
      fs.utimesSync(folder, time, time);
    }
    await start();
    assert.deepEqual(inCache().sort(), [...others.slice(0, 4), path.basename(template())].sort());
  });

  it('is kept by other versions as long as clusters are made of it', async () => {
    await start();
    monthAgo(template());
    await start();
    const later = { ...binariesOf(cacheDirectory), version: 'later' };
    const dataDir = temporaryDirectory();
    try {
      await (await start({ dataDir })).close();
      await saveTemplate(templateFolder(later, cacheDirectory), postgresData(dataDir));
    } finally {
      removeDirectory(dataDir);
    }
    assert.ok(inCache().includes(path.basename(template())));
    assert.ok(inCache().includes(path.basename(templateFolder(later, cacheDirectory))));
  });

  it('is never made of a PostgreSQL that has not ended in order', async () => {
    const dataDir = temporaryDirectory();
    try {
      await start({ dataDir });
      const pgData = postgresData(dataDir);
      fs.rmSync(template(), { recursive: true });
      await saveTemplate(template(), pgData);
      assert.deepEqual(inCache(), []);
    } finally {
      await Promise.all(open.splice(0).map(server => server.close()));
      removeDirectory(dataDir);
    }
  });

  it('is never made of a data directory that knows a password', async () => {
    await start({ transport: 'loopback' });
    assert.deepEqual(inCache(), []);
  });
});
