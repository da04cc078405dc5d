import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/program';
import { AwsAccount } from '../../support/aws-account';
import { bufferConsole } from '../../support/console';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';

describe('dsql-workshop remove-function', () => {
  let account: AwsAccount;
  let directory: string;
  let before: NodeJS.ProcessEnv;
  beforeEach(async () => {
    account = new AwsAccount();
    await account.endpoint.listen();
    account.function('dsql-workshop-transfer');
    directory = temporaryDirectory();
    const file = path.join(directory, 'dsql-workshop.json');
    const bank = {
      endpoint: 'abcdefghijklmnopqrstuvwx23.dsql.us-east-1.on.aws',
      lambdaRoleArn: 'arn:aws:iam::123456789012:role/dsql-workshop/fn',
      lambdaEndpoint: account.endpoint.url,
    };
    fs.writeFileSync(file, JSON.stringify({ targets: { bank } }));
    const { accessKeyId, secretAccessKey } = await account.credentials();
    before = { ...process.env };
    delete process.env.AWS_PROFILE;
    Object.assign(process.env, {
      DSQL_WORKSHOP_CONFIG: file,
      AWS_ENDPOINT_URL: account.endpoint.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
  });
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    await account.endpoint.close();
    removeDirectory(directory);
  });

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const console = bufferConsole({});
    const code = await runCommandLine(['remove-function', ...args, '--target', 'bank'], console);
    return { code, out: console.out(), err: console.err() };
  }
  const deleted = (): boolean => account.endpoint.calls.some(({ operation }) => operation === 'DeleteFunction');

  it('tells what goes, and removes it when its name is given', async () => {
    for (const confirm of [[], ['--confirm', 'dsql-workshop-transfer']]) {
      const refused = await run('transfer', ...confirm);
      assert.equal(refused.code, 1);
      assert.match(
        refused.err,
        /^Account: 123456789012\nYou: arn:aws:sts::123456789012:assumed-role\/learner[\s\S]*DeleteFunction of dsql-workshop-transfer[\s\S]*no undo[\s\S]*--confirm transfer/,
      );
      assert.ok(!deleted());
    }
    const { code, out, err } = await run('transfer', '--confirm', 'transfer');
    assert.equal(code, 0, err);
    assert.equal(out, 'dsql-workshop-transfer is gone.\n');
    assert.ok(deleted() && account.lambda.functions.size === 0);
  });

  it('asks nothing about a function that is not there', async () => {
    const { code, err } = await run('transfr', '--confirm', 'transfr');
    assert.equal(code, 1);
    assert.match(err, /There is no function "dsql-workshop-transfr"/);
    assert.ok(!deleted());
  });
});
