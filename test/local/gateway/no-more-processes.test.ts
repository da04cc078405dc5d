import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { CodedError } from '../../../src/base/errors';
import { ActiveFlights } from '../../../src/local/gateway/active-flights';
import { BackendRefused, connectBackend } from '../../../src/local/gateway/connect';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import { startPostgres } from '../../../src/local/postgres/server';
import { startTestGateway } from '../../support/gateway';
import { removeDirectory, temporaryDirectory, until } from '../../support/postgres';

/** How many processes PostgreSQL's account may have, for the postmaster alone. @returns the former limit */
function limitProcesses(pid: number, most: string): string {
  const former = /^Max processes +(\S+)/m.exec(fs.readFileSync(`/proc/${pid}/limits`, 'utf8'))![1]!;
  // as its own account: root without CAP_SYS_RESOURCE, as in containers, may not change others' limits
  const { uid, gid } = fs.statSync(`/proc/${pid}`);
  execFileSync('prlimit', [`--pid=${pid}`, `--nproc=${most}:`], { stdio: 'ignore', uid, gid });
  return former;
}

/** The limits of a user, or of a container, hit PostgreSQL first: it has a process for each connection. */
describe('a PostgreSQL that the system gives no more processes', function () {
  it('is waited for by who needs another, and the others go on', async function () {
    const cluster = await startTestGateway();
    try {
      const { pid } = cluster.postgres;
      const client = await cluster.connect();
      await client.query('CREATE ROLE another WITH LOGIN');
      const another = await cluster.connect('another');
      let former: string;
      try {
        former = limitProcesses(pid, '1');
      } catch {
        return this.skip(); // there is no prlimit, or it may not be used
      }
      const answered = another.query('SELECT 1');
      await until(() => cluster.gateway.stats().waiting === 1, 'the client needs a process of PostgreSQL');
      assert.equal((await client.query('SELECT 1')).rowCount, 1);
      limitProcesses(pid, former);
      assert.equal((await answered).rowCount, 1);
      assert.deepEqual(cluster.log, []);
    } finally {
      await cluster.close();
    }
  });

  it('is why a cluster does not start, and is named as that', async function () {
    const dataDir = temporaryDirectory();
    const postgres = await startPostgres({ dataDir });
    try {
      const { address, pid } = postgres;
      try {
        limitProcesses(pid, '1');
      } catch {
        return this.skip(); // there is no prlimit, or it may not be used
      }
      for (const connect of [
        () => connectSuperuser(address),
        () => connectBackend(address, address.superuser, new ActiveFlights()),
      ]) {
        const error = await connect().then(
          () => assert.fail('connected'),
          (reason: unknown) => postgres.explain(reason),
        );
        assert.ok(error instanceof CodedError, String(error));
        assert.equal(error.code, 'LOCAL_SYSTEM_LIMIT');
        assert.match(error.message, /could not fork/);
      }
    } finally {
      await postgres.close();
      removeDirectory(dataDir);
    }
  });

  it('says so in the words of a former protocol, which end nothing but the attempt', async function () {
    if (process.platform === 'win32') this.skip(); // no Unix sockets
    const directory = temporaryDirectory();
    // to the byte what a postmaster sends that cannot fork, to who has not spoken yet (report_fork_failure_to_client)
    const said = 'Ecould not fork new process for connection: Resource temporarily unavailable\n\0';
    const postmaster = net.createServer(socket => socket.end(said)).listen(path.join(directory, '.s.PGSQL.5432'));
    try {
      await once(postmaster, 'listening');
      const address = { host: directory, port: 5432, superuser: 'postgres' };
      await assert.rejects(connectBackend(address, 'admin', new ActiveFlights()), (error: unknown) => {
        assert.ok(error instanceof BackendRefused);
        assert.equal(error.error.message, 'server unavailable');
        return true;
      });
    } finally {
      postmaster.close();
      removeDirectory(directory);
    }
  });
});
