import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import type { LocalCluster } from '../../../src/local/cluster';
import { nodeHashes } from '../../../src/local/identity/node-hashes';
import { clientOptions, connect, startTestCluster, token, type Login } from '../../support/cluster';
import { presign } from '../../support/presign';

const run = promisify(execFile);

describe('connecting to a local cluster', () => {
  let cluster: LocalCluster;
  before(async () => (cluster = await startTestCluster()));
  after(() => cluster?.close());

  const refusal = async (login: Login, changes: pg.ClientConfig = {}) => {
    const client = new pg.Client({ ...(await clientOptions(cluster.info, login)), ...changes });
    client.on('error', () => {});
    const error = await client.connect().then(
      () => assert.fail('was let in'),
      (e: pg.DatabaseError) => e,
    );
    return { severity: error.severity, code: error.code, message: error.message, hint: error.hint };
  };
  const denied = { severity: 'FATAL', code: '08006', message: 'unable to accept connection, access denied' };

  it('lets admin in over verified TLS, as PostgreSQL 16 at REPEATABLE READ', async () => {
    const client = await connect(cluster.info);
    const { rows } = await client.query(
      `SELECT version(), current_user, current_setting('server_version') AS v, current_setting('transaction_isolation') AS i`,
    );
    assert.deepEqual(rows, [{ version: 'PostgreSQL 16', current_user: 'admin', v: '16.15', i: 'repeatable read' }]);
    await client.end();
  });

  it('lets the Lambda role in only after AWS IAM GRANT, and no more after REVOKE', async () => {
    const admin = await connect(cluster.info);
    const login: Login = { user: 'myapp', as: 'lambdaRole' };
    assert.deepEqual(await refusal(login), { ...denied, hint: undefined });
    await admin.query('CREATE ROLE myapp WITH LOGIN');
    assert.deepEqual(await refusal(login), { ...denied, hint: undefined });
    await admin.query(`AWS IAM GRANT myapp TO '${cluster.info.lambdaRole.arn}'`);
    const mappings = await admin.query('SELECT arn, pg_role_name, grantor_pg_role_name FROM sys.iam_pg_role_mappings');
    assert.deepEqual(mappings.rows, [
      { arn: cluster.info.lambdaRole.arn, pg_role_name: 'myapp', grantor_pg_role_name: 'admin' },
    ]);
    const app = await connect(cluster.info, login);
    assert.deepEqual((await app.query('SELECT current_user AS me')).rows, [{ me: 'myapp' }]);
    await app.end();
    await admin.query(`AWS IAM REVOKE myapp FROM '${cluster.info.lambdaRole.arn}'`);
    assert.deepEqual(await refusal(login), { ...denied, hint: undefined });
    await admin.end();
  });

  it('finds the cluster by the TLS server name, or by amzn-cluster-id', async () => {
    const { clusterId, region, admin } = cluster.info;
    const name = `${clusterId}.dsql.${region}.on.aws`;
    const request = { host: name, path: '/', query: [['Action', 'DbConnectAdmin']] as const, region };
    const password = presign(nodeHashes, { ...request, service: 'dsql', expiresSeconds: 900, ...admin }, Date.now());
    const noName = {
      ...((await clientOptions(cluster.info)).ssl as object),
      servername: '',
      checkServerIdentity: () => undefined,
    };
    const sni = { ...denied, message: 'unable to accept connection, sni was not received', hint: undefined };
    const byAddress = { host: '127.0.0.1', password, ssl: noName };
    assert.deepEqual(await refusal({}, byAddress), sni);
    assert.deepEqual(await refusal({}, { ...byAddress, options: `-c amzn-cluster-id=${'b'.repeat(26)}` }), {
      ...denied,
      hint: undefined,
    });
    for (const changes of [{ options: `-c amzn-cluster-id=${clusterId}` }, { ssl: { ...noName, servername: name } }]) {
      const client = new pg.Client({ ...(await clientOptions(cluster.info)), ...byAddress, ...changes });
      await client.connect();
      await client.end();
    }
  });

  it('tells an expired token, a token for another user, and a principal without the right', async () => {
    const { endpoint, region, admin } = cluster.info;
    const request = { host: endpoint, path: '/', query: [['Action', 'DbConnectAdmin']] as const, region };
    const hourOld = presign(
      nodeHashes,
      { ...request, service: 'dsql', expiresSeconds: 900, ...admin },
      Date.now() - 3_600_000,
    );
    const late = await refusal({}, { password: hourOld });
    assert.match(late.hint ?? '', /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z /);
    assert.deepEqual({ ...late, hint: undefined }, { ...denied, hint: undefined });
    assert.deepEqual(await refusal({ action: 'DbConnect' }), {
      ...denied,
      hint: 'Wrong user to action mapping. user: admin, action: DbConnect',
    });
    assert.deepEqual(await refusal({ user: 'someone', action: 'DbConnectAdmin' }), {
      ...denied,
      hint: 'Wrong user to action mapping. user: someone, action: DbConnectAdmin',
    });
    const { hint } = await refusal({ as: 'lambdaRole' });
    assert.match(
      hint ?? '',
      /^User: .*workshop-lambda is not authorized to perform: dsql:DbConnectAdmin on resource: arn:aws:dsql:/,
    );
  });

  it('refuses a password that is no token', async () => {
    assert.deepEqual(await refusal({}, { password: 'secret' }), { ...denied, hint: undefined });
  });

  it('holds roles to the rules of AWS IAM GRANT', async () => {
    const admin = await connect(cluster.info);
    await admin.query('CREATE ROLE nologin');
    const code = (sql: string) =>
      admin.query(sql).then(
        () => 'accepted',
        (e: pg.DatabaseError) => `${e.code} ${e.message}`,
      );
    const arn = 'arn:aws:iam::000000000000:role/x';
    assert.equal(await code(`AWS IAM GRANT nope TO '${arn}'`), '42704 role "nope" does not exist');
    assert.match(await code(`AWS IAM GRANT nologin TO '${arn}'`), /role nologin must have the LOGIN attribute/);
    await admin.query('ALTER ROLE nologin LOGIN');
    assert.match(await code(`AWS IAM GRANT nologin TO 'nobody'`), /IAM role must look like an IAM ARN/);
    assert.equal(await code(`AWS IAM GRANT nologin TO '${arn}'`), 'accepted');
    assert.match(await code(`AWS IAM GRANT nologin TO '${arn}'`), /^42710 /);
    assert.equal(
      await code('DROP ROLE nologin'),
      '2BP01 role "nologin" cannot be dropped because some objects depend on it',
    );
    await admin.end();
  });

  const installed = spawnSync('psql', ['--version']).status === 0;
  (installed ? it : () => undefined)('serves psql with verify-full', async () => {
    const { info } = cluster;
    const { stdout } = await run('psql', ['-X', '-A', '-t', '-c', 'SELECT 6 * 7'], {
      env: {
        ...process.env,
        PGHOST: info.endpoint,
        PGPORT: String(info.port),
        PGUSER: 'admin',
        PGDATABASE: 'postgres',
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: info.caFile,
        PGPASSWORD: await token(info),
      },
    });
    assert.equal(stdout, '42\n');
  });
});
