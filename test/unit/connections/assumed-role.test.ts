import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/core/connections/connection-profile';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { StsService } from '../../../src/local/aws/services/sts';
import { connectionTarget } from '../../../src/node/target-connection';
import { mintToken } from '../../../src/node/token';

const own = { accessKeyId: 'AKIDOWN', secretAccessKey: 'own', arn: 'arn:aws:iam::123456789012:role/learner' };
const role = { accessKeyId: 'AKIDROLE', secretAccessKey: 'role', arn: 'arn:aws:iam::123456789012:role/transfer' };
const profile: ConnectionProfile = {
  id: 'x',
  name: 'orders',
  kind: 'aws',
  host: 'abcdefghijklmnopqrstuvwx23.dsql.ap-southeast-4.on.aws',
  port: 5432,
  region: 'ap-southeast-4',
  user: 'admin',
  readOnly: false,
  environment: 'development',
  lambdaRoleArn: role.arn,
};

describe("connections that act as the functions' execution role", () => {
  const before: NodeJS.ProcessEnv = {};
  let aws: AwsEndpoint;
  beforeEach(async () => {
    aws = new AwsEndpoint({ services: [new StsService([own, role])], principals: [own, role] });
    await aws.listen();
    const env = {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: own.accessKeyId,
      AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
      AWS_SESSION_TOKEN: undefined,
      AWS_PROFILE: undefined,
    };
    for (const [name, value] of Object.entries(env)) {
      before[name] = process.env[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  afterEach(async () => {
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await aws.close();
  });

  it('mint tokens with its keys where the connection says so, asking STS once', async () => {
    const target = connectionTarget({ ...profile, assumeLambdaRole: true });
    const tokens = await Promise.all([1, 2, 3].map(() => mintToken(target, 'lambda', 'myapp')));
    for (const token of [...tokens, await mintToken(target, 'lambda', 'myapp')])
      assert.match(token, /X-Amz-Credential=AKIDROLE%2F/);
    assert.match(await mintToken(target, 'admin', 'admin'), /X-Amz-Credential=AKIDOWN%2F/);
    assert.deepEqual(
      aws.calls.map(({ operation }) => operation),
      ['AssumeRole'],
    );
  });

  it('ask STS again after it has refused', async () => {
    const target = connectionTarget({ ...profile, assumeLambdaRole: true });
    const refusal = { status: 403, code: 'AccessDenied', message: 'not authorized to perform: sts:AssumeRole' };
    aws.failNext(({ operation }) => operation === 'AssumeRole', refusal);
    await assert.rejects(mintToken(target, 'lambda', 'myapp'), /sts:AssumeRole/);
    assert.match(await mintToken(target, 'lambda', 'myapp'), /X-Amz-Credential=AKIDROLE%2F/);
  });

  it('say what is missing where the connection does not', async () => {
    await assert.rejects(mintToken(connectionTarget(profile), 'lambda', 'myapp'), {
      code: 'IDENTITY_UNAVAILABLE',
      message: /^orders has no credentials of the functions' execution role/,
      nextStep: /"assumeLambdaRole": true .*dsqlWorkshop\.connections.*sts:AssumeRole/,
    });
    assert.deepEqual(aws.calls, []);
  });
});
