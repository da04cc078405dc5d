import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listAwsProfiles } from '../../../src/node/connections/aws-profiles';
import type { CodedError } from '../../../src/base/errors';
import { profileCredentials } from '../../../src/node/connections/credentials';
import { mintConnectionToken } from '../../../src/node/connections/token';

const CONFIG = `
[default]
region = eu-west-1

[profile bank-sso]
sso_session = bank
sso_account_id = 111122223333
sso_role_name = Developer
region = us-east-1

[sso-session bank]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1

[profile teller]
role_arn = arn:aws:iam::444455556666:role/teller
source_profile = bank-sso

[profile tool]
credential_process = node -p process.env.TEST_CREDENTIALS
`;
const CREDENTIALS = `
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
`;

describe('the shared AWS configuration', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'dsql-aws-'));
  const kept = { ...process.env };
  before(() => {
    fs.writeFileSync(path.join(directory, 'config'), CONFIG);
    fs.writeFileSync(path.join(directory, 'credentials'), CREDENTIALS);
    process.env.AWS_CONFIG_FILE = path.join(directory, 'config');
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(directory, 'credentials');
    for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
  });
  after(() => {
    process.env = kept;
    fs.rmSync(directory, { recursive: true });
  });

  it('lists profiles of both files, with where their credentials come from and no keys', async () => {
    const profiles = await listAwsProfiles();
    assert.deepEqual(profiles, [
      { name: 'default', source: 'keys', region: 'eu-west-1' },
      { name: 'bank-sso', source: 'sso', region: 'us-east-1', account: '111122223333' },
      { name: 'teller', source: 'assume-role', account: '444455556666' },
      { name: 'tool', source: 'process' },
    ]);
    assert.doesNotMatch(JSON.stringify(profiles), /AKIA|wJalr/);
  });

  it('is empty where there is none', async () => {
    process.env.AWS_CONFIG_FILE = process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(directory, 'missing');
    assert.deepEqual(await listAwsProfiles(), []);
    process.env.AWS_CONFIG_FILE = path.join(directory, 'config');
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(directory, 'credentials');
  });

  it('gives keys of a file, of a process, and of the environment, and renews them when told to', async () => {
    const fromFile = await profileCredentials('default', 'eu-west-1')();
    assert.equal(fromFile.accessKeyId, 'AKIAIOSFODNN7EXAMPLE');
    const give = (id: string): void => {
      process.env.TEST_CREDENTIALS = JSON.stringify({ Version: 1, AccessKeyId: id, SecretAccessKey: 's' });
    };
    give('FIRST');
    assert.equal((await profileCredentials('tool', 'eu-west-1')()).accessKeyId, 'FIRST');
    give('SECOND');
    assert.equal((await profileCredentials('tool', 'eu-west-1')()).accessKeyId, 'FIRST', 'kept');
    assert.equal((await profileCredentials('tool', 'eu-west-1', true)()).accessKeyId, 'SECOND');
    process.env.AWS_ACCESS_KEY_ID = 'ENVIRONMENT';
    process.env.AWS_SECRET_ACCESS_KEY = 's';
    assert.equal((await profileCredentials(undefined, 'eu-west-1')()).accessKeyId, 'ENVIRONMENT');
  });

  it('says which profile has no credentials, and how to sign in', async () => {
    const token = mintConnectionToken({
      hostname: 'abcdefghijklmnopqrstuvwx23.dsql.eu-west-1.on.aws',
      region: 'eu-west-1',
      user: 'admin',
      credentials: profileCredentials('nobody', 'eu-west-1'),
      targetName: 'orders',
      awsProfile: 'nobody',
    });
    await assert.rejects(token, (error: CodedError) => {
      assert.equal(error.code, 'CREDENTIALS_UNAVAILABLE');
      assert.match(error.message, /"orders" \(AWS profile nobody\)/);
      assert.match(error.nextStep ?? '', /aws sso login --profile nobody/);
      return true;
    });
  });
});
