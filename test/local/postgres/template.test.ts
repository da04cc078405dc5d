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
import { prepareStorage } from '../../../src/local/postgres/storage';
import { saveTemplate, templateFolder } from '../../../src/local/postgres/template';
import { removeDirectory, startTestPostgres, temporaryDirectory } from '../../support/postgres';

/** A start that only renames a schema writes some kilobytes; a bootstrap writes two hundred. */
const LITTLE_BYTES = 16 * 1024;

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

  it('takes the place of another bootstrap’s, and of what a killed process had of one', async () => {
    const ours = template();
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    for (const name of [ours.replace(/[^-]+$/, '0'), `${ours}.${gone.pid}.partial`]) {
      fs.mkdirSync(name);
      fs.writeFileSync(path.join(name, 'PG_VERSION'), '16\n');
    }
    const underWay = `${ours}.${process.ppid}.partial`;
    fs.mkdirSync(underWay);
    await start();
    assert.deepEqual(inCache().sort(), [path.basename(ours), path.basename(underWay)]);
  });

  it('is never made of a PostgreSQL that has not ended in order', async () => {
    const dataDir = temporaryDirectory();
    try {
      await start({ dataDir });
      const { pgData } = prepareStorage(dataDir);
      fs.rmSync(template(), { recursive: true });
      await saveTemplate(binariesOf(dataDir), template(), pgData);
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
