import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findRunningCluster } from '../../../src/local/cluster';
import { isAlive } from '../../../src/local/postgres/process-table';
import { distFile } from '../../../src/node/assets';
import type { LocalClusterInfo } from '../../../src/protocol/local-cluster';
import { connect } from '../../support/cluster';
import { postgresData, removeDirectory, temporaryDirectory, until } from '../../support/postgres';

const ENTRY = distFile('local-cluster.js');

describe('the process of a local cluster', () => {
  let dataDir: string;
  const children: ChildProcess[] = [];
  beforeEach(() => (dataDir = temporaryDirectory()));
  afterEach(async () => {
    await Promise.all(children.splice(0).map(child => stop(child, 'SIGKILL')));
    await until(() => !isAlive(postgresPid()), 'PostgreSQL to be gone');
    removeDirectory(dataDir);
  });

  const postgresPid = (): number => {
    const file = path.join(dataDir, 'postgres', 'postmaster.pid');
    return fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8').split('\n')[0]) : 0;
  };
  const launch = (args: string[]): ChildProcess => {
    const child = fork(ENTRY, args, { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    children.push(child);
    return child;
  };
  const firstLine = async (child: ChildProcess): Promise<string> => {
    const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
    return line;
  };
  const start = async (...args: string[]) => {
    const child = launch(['--json', '--data-dir', dataDir, ...args]);
    return { child, info: JSON.parse(await firstLine(child)) as LocalClusterInfo };
  };
  const stop = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  const descendants = (pid: number): number[] =>
    fs
      .readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
      .filter(each => {
        try {
          const stat = fs.readFileSync(`/proc/${each}/stat`, 'utf8');
          return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
        } catch {
          return false;
        }
      });
  const childrenOf = (pid: number): number[] => (process.platform === 'linux' ? descendants(pid) : [postgresPid()]);

  it('prints one line, describes itself in a private file, and leaves nothing when told to stop', async () => {
    const { child, info } = await start('--port', '0', '--region', 'eu-west-1');
    assert.equal(info.endpoint, 'localhost');
    assert.equal(info.region, 'eu-west-1');
    assert.equal(info.pid, child.pid);
    const file = path.join(dataDir, 'cluster.json');
    assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')), info);
    if (process.platform !== 'win32') assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await findRunningCluster(dataDir), info);
    const below = childrenOf(info.pid);
    assert.ok(below.includes(postgresPid()));
    assert.equal(await stop(child, 'SIGTERM'), 0);
    await until(() => !below.some(isAlive), 'all of it to be gone');
    assert.equal(fs.existsSync(file), false);
    assert.equal(await findRunningCluster(dataDir), undefined);
  });

  it('stops when the IPC channel of its parent closes', async () => {
    const { child, info } = await start('--port', '0');
    const below = childrenOf(info.pid);
    const exited = once(child, 'exit');
    child.disconnect();
    assert.deepEqual(await exited, [0, null]);
    await until(() => !below.some(isAlive), 'all of it to be gone');
  });

  it('ends when it is told to while its start comes to no end', async () => {
    await stop((await start('--port', '0')).child, 'SIGTERM');
    const pgData = postgresData(dataDir);
    // PostgreSQL waits for its archive: it is never ready
    fs.writeFileSync(path.join(pgData, 'postgresql.auto.conf'), `restore_command = 'sleep 600'\n`);
    fs.writeFileSync(path.join(pgData, 'recovery.signal'), '');
    const child = launch(['--json', '--data-dir', dataDir, '--port', '0']);
    let said = '';
    child.stdout!.on('data', (text: Buffer) => (said += text.toString()));
    await until(() => isAlive(postgresPid()), 'PostgreSQL has been started');
    const pid = postgresPid();
    assert.equal(await stop(child, 'SIGTERM'), 0);
    assert.equal(said, '');
    await until(() => !isAlive(pid), 'PostgreSQL to be gone');
  });

  it('killed, leaves no process behind; started again, has lost no acknowledged row', async () => {
    const first = await start('--port', '0');
    const below = childrenOf(first.info.pid);
    const client = await connect(first.info);
    await client.query('CREATE TABLE t (id int PRIMARY KEY)');
    let acknowledged = 0;
    const writing = (async () => {
      for (;;) {
        await client.query('INSERT INTO t VALUES ($1)', [acknowledged + 1]);
        acknowledged++;
      }
    })().catch(() => undefined);
    await until(() => acknowledged > 100, 'some rows');
    await stop(first.child, 'SIGKILL');
    await writing;
    const second = await start('--port', '0');
    assert.equal(second.info.clusterId, first.info.clusterId);
    assert.deepEqual(second.info.admin, first.info.admin);
    const again = await connect(second.info);
    const { rows } = await again.query<{ n: number }>('SELECT count(*)::int AS n FROM t WHERE id <= $1', [
      acknowledged,
    ]);
    assert.equal(rows[0]!.n, acknowledged);
    await again.end();
    await until(() => !below.some(isAlive), 'the first one’s processes to be gone');
  });

  it('refuses a second start on the same directory and leaves the first alone', async () => {
    const { info } = await start('--port', '0');
    const second = launch(['--json', '--data-dir', dataDir, '--port', '0']);
    const exited = once(second, 'exit');
    const { error } = JSON.parse(await firstLine(second)) as {
      error: { code: string; message: string; nextStep: string };
    };
    assert.equal(error.code, 'LOCAL_ALREADY_RUNNING');
    assert.ok(
      error.message.includes(`localhost:${info.port}`) && error.message.includes(String(info.pid)),
      error.message,
    );
    assert.deepEqual(await exited, [1, null]);
    await (await connect(info)).end();
  });

  it('names the port that is taken, and leaves nothing behind', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const child = launch(['--json', '--data-dir', dataDir, '--port', String(port)]);
    const exited = once(child, 'exit');
    const { error } = JSON.parse(await firstLine(child)) as { error: { code: string; nextStep: string } };
    assert.equal(error.code, 'LOCAL_PORT_TAKEN');
    assert.match(error.nextStep, /--port 0/);
    assert.deepEqual(await exited, [1, null]);
    assert.equal(isAlive(postgresPid()), false);
    server.close();
  });

  it('refuses arguments that are none, in text for people and as JSON', async () => {
    const child = launch(['--port', 'many']);
    const exited = once(child, 'exit');
    const [line] = (await once(createInterface(child.stderr!), 'line')) as [string];
    assert.match(line, /--port: "many" is not a port/);
    assert.deepEqual(await exited, [1, null]);
    const other = launch(['--json', '--nonsense']);
    const { error } = JSON.parse(await firstLine(other)) as { error: { code: string } };
    assert.equal(error.code, 'LOCAL_BAD_ARGUMENT');
  });
});
