import assert from 'node:assert/strict';
import { readProfile } from '../../../src/core/connections/profile';

const ENDPOINT = 'abcdefghijklmnopqrstuvwx23.dsql.eu-central-1.on.aws';
const ROLE = 'arn:aws:iam::123456789012:role/bank';
const read = (target: unknown, name = 'prod') =>
  readProfile(JSON.stringify({ targets: { prod: target } }), name, 'file.json');

describe('readProfile', () => {
  it('takes the Region from the endpoint and fills in the rest', () => {
    assert.deepEqual(read({ endpoint: ENDPOINT, lambdaRoleArn: ROLE }), {
      name: 'prod',
      host: ENDPOINT,
      region: 'eu-central-1',
      awsProfile: undefined,
      lambdaRoleArn: ROLE,
      functionPrefix: 'dsql-workshop-',
      assumeLambdaRole: false,
      port: 5432,
      hostaddr: undefined,
      caFile: undefined,
      lambdaEndpoint: undefined,
    });
  });

  it('takes a stand-in by host, Region, port and authority', () => {
    const { host, region, port, lambdaEndpoint } = read({
      endpoint: 'localhost',
      region: 'us-east-1',
      caFile: '/ca.pem',
      port: 6543,
      lambdaEndpoint: 'http://localhost:9001',
      lambdaRoleArn: ROLE,
    });
    assert.deepEqual([host, region, port, lambdaEndpoint], ['localhost', 'us-east-1', 6543, 'http://localhost:9001']);
  });

  it('takes the end of a tunnel beside the name, which is still what is verified', () => {
    const { host, hostaddr } = read({ endpoint: ENDPOINT, lambdaRoleArn: ROLE, hostaddr: '127.0.0.1' });
    assert.deepEqual([host, hostaddr], [ENDPOINT, '127.0.0.1']);
    assert.equal(read({ endpoint: ENDPOINT, lambdaRoleArn: ROLE, hostaddr: '::1' }).hostaddr, '::1');
  });

  const wrong: [string, unknown, RegExp][] = [
    ['no endpoint', { lambdaRoleArn: ROLE }, /"endpoint" is missing/],
    ['no role', { endpoint: ENDPOINT }, /"lambdaRoleArn" is not the ARN/],
    ['a name for an address', { endpoint: ENDPOINT, lambdaRoleArn: ROLE, hostaddr: 'bastion' }, /not an IP address/],
    ['an unknown key', { endpoint: ENDPOINT, lambdaRoleArn: ROLE, profil: 'x' }, /"profil" is not known/],
    ['a number for a text', { endpoint: 5 }, /"endpoint" is not a text/],
    ['a wrong port', { endpoint: ENDPOINT, lambdaRoleArn: ROLE, port: 70000 }, /"port" is not a port/],
    ['no object', 'x', /not an object/],
  ];
  for (const [what, target, message] of wrong) {
    it(`refuses ${what}, naming file and target`, () => {
      assert.throws(() => read(target), {
        code: 'TARGETS_MALFORMED',
        message: new RegExp(`file.json: target "prod": .*${message.source}`),
      });
    });
  }

  it('refuses what is no JSON, holds no targets, or not this one', () => {
    assert.throws(() => readProfile('{', 'a', 'f'), { code: 'TARGETS_MALFORMED' });
    assert.throws(() => readProfile('[]', 'a', 'f'), { code: 'TARGETS_MALFORMED' });
    assert.throws(() => read({}, 'toString'), { code: 'TARGET_UNKNOWN' });
  });
});
