import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { LOCAL_PROFILE_ID, type ConnectionProfile } from '../../../src/core/connections/connection-profile';
import { localProfile } from '../../../src/core/connections/local-profile';
import { readConnectionProfiles } from '../../../src/core/connections/profile-settings';
import type { DoctorFinding } from '../../../src/core/doctor/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { examineProfile } from '../../../src/node/doctor/profile';
import { profileSource, type ProfileHost } from '../../../src/node/sql/profile-source';
import { createSqlSession } from '../../../src/node/sql/session';
import { connectionTarget } from '../../../src/node/target-connection';
import { startTestCluster } from '../../support/cluster';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';
import { CollectingSink, testPorts } from '../../support/sql-session';

/** A port of the loopback on which nobody listens. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a session of a profile', function () {
  let cluster: LocalCluster;
  const directory = temporaryDirectory();
  const kept = { ...process.env };
  before(async () => {
    cluster = await startTestCluster();
    const { accessKeyId, secretAccessKey } = cluster.info.admin;
    fs.writeFileSync(
      path.join(directory, 'credentials'),
      `[bank]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    );
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(directory, 'credentials');
    process.env.AWS_CONFIG_FILE = path.join(directory, 'config');
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
  });
  after(async () => {
    process.env = kept;
    removeDirectory(directory);
    await cluster?.close();
  });

  const host = (profile: () => ConnectionProfile | undefined): ProfileHost & { asked: number } => ({
    asked: 0,
    profile,
    localIdentity: () => String(cluster.info.port),
    localCluster() {
      this.asked++;
      return Promise.resolve(cluster.info);
    },
  });
  const ask = async (profile: ConnectionProfile, sql: string): Promise<string | null | undefined> => {
    const session = createSqlSession(
      profileSource(
        profile.id,
        host(() => profile),
      ),
      testPorts(),
    );
    const sink = new CollectingSink();
    try {
      await session.run(sql, sink);
      return sink.received[0]?.[0];
    } finally {
      await session.close();
    }
  };
  /** An entry of the settings whose endpoint stands in for AWS's. */
  const entry = (more: object = {}): ConnectionProfile => {
    const { endpoint, region, caFile, port } = cluster.info;
    const written = { name: 'stand-in', endpoint, region, caFile, port, awsProfile: 'bank', ...more };
    const { profiles, problems } = readConnectionProfiles([written]);
    assert.deepEqual(problems, []);
    return profiles[0] as ConnectionProfile;
  };

  it('connects to the running local cluster', async () => {
    assert.equal(await ask(localProfile('Local cluster'), 'SELECT current_user'), 'admin');
  });

  it('connects as the settings say, by keys of the shared AWS configuration', async () => {
    assert.equal(await ask(entry(), 'SELECT current_user'), 'admin');
    assert.equal(await ask(entry({ readOnly: true }), 'SHOW default_transaction_read_only'), 'on');
    assert.equal(await ask(entry({ schema: 'bank' }), 'SHOW search_path'), 'bank, "$user", public');
  });

  describe('through a tunnel, by the name of a cluster and the address of its end', () => {
    const tunnelled = (more: object = {}): ConnectionProfile => {
      const { clusterId, region } = cluster.info;
      // a name that no DNS knows
      return entry({ endpoint: `${clusterId}.dsql.${region}.on.aws`, hostaddr: '127.0.0.1', ...more });
    };

    it('connects, and functions and chapters go the same way', async () => {
      assert.equal(await ask(tunnelled(), 'SELECT current_user'), 'admin');
      const database = createDatabase(connectionTarget(tunnelled()));
      assert.deepEqual((await database.query('SELECT 1')).rows, [['1']]);
      await database.close();
    });

    it('still verifies the name', () =>
      assert.rejects(ask(tunnelled({ endpoint: 'other.example' }), 'SELECT 1'), { code: 'CERTIFICATE_REFUSED' }));

    it('says where it went when nobody answers there', async () => {
      const port = await freePort();
      await assert.rejects(ask(tunnelled({ port }), 'SELECT 1'), {
        code: 'CONNECTION_REFUSED',
        nextStep: new RegExp(`^Connections go to 127\\.0\\.0\\.1, port ${port}, .*open the tunnel`),
      });
    });

    it('is examined there by the doctor', async () => {
      const found = new Map<string, DoctorFinding>();
      const until = async (profile: ConnectionProfile, last: string): Promise<void> => {
        for await (const finding of examineProfile(profile, () => assert.fail(), new AbortController().signal)) {
          found.set(finding.check, finding);
          if (finding.check === last) return;
        }
      };
      await until(tunnelled(), 'tls');
      assert.match(found.get('dns')?.observed ?? '', /^Not looked up: connections go to 127\.0\.0\.1/);
      assert.deepEqual([found.get('network')?.status, found.get('tls')?.status], ['ok', 'ok']);
      await until(tunnelled({ port: await freePort() }), 'network');
      const { status, fixes } = found.get('network') ?? {};
      assert.equal(status, 'failed');
      assert.match(fixes?.[0]?.text ?? '', /open the tunnel that ends there/);
    });
  });

  it('names profile and remedy when there are no keys', async () => {
    await assert.rejects(ask(entry({ awsProfile: 'nobody' }), 'SELECT 1'), {
      code: 'CREDENTIALS_UNAVAILABLE',
      nextStep: /--profile nobody/,
    });
  });

  it('follows the profile while it is open, and ends with it', async () => {
    let profile: ConnectionProfile | undefined = entry();
    const session = createSqlSession(
      profileSource(
        profile.id,
        host(() => profile),
      ),
      testPorts(),
    );
    const sink = new CollectingSink();
    await session.run('SELECT 1', sink);
    profile = entry({ readOnly: true });
    await assert.rejects(session.run('CREATE TABLE t (id int)', sink), { code: 'DATABASE' });
    profile = entry({ user: 'nobody' });
    await assert.rejects(session.run('SELECT 1', sink), { code: 'ACCESS_DENIED' });
    profile = undefined;
    await assert.rejects(session.run('SELECT 1', sink), { code: 'PROFILE_UNKNOWN' });
    await session.close();
  });

  it('of the local cluster is not asked for the address of others', async () => {
    const asking = host(() => entry());
    const session = createSqlSession(profileSource(LOCAL_PROFILE_ID, asking), testPorts());
    await session.run('SELECT 1', new CollectingSink());
    await session.close();
    assert.equal(asking.asked, 0);
  });
});
