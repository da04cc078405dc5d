import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { createAuthenticator } from '../../../src/local/identity/authenticator';
import { loadIdentity } from '../../../src/local/identity/identity';
import { nodeHashes } from '../../../src/local/identity/node-hashes';
import type { Reached } from '../../../src/local/ports';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';
import { presign } from '../../support/presign';

const now = Date.parse('2026-11-20T12:00:00Z');
const region = 'us-east-1';
const clusterId = 'a'.repeat(26);
const admin = {
  accessKeyId: 'AKIAADMIN',
  secretAccessKey: 'admin/secret',
  arn: 'arn:aws:iam::000000000000:role/admin',
};
const lambdaRole = {
  accessKeyId: 'AKIALAMBDA',
  secretAccessKey: 'other',
  arn: 'arn:aws:iam::000000000000:role/lambda',
};
const principals = [
  { ...admin, allowed: ['dsql:*'] },
  { ...lambdaRole, allowed: ['dsql:DbConnect'] },
];

describe('token verification', () => {
  const authenticator = createAuthenticator({
    region,
    clusterId,
    principals,
    isMapped: (role, arn) => Promise.resolve(role === 'myapp' && arn === lambdaRole.arn),
  });
  const sign = (changes: Partial<Parameters<typeof presign>[1]> = {}, at = now) =>
    presign(
      nodeHashes,
      {
        host: 'localhost',
        path: '/',
        query: [['Action', 'DbConnectAdmin']],
        region,
        service: 'dsql',
        expiresSeconds: 900,
        ...admin,
        ...changes,
      },
      at,
    );
  const answer = async (token: string, user = 'admin', at = now) => {
    const refused = await authenticator.authenticate(user, token, at);
    if (refused)
      assert.deepEqual(
        [refused.severity, refused.sqlstate, refused.message],
        ['FATAL', '08006', 'unable to accept connection, access denied'],
      );
    return refused ? (refused.hint ?? 'denied') : 'in';
  };

  it('accepts the cluster by each of its names, with or without a port', async () => {
    for (const host of ['localhost', 'localhost:5433', '127.0.0.1:5432', '[::1]', `${clusterId}.dsql.${region}.on.aws`])
      assert.equal(await answer(sign({ host })), 'in', host);
  });

  it('demands a TLS server name, or the id of the cluster, of clients that go to its name', async () => {
    const named = sign({ host: `${clusterId}.dsql.${region}.on.aws` });
    const byAddress = sign({ host: '127.0.0.1' });
    const strict = createAuthenticator({
      ...{ region, clusterId, principals, requireSni: true },
      isMapped: () => Promise.resolve(false),
    });
    const said = async (token: string, reached: Reached, by = authenticator) =>
      (await by.authenticate('admin', token, now, reached))?.message;
    const sni = 'unable to accept connection, sni was not received';
    const denied = 'unable to accept connection, access denied';
    assert.equal(await said(named, {}), sni);
    assert.equal(await said(named, { serverName: 'anything' }), undefined);
    assert.equal(await said(named, { clusterId }), undefined);
    assert.equal(await said(named, { clusterId: 'b'.repeat(26), serverName: 'x' }), denied);
    assert.equal(await said(byAddress, {}), undefined);
    assert.equal(await said(sign(), {}), undefined);
    assert.equal(await said(byAddress, {}, strict), sni);
    assert.equal(await said('no token at all', {}, strict), sni);
    assert.equal(await said(byAddress, { clusterId }, strict), undefined);
    assert.equal(await said(sign(), { serverName: 'localhost' }, strict), undefined);
  });

  it('refuses other hosts, Regions, services, paths, keys and secrets', async () => {
    for (const changes of [
      { host: 'example.com' },
      { host: `${'b'.repeat(26)}.dsql.${region}.on.aws` },
      { region: 'eu-west-1' },
      { service: 'rds-db' },
      { path: '/other' },
      { accessKeyId: 'AKIANOBODY' },
      { secretAccessKey: 'wrong' },
    ])
      assert.equal(await answer(sign(changes)), 'denied', JSON.stringify(changes));
  });

  it('says when a token has expired, to the second', async () => {
    assert.equal(await answer(sign(), 'admin', now + 900_000), 'in');
    assert.equal(
      await answer(sign(), 'admin', now + 901_000),
      'Signature expired: 20261120T120000Z is now earlier than 20261120T120001Z (20261120T121501Z - 15 min.)',
    );
    assert.match(await answer(sign({}, now + 301_000)), /^Signature not yet current: /);
    assert.equal(await answer(sign({}, now + 300_000)), 'in');
  });

  it('refuses a token that would live longer than a week', async () => {
    assert.equal(await answer(sign({ expiresSeconds: 604_800 }), 'admin', now + 604_800_000), 'in');
    assert.match(
      await answer(sign({ expiresSeconds: 604_801 })),
      /^X-Amz-Expires must be less than a week \(in seconds\)/,
    );
  });

  it('asks the mappings for every other role', async () => {
    const connect = { query: [['Action', 'DbConnect']] as const };
    assert.equal(await answer(sign({ ...connect, ...lambdaRole }), 'myapp'), 'in');
    assert.equal(await answer(sign({ ...connect, ...admin }), 'myapp'), 'denied');
    assert.equal(await answer(sign({ ...connect, ...lambdaRole }), 'other'), 'denied');
    assert.match(
      await answer(sign(lambdaRole)),
      /^User: .*role\/lambda is not authorized to perform: dsql:DbConnectAdmin/,
    );
    assert.equal(await answer(sign(), 'myapp'), 'Wrong user to action mapping. user: myapp, action: DbConnectAdmin');
  });

  it('refuses a token in which any character was changed', async () => {
    const token = sign();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary-ascii' }),
        async (at, character) => {
          const changed = token.slice(0, at) + character + token.slice(at + 1);
          // the host is compared without regard to case only after its signature held
          if (changed !== token) assert.notEqual(await answer(changed), 'in', changed);
        },
      ),
    );
  });

  it('never throws, whatever it is given', async () => {
    await fc.assert(fc.asyncProperty(fc.string(), async text => assert.equal(await answer(text), 'denied')));
    await fc.assert(fc.asyncProperty(fc.webUrl(), async text => assert.equal(await answer(text), 'denied')));
  });
});

describe('the identity of a data directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryDirectory();
  });
  afterEach(() => removeDirectory(folder));

  it('is made once, and stays', () => {
    const made = loadIdentity(folder);
    assert.deepEqual(loadIdentity(folder), made);
    const keys = [made.admin, made.lambdaRole, made.generatorRole].map(({ accessKeyId }) => accessKeyId);
    assert.equal(new Set(keys).size, 3);
  });

  it('of an earlier edition gets the role that it does not have, once, and keeps the rest', () => {
    const { generatorRole, ...earlier } = loadIdentity(folder);
    const file = path.join(folder, 'identity.json');
    fs.writeFileSync(file, JSON.stringify(earlier));
    const again = loadIdentity(folder);
    assert.deepEqual({ ...again, generatorRole }, { ...earlier, generatorRole });
    assert.notEqual(again.generatorRole.accessKeyId, generatorRole.accessKeyId);
    assert.deepEqual(loadIdentity(folder), again);
    if (process.platform !== 'win32') assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  });
});
