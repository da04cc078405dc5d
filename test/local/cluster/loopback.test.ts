import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { LocalCluster } from '../../../src/local/cluster';
import { scramVerifier } from '../../../src/local/gateway/role-password';
import { isAlive } from '../../../src/local/postgres/process-table';
import { startPostgres } from '../../../src/local/postgres/server';
import { connect, startTestCluster } from '../../support/cluster';
import { connectBeneath } from '../../support/postgres';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

describe('a PostgreSQL that pg_ctl starts, as on Windows', () => {
  it('is started again when it was killed, with every row, and ends with its owner', async () => {
    const dataDir = temporaryDirectory();
    const server = await startPostgres({ dataDir, transport: 'loopback' });
    try {
      const rows = async (sql: string): Promise<unknown[]> => {
        const client = await connectBeneath(server.address);
        return client
          .query(sql)
          .then(({ rows }) => rows as unknown[])
          .finally(() => client.end());
      };
      assert.deepEqual(await rows('SHOW unix_socket_directories'), [{ unix_socket_directories: '' }]);
      await rows('CREATE TABLE t AS SELECT 42 AS a');
      const killed = server.pid;
      const restarted = new Promise<void>(resolve => server.onRestart(resolve));
      process.kill(killed, 'SIGKILL');
      await restarted;
      assert.deepEqual(await rows('SELECT a FROM t'), [{ a: 42 }]);
      assert.notEqual(server.pid, killed);
    } finally {
      await server.close();
    }
    assert.equal(isAlive(server.pid), false);
    removeDirectory(dataDir);
  });
});

describe('a local cluster whose PostgreSQL listens on a loopback port, as on Windows', () => {
  let cluster: LocalCluster;
  let dataDir: string;
  before(async () => {
    dataDir = temporaryDirectory();
    // what a start leaves that was broken off, or found the disk full, as it wrote the file
    fs.writeFileSync(path.join(dataDir, 'postgres-password'), '');
    cluster = await startTestCluster({ transport: 'loopback', dataDir });
  });
  after(async () => {
    await cluster?.close();
    removeDirectory(dataDir);
  });

  it('serves admin, jobs and EXPLAIN', async () => {
    const admin = await connect(cluster.info);
    await admin.query('CREATE TABLE t (id int PRIMARY KEY, v text)');
    await admin.query("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    const { rows } = await admin.query<{ job_id: string }>('CREATE UNIQUE INDEX ASYNC t_v ON t (v)');
    const waited = await admin.query('CALL sys.wait_for_job($1)', [rows[0]!.job_id]);
    assert.deepEqual(waited.rows, [{ succeeded: true }]);
    assert.match(JSON.stringify((await admin.query('EXPLAIN SELECT * FROM t')).rows), /B-Tree Scan on t_pkey/);
    await assert.rejects(admin.query("INSERT INTO t VALUES (3, 'a')"), { code: '23505' });
    await admin.end();
  });

  it('lets roles in by IAM alone, whatever password they were given', async () => {
    const admin = await connect(cluster.info);
    const me = async (): Promise<unknown> => {
      const app = await connect(cluster.info, { user: 'my"app', as: 'lambdaRole' });
      const { rows } = await app.query('SELECT session_user AS me');
      await app.end();
      return rows[0];
    };
    await admin.query(`CREATE ROLE "my""app" WITH LOGIN PASSWORD 'other'`);
    await admin.query(`AWS IAM GRANT "my""app" TO '${cluster.info.lambdaRole.arn}'`);
    assert.deepEqual(await me(), { me: 'my"app' });
    await admin.query(`ALTER ROLE "my""app" PASSWORD 'changed'`);
    const both = await Promise.all([me(), me(), me()]);
    assert.deepEqual(both, Array(3).fill({ me: 'my"app' }));
    await admin.query(`AWS IAM REVOKE "my""app" FROM '${cluster.info.lambdaRole.arn}'`);
    await assert.rejects(me(), { code: '08006' });
    await admin.end();
  });

  it('keeps what checks a password, not the password', () => {
    const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
    assert.match(verifier, /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[\w+/=]{44}:[\w+/=]{44}$/);
    assert.equal(
      verifier,
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });
});
