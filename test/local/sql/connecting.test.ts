import assert from 'node:assert/strict';
import path from 'node:path';
import { Deferred } from '../../../src/base/deferred';
import type { CodedError } from '../../../src/base/errors';
import type { LocalCluster } from '../../../src/local/cluster';
import { createAuthenticator } from '../../../src/local/identity/authenticator';
import { principalsOf } from '../../../src/local/identity/principals';
import { loadServerCertificate } from '../../../src/local/identity/certificates';
import { createSqlSession } from '../../../src/node/sql/session';
import type { SqlAddress } from '../../../src/node/sql/target';
import { startTestCluster } from '../../support/cluster';
import { startTestGateway } from '../../support/gateway';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';
import { CollectingSink, TestSource, testPorts } from '../../support/sql-session';

describe('connecting an SQL session', function () {
  let cluster: LocalCluster;
  const directory = temporaryDirectory();
  before(async () => {
    cluster = await startTestCluster();
    const sink = new CollectingSink();
    const session = createSqlSession(new TestSource(cluster.info), testPorts());
    await session.run('CREATE ROLE teller WITH LOGIN', sink);
    await session.run(`AWS IAM GRANT teller TO '${cluster.info.lambdaRole.arn}'`, sink);
    await session.close();
  });
  after(async () => {
    removeDirectory(directory);
    await cluster?.close();
  });
  /** Runs a statement over one connection of this address. */
  const select = async (
    changes: Partial<SqlAddress>,
    sql = 'SELECT current_user',
  ): Promise<string | null | undefined> => {
    const session = createSqlSession(new TestSource(cluster.info, changes), testPorts());
    const sink = new CollectingSink();
    try {
      await session.run(sql, sink);
      return sink.received[0]?.[0];
    } finally {
      await session.close();
    }
  };
  const failure = (changes: Partial<SqlAddress>): Promise<CodedError> =>
    select(changes).then(
      () => assert.fail('it connected'),
      (error: CodedError) => error,
    );
  const lambdaKeys = (): Promise<{ accessKeyId: string; secretAccessKey: string }> => {
    const { accessKeyId, secretAccessKey } = cluster.info.lambdaRole;
    return Promise.resolve({ accessKeyId, secretAccessKey });
  };

  it('takes the action by the user: admin, and a mapped role', async () => {
    assert.equal(await select({}), 'admin');
    assert.equal(await select({ user: 'teller', credentials: lambdaKeys }), 'teller');
  });

  it('says how to map a role that is not mapped', async () => {
    const error = await failure({ user: 'teller' });
    assert.equal(error.code, 'ACCESS_DENIED');
    assert.match(error.nextStep ?? '', /AWS IAM GRANT teller TO/);
    assert.equal(error.details?.sqlstate, '08006');
  });

  it('shows the hint of the server where it has one, and what helps on a local cluster', async () => {
    const error = await failure({ credentials: lambdaKeys });
    assert.equal(error.code, 'NOT_AUTHORIZED');
    assert.match(error.message, /is not authorized to perform: dsql:DbConnectAdmin/);
    assert.match(error.nextStep ?? '', /may not be admin: connect as the database role that is mapped to it/);
  });

  it('is refused with keys of somebody else, or for another Region', async () => {
    const strange = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    };
    assert.equal((await failure({ credentials: () => Promise.resolve(strange) })).code, 'ACCESS_DENIED');
    const elsewhere = await failure({ region: 'eu-west-1' });
    assert.equal(elsewhere.code, 'ACCESS_DENIED');
    assert.match(elsewhere.nextStep ?? '', /Region eu-west-1/);
  });

  it('says that there are no credentials, and nothing of them', async () => {
    const error = await failure({ credentials: () => Promise.reject(new Error('sso session has expired')) });
    assert.equal(error.code, 'CREDENTIALS_UNAVAILABLE');
    assert.match(error.message, /sso session has expired/);
  });

  it('trusts the authority that was named, and no other', async () => {
    assert.equal((await failure({ caFile: undefined })).code, 'CERTIFICATE_REFUSED');
    assert.equal((await failure({ caFile: path.join(directory, 'missing.pem') })).code, 'CA_FILE_UNREADABLE');
    const other = await loadServerCertificate(directory, ['cluster.example'], Date.now());
    const tls = { cert: other.certificate, key: other.privateKey };
    const gateway = await startTestGateway({ tls });
    const error = await failure({ port: gateway.gateway.port, caFile: other.caFile });
    await gateway.close();
    assert.deepEqual([error.code, error.details?.systemCode], ['CERTIFICATE_REFUSED', 'ERR_TLS_CERT_ALTNAME_INVALID']);
  });

  it('names what is wrong with the network', async () => {
    assert.equal((await failure({ port: 1 })).code, 'CONNECTION_REFUSED');
    // too long for a name: no name server is asked, which may not answer in time
    assert.equal((await failure({ host: `${'x'.repeat(64)}.invalid` })).code, 'HOST_NOT_FOUND');
  });

  it('is cancelled while it waits for somebody to sign in', async () => {
    const cancel = new AbortController();
    const asked = new Deferred<void>();
    const credentials = (): Promise<never> => {
      asked.resolve();
      return new Promise<never>(() => undefined);
    };
    const session = createSqlSession(new TestSource(cluster.info, { credentials }), testPorts());
    const running = session.run('SELECT 1', new CollectingSink(), { signal: cancel.signal });
    await asked.promise;
    cancel.abort();
    await assert.rejects(running, { code: 'CANCELLED' });
    await session.close();
  });

  it('is cancelled while it connects', async () => {
    const cancel = new AbortController();
    const session = createSqlSession(new TestSource(cluster.info), testPorts());
    const running = session.run('SELECT 1', new CollectingSink(), { signal: cancel.signal });
    cancel.abort();
    await assert.rejects(running, { code: 'CANCELLED' });
    await session.close();
  });

  it('reads the credentials again, once, when the token had expired', async () => {
    const { info } = cluster;
    let aheadMs = 3_600_000;
    const real = createAuthenticator({
      region: info.region,
      clusterId: info.clusterId,
      principals: principalsOf(info),
      isMapped: () => Promise.resolve(false),
    });
    const gateway = await startTestGateway({
      authenticator: { authenticate: (user, token, now) => real.authenticate(user, token, now + aheadMs) },
    });
    try {
      const source = new TestSource(info, { port: gateway.gateway.port, caFile: gateway.caFile });
      const session = createSqlSession(source, testPorts());
      const expired = await session.run('SELECT 1', new CollectingSink()).catch((error: CodedError) => error);
      assert.ok('code' in expired && expired.code === 'TOKEN_EXPIRED');
      assert.match(expired.message, /Signature expired/);
      assert.deepEqual(source.located, [false, true]);
      source.changes.credentials = () => {
        aheadMs = 0;
        const { accessKeyId, secretAccessKey } = info.admin;
        return Promise.resolve({ accessKeyId, secretAccessKey });
      };
      await session.run('SELECT 1', new CollectingSink());
      await session.close();
    } finally {
      await gateway.close();
    }
  });

  it('waits while the cluster wakes up, and while connections come too fast', async () => {
    const answers = [
      {
        severity: 'FATAL',
        sqlstate: '08006',
        message: 'unable to accept connection, waking up cluster, please retry later',
      },
      { severity: 'FATAL', sqlstate: '53400', message: 'Unable to accept connection, rate exceeded.' },
    ] as const;
    let asked = 0;
    const gateway = await startTestGateway({ authenticator: { authenticate: async () => answers[asked++] } });
    try {
      const ports = testPorts();
      const source = new TestSource(cluster.info, { port: gateway.gateway.port, caFile: gateway.caFile });
      const session = createSqlSession(source, ports);
      await session.run('SELECT 1', new CollectingSink());
      assert.equal(ports.slept.length, 2);
      await session.close();
    } finally {
      await gateway.close();
    }
  });

  it('leaves no token behind in an error', async () => {
    for (const changes of [{ user: 'teller' }, { region: 'eu-west-1' }, { port: 1 }, { caFile: undefined }]) {
      const error = await failure(changes);
      const chain: unknown[] = [error, error.details, error.cause, error.stack];
      for (const part of chain) assert.doesNotMatch(JSON.stringify(part) + String(part), /X-Amz-|Signature=/);
    }
  });
});
