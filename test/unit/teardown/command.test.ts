import assert from 'node:assert/strict';
import { runCommandLine } from '../../../src/cli/program';
import { AwsAccount, lambdaArn } from '../../support/aws-account';
import { bufferConsole } from '../../support/console';

describe('dsql-workshop teardown', () => {
  let account: AwsAccount;
  let before: NodeJS.ProcessEnv;
  beforeEach(async () => {
    account = new AwsAccount();
    await account.endpoint.listen();
    account.cluster('one', { protected: true });
    account.function('dsql-workshop-old', {});
    const { accessKeyId, secretAccessKey } = await account.credentials();
    before = { ...process.env };
    delete process.env.AWS_PROFILE;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: account.endpoint.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_CONFIG_FILE: '/nowhere/config',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
    });
  });
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    await account.endpoint.close();
  });

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const console = bufferConsole({});
    const code = await runCommandLine(['teardown', ...args], console);
    return { code, out: console.out(), err: console.err() };
  }
  const deleted = (): boolean => account.endpoint.calls.some(({ operation }) => operation.startsWith('Delete'));

  it('lists with costs and reasons, and deletes nothing on a dry run', async () => {
    const { code, out } = await run('--region', 'us-east-1', '--dry-run');
    assert.equal(code, 0);
    assert.match(out, /^Account 123456789012, searched: us-east-1$/m);
    assert.match(out, /cluster one · us-east-1 · \d+ d old · its storage, not measured .* · protected/);
    assert.match(out, /Left alone:\n.*dsql-workshop-old.*\n.*not ours for sure.*function:dsql-workshop-old/);
    assert.match(out, /--also <ARN>/);
    const removed = await run('--region', 'us-east-1', '--dry-run', '--also', lambdaArn('dsql-workshop-old'));
    assert.doesNotMatch(removed.out, /Left alone|--also/);
    assert.equal(deleted(), false);
  });

  it('deletes nothing without the number of the account, nor with another', async () => {
    for (const more of [[], ['--yes-delete', '1'], ['--yes-delete', 'yes']]) {
      const { code, err } = await run('--region', 'us-east-1', ...more);
      assert.equal(code, 1);
      assert.match(err, /nothing was removed.*\n.*--yes-delete 123456789012/);
    }
    assert.equal(deleted(), false);
  });

  it('takes Regions and ARNs that are there only', async () => {
    assert.equal((await run()).code, 2);
    assert.equal((await run('--region', 'Ohio')).code, 2);
    const { code, err } = await run('--region', 'us-east-1', '--also', 'arn:aws:lambda:us-east-1:1:function:x');
    assert.equal(code, 2);
    assert.match(err, /nothing of the ARN/);
  });

  it('removes what is agreed to, and says so', async () => {
    const { code, out } = await run('--region', 'us-east-1', '--yes-delete', '123456789012');
    assert.equal(code, 0, out);
    assert.match(out, /Removed: 1\nLooked again: all of it is gone\./);
    assert.equal(account.dsql.clusters.size, 0);
    assert.equal(account.lambda.functions.size, 1, 'a name alone is no proof');
  });
});
