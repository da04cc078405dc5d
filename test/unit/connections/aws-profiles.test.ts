import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/program';
import { listAwsProfiles, requireAwsProfile } from '../../../src/node/connections/aws-profiles';
import { profileCredentials } from '../../../src/node/connections/credentials';
import { mintConnectionToken } from '../../../src/node/connections/token';
import { bufferConsole } from '../../support/console';

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

  const token = (awsProfile: string): Promise<string> =>
    mintConnectionToken({
      hostname: 'abcdefghijklmnopqrstuvwx23.dsql.eu-west-1.on.aws',
      region: 'eu-west-1',
      user: 'admin',
      credentials: profileCredentials(awsProfile, 'eu-west-1'),
      targetName: 'orders',
      awsProfile,
    });

  it('says which profile has no credentials, and how to sign in', async () => {
    await assert.rejects(token('bank-sso'), {
      code: 'CREDENTIALS_UNAVAILABLE',
      message: /"orders" \(AWS profile bank-sso\)/,
      nextStep: /aws sso login --profile bank-sso/,
    });
  });

  it('names the profiles that are there where another is asked for, and takes no keys from elsewhere', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'ENVIRONMENT';
    process.env.AWS_SECRET_ACCESS_KEY = 's';
    const message = 'there is no AWS profile "nobody": there are default, bank-sso, teller, tool';
    await assert.rejects(profileCredentials('nobody', 'eu-west-1')(), {
      code: 'AWS_PROFILE_UNKNOWN',
      message,
      nextStep: /aws configure --profile nobody/,
    });
    await assert.rejects(token('nobody'), {
      code: 'CREDENTIALS_UNAVAILABLE',
      message: `no AWS credentials for "orders" (AWS profile nobody): ${message}`,
      nextStep: /aws configure --profile nobody/,
    });
  });

  it('has found a profile as soon as it is there', async () => {
    const credentials = profileCredentials('later', 'eu-west-1');
    await assert.rejects(credentials(), { code: 'AWS_PROFILE_UNKNOWN' });
    const late = '[later]\naws_access_key_id = LATER\naws_secret_access_key = s\n';
    fs.writeFileSync(path.join(directory, 'credentials'), CREDENTIALS + late);
    assert.equal((await credentials()).accessKeyId, 'LATER');
    fs.writeFileSync(path.join(directory, 'credentials'), CREDENTIALS);
  });

  it('looks for a default profile nowhere, and names twenty where there are hundreds', async () => {
    const config = path.join(directory, 'many');
    const names = Array.from({ length: 300 }, (_, i) => `account-${String(i).padStart(3, '0')}`);
    fs.writeFileSync(config, names.map(name => `[profile ${name}]\nregion = us-east-1\n`).join(''));
    process.env.AWS_CONFIG_FILE = config;
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(directory, 'missing');
    try {
      await requireAwsProfile('default');
      await requireAwsProfile();
      await assert.rejects(requireAwsProfile('nobody'), { message: /account-019 and 280 more$/ });
      process.env.AWS_CONFIG_FILE = path.join(directory, 'missing');
      await assert.rejects(requireAwsProfile('nobody'), { message: /: there is none$/ });
    } finally {
      process.env.AWS_CONFIG_FILE = path.join(directory, 'config');
      process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(directory, 'credentials');
    }
  });

  for (const line of [
    'cluster list --profile nobody',
    'cluster create --name bank --profile nobody --yes',
    'cluster delete abcdefghijklmnopqrstuvwx23 --profile nobody --confirm abcdefghijklmnopqrstuvwx23',
    'teardown --profile nobody',
  ])
    it(`is told to whoever types: ${line}`, async () => {
      const console = bufferConsole();
      assert.equal(await runCommandLine(line.split(' '), console), 2);
      assert.match(
        console.err(),
        /^error: there is no AWS profile "nobody": there are default, bank-sso, teller, tool\n/,
      );
    });

  it('is told to whoever set AWS_PROFILE, in JSON too', async () => {
    process.env.AWS_PROFILE = 'nobody';
    try {
      const console = bufferConsole();
      assert.equal(await runCommandLine(['cluster', 'list', '--json'], console), 2);
      const { error } = JSON.parse(console.out()) as { error: { code: string; message: string } };
      assert.equal(error.code, 'AWS_PROFILE_UNKNOWN');
      assert.match(error.message, /^there is no AWS profile "nobody", which AWS_PROFILE names: there are default, /);
    } finally {
      delete process.env.AWS_PROFILE;
    }
  });
});
