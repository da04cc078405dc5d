import assert from 'node:assert/strict';
import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { readClusterInfo } from '../../../src/core/connections/cluster-info';
import { decodeToken } from '../../../src/core/connections/token';

describe('decodeToken', () => {
  it('takes a real token apart and hides what is secret in it', async () => {
    const signer = new DsqlSigner({
      hostname: 'localhost',
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret', sessionToken: 'session/token+1' },
    });
    const token = await signer.getDbConnectAdminAuthToken();
    const parts = new Map(decodeToken(token).map(({ name, value }) => [name, value]));
    assert.equal(parts.get('host'), 'localhost');
    assert.equal(parts.get('Action'), 'DbConnectAdmin');
    assert.equal(parts.get('X-Amz-Expires'), '900');
    assert.match(parts.get('X-Amz-Credential') ?? '', /^AKIATEST\/\d{8}\/us-east-1\/dsql\/aws4_request$/);
    assert.equal(parts.get('X-Amz-Signature'), '(64 characters, hidden)');
    assert.equal(parts.get('X-Amz-Security-Token'), '(15 characters, hidden)');
  });

  it('refuses what is no token', () => {
    for (const text of ['', 'secret', 'localhost/?Action=DbConnect'])
      assert.throws(() => decodeToken(text), { code: 'TOKEN_MALFORMED' });
  });
});

describe('readClusterInfo', () => {
  const principal = { accessKeyId: 'a', secretAccessKey: 'b', arn: 'c' };
  const info = {
    endpoint: 'localhost',
    port: 1,
    region: 'us-east-1',
    caFile: '/ca',
    dataDir: '/d',
    clusterId: 'x',
    lambdaEndpoint: 'http://localhost:2',
    admin: principal,
    lambdaRole: principal,
    generatorRole: principal,
    pid: 3,
  };

  it('reads a complete description and nothing less', () => {
    assert.deepEqual(readClusterInfo(JSON.stringify(info)), info);
    for (const key of Object.keys(info))
      assert.equal(readClusterInfo(JSON.stringify({ ...info, [key]: undefined })), undefined, key);
    for (const text of ['', 'ready', 'null', '{}', '[1]']) assert.equal(readClusterInfo(text), undefined, text);
  });

  it('throws the error a cluster reports', () => {
    const line = JSON.stringify({ error: { code: 'LOCAL_PORT_TAKEN', message: 'taken', nextStep: 'use another' } });
    assert.throws(() => readClusterInfo(line), { code: 'LOCAL_PORT_TAKEN', nextStep: 'use another' });
  });
});
