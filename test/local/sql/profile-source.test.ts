import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { LOCAL_PROFILE_ID, type ConnectionProfile } from '../../../src/core/connections/connection-profile';
import { localProfile } from '../../../src/core/connections/local-profile';
import { readConnectionProfiles } from '../../../src/core/connections/profile-settings';
import type { LocalCluster } from '../../../src/local/cluster';
import { profileSource, type ProfileHost } from '../../../src/node/sql/profile-source';
import { createSqlSession } from '../../../src/node/sql/session';
import { startTestCluster } from '../../support/cluster';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';
import { CollectingSink, testPorts } from '../../support/sql-session';

describe('a session of a profile', function () {
  this.timeout(60_000);
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
