import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { runCommandLine } from '../../../src/cli/program';
import { callsOf } from '../../../src/core/aws/command-calls';
import { runStack } from '../../../src/node/stack/run';
import { isAlive } from '../../../src/node/process-alive';
import { createCodeFolder } from '../../../src/node/workspace/folder';
import { AwsAccount } from '../../support/aws-account';
import { startCdkAccount, type CdkAccount, type CdkAccountOptions } from '../../support/cdk-account';
import { bufferConsole } from '../../support/console';
import { until } from '../../support/scratch';

const packages = path.resolve(__dirname, '../../../node_modules');
const PAIR = ['--region', 'us-east-1', '--second-region', 'us-east-2', '--witness-region', 'us-west-2'];
const CLUSTERS = ['abcdefghijklmnopqrstuvwxy2', 'bcdefghijklmnopqrstuvwxyz3'] as const;
const arnIn = (region: string): string =>
  `arn:aws:dsql:${region}:111122223333:cluster/${CLUSTERS[region === 'us-east-1' ? 0 : 1]}`;
const OUTPUTS: CdkAccountOptions = {
  outputs: (_, region) => ({
    ClusterEndpoint: `${arnIn(region).split('/')[1]}.dsql.${region}.on.aws`,
    ClusterArn: arnIn(region),
    LambdaRoleArn: 'arn:aws:iam::111122223333:role/dsql-workshop/transfer',
    FunctionName: 'dsql-workshop-transfer',
  }),
};

/** Calls for identities and stacks that were made, and not told before. */
function untold(command: 'deploy-stack' | 'destroy-stack', calls: readonly string[]): string[] {
  const told = new Set(callsOf(command).map(({ service, operation }) => `${service}:${operation}`));
  return [...new Set(calls)].filter(call => /^(sts|cloudformation):/.test(call) && !told.has(call));
}

/** The real CDK CLI with the real app, against a stand-in for the account. */
describe('dsql-workshop stack', function () {
  this.timeout(300_000);
  let folder: string;
  let directory: string;
  let account: CdkAccount | undefined;
  const cdkHome = (): string => path.join(folder, '.cdk');
  const outputsFile = (): string => path.join(directory, 'infra/cdk/cdk-outputs.json');

  const around = { ...process.env };
  before(() => {
    // who asks, and whose cluster is looked at, is asked with the keys of this process: there are none, and AWS is not asked for some
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-stack-'));
    directory = path.join(folder, 'bank');
    createCodeFolder(directory, false);
    fs.symlinkSync(packages, path.join(directory, 'node_modules'), 'junction');
    fs.appendFileSync(path.join(directory, 'lambda/index.ts'), "\nexport const mine = 'a line of the learner';\n");
  });
  afterEach(async () => {
    await account?.close();
    account = undefined;
  });
  after(() => {
    for (const name of ['AWS_EC2_METADATA_DISABLED', 'AWS_ENDPOINT_URL'])
      if (around[name] === undefined) delete process.env[name];
      else process.env[name] = around[name];
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const command = async (options: CdkAccountOptions | undefined, ...args: string[]) => {
    await account?.close();
    account = options && (await startCdkAccount(options));
    const { PATH, SystemRoot, ComSpec } = process.env;
    const console = bufferConsole({
      PATH,
      SystemRoot,
      ComSpec,
      HOME: folder,
      // it keeps things in the home of the account, and tells AWS of its use
      CDK_HOME: cdkHome(),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...account?.env,
    });
    const code = await runCommandLine(['stack', ...args, '--code', directory], console);
    return { code, stdout: console.out(), stderr: console.err() };
  };

  it('deploys a pair twice the first time, so that each cluster names the other, and saves it as a target', async () => {
    const { code, stdout, stderr } = await command(
      OUTPUTS,
      'deploy',
      '--yes',
      '--json',
      ...PAIR,
      '--save-target',
      'aws',
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Account: .*not known[\s\S]*What costs money/);
    const { stacks } = JSON.parse(stdout) as { stacks: { stackName: string; region: string; clusterArn: string }[] };
    assert.deepEqual(
      stacks.map(({ stackName, region, clusterArn }) => [stackName, region, clusterArn]),
      [
        ['DsqlWorkshop', 'us-east-1', arnIn('us-east-1')],
        ['DsqlWorkshop-us-east-2', 'us-east-2', arnIn('us-east-2')],
      ],
    );
    const { calls, uploads } = account!;
    assert.equal(calls.filter(call => call === 'cloudformation:ExecuteChangeSet').length, 4);
    const peered = uploads.filter(text => text.includes(arnIn('us-east-1')) && text.includes(arnIn('us-east-2')));
    assert.equal(peered.length, 2, 'templates that name both clusters');

    assert.deepEqual(untold('deploy-stack', calls), []);

    const config = fs.readFileSync(path.join(directory, 'dsql-workshop.json'), 'utf8');
    assert.match(config, new RegExp(`"endpoint": "${CLUSTERS[0]}.dsql.us-east-1.on.aws"`));
    const shown = await command(undefined, 'outputs');
    assert.match(shown.stdout, /DsqlWorkshop-us-east-2[\s\S]*bcdefghijklmnopqrstuvwxyz3\.dsql\.us-east-2\.on\.aws/);
  });

  it('has bundled the handler of the folder, with all that it imports', async () => {
    const out = path.join(directory, 'infra/cdk/cdk.out');
    const template = JSON.parse(fs.readFileSync(path.join(out, 'DsqlWorkshop.template.json'), 'utf8')) as {
      Resources: Record<string, { Type: string; Metadata?: Record<string, string> }>;
    };
    const lambda = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
    const bundle = path.join(out, lambda?.Metadata?.['aws:asset:path'] ?? '');
    assert.deepEqual(fs.readdirSync(bundle).sort(), ['index.js', 'index.js.map']);
    const code = fs.readFileSync(path.join(bundle, 'index.js'), 'utf8');
    assert.match(code, /a line of the learner/);
    // the SDK itself tries for this one, and does without
    const imported = [...code.matchAll(/\brequire\("((?:pg|@aws-sdk\/[^"]+))"\)/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(imported)], ['@aws-sdk/signature-v4-crt']);
    const { sources } = JSON.parse(fs.readFileSync(path.join(bundle, 'index.js.map'), 'utf8')) as { sources: string[] };
    assert.ok(sources.some(source => source.endsWith('lambda/index.ts')));
    const script = `typeof require(${JSON.stringify(path.join(bundle, 'index.js'))}).handler`;
    const env = { ...process.env, AWS_REGION: 'us-east-1', CLUSTER_ENDPOINT: `${CLUSTERS[0]}.dsql.us-east-1.on.aws` };
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', script], { env });
    assert.equal(stdout.trim(), 'function');
  });

  it('destroys nothing until the name of the stack is given, and no protected cluster without a word', async () => {
    const dsql = new AwsAccount();
    await dsql.endpoint.listen();
    dsql.cluster(CLUSTERS[0], { protected: true });
    const { accessKeyId, secretAccessKey } = await dsql.credentials();
    const outside = { ...process.env };
    delete process.env.AWS_PROFILE;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: dsql.endpoint.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    const destroy = (...more: string[]) =>
      command({ stackStatus: 'CREATE_COMPLETE' }, 'destroy', '--region', 'us-east-1', ...more);
    try {
      for (const confirm of [[], ['--confirm', 'dsqlworkshop']]) {
        const { code, stderr } = await destroy(...confirm);
        assert.equal(code, 1);
        assert.match(stderr, /all of its data, at once and for good[\s\S]*--confirm DsqlWorkshop/);
        assert.equal(account!.calls.length, 0);
      }
      const refused = await destroy('--confirm', 'DsqlWorkshop');
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /Deletion protection is taken off first\n +abcdefghijklmnopqrstuvwxy2 in us-east-1/);
      assert.match(refused.stderr, /protected against deletion: .*; nothing was changed\n.*--unprotect/);
      assert.equal(account!.calls.length, 0);
      assert.match(
        refused.stderr,
        /⚠ Not your account: what this folder last deployed as DsqlWorkshop is of 111122223333, your credentials are of 123456789012/,
      );
      assert.ok(dsql.endpoint.calls.every(({ operation }) => /^(GetCluster|GetCallerIdentity)$/.test(operation)));
      assert.ok(fs.existsSync(outputsFile()));

      const { code, stderr } = await destroy('--confirm', 'DsqlWorkshop', '--unprotect');
      assert.equal(code, 0, stderr);
      assert.match(stderr, /Taking deletion protection off abcdefghijklmnopqrstuvwxy2 in us-east-1/);
      assert.equal(dsql.endpoint.calls.at(-1)?.operation, 'UpdateCluster');
      assert.ok(account!.calls.includes('cloudformation:DeleteStack'));
      assert.deepEqual(untold('destroy-stack', account!.calls), []);
      assert.ok(!fs.existsSync(outputsFile()), 'ARNs of clusters that are gone are not peered with again');
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in outside)) delete process.env[name];
      Object.assign(process.env, outside);
      await dsql.endpoint.close();
    }
  });

  it('says what is missing before anything is asked', async () => {
    const bare = path.join(folder, 'bare');
    createCodeFolder(bare, false);
    const run = (at: string) =>
      runStack('synth', { stackName: 'DsqlWorkshop' }, { directory: at, onOutput: () => undefined });
    await assert.rejects(run(bare), {
      code: 'STACK_PACKAGES_MISSING',
      message: /aws-cdk, aws-cdk-lib, constructs, tsx, esbuild, pg/,
    });
    await assert.rejects(run(folder), { code: 'STACK_FOLDER_MISSING' });
    const { code, stderr } = await command(undefined, 'deploy', '--second-region', 'us-east-2');
    assert.equal(code, 2, stderr);
  });

  it('ends the CLI and what it started when it is cancelled', async () => {
    const held = path.join(folder, 'held');
    createCodeFolder(held, false);
    for (const name of ['aws-cdk-lib', 'constructs', 'tsx', 'esbuild', 'pg', '@aws-sdk/dsql-signer', 'aws-cdk/bin'])
      fs.mkdirSync(path.join(held, 'node_modules', name), { recursive: true });
    for (const name of ['aws-cdk-lib', 'constructs', 'tsx', 'esbuild', 'pg', '@aws-sdk/dsql-signer', 'aws-cdk'])
      fs.writeFileSync(path.join(held, 'node_modules', name, 'package.json'), '{}');
    // a CLI that waits for ever, with a child of its own that does, too
    fs.writeFileSync(
      path.join(held, 'node_modules/aws-cdk/bin/cdk'),
      `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
       console.log('pids ' + process.pid + ' ' + child.pid); setInterval(() => undefined, 1000);`,
    );
    const cancel = new AbortController();
    let printed = '';
    const running = runStack(
      'synth',
      { stackName: 'DsqlWorkshop' },
      {
        directory: held,
        signal: cancel.signal,
        onOutput: text => {
          printed += text;
          if (/pids \d+ \d+/.test(printed)) cancel.abort();
        },
      },
    );
    await assert.rejects(running, { code: 'CANCELLED' });
    const pids = /pids (\d+) (\d+)/.exec(printed)!.slice(1).map(Number);
    await until(() => !pids.some(isAlive), 'the end of the processes');
  });
});
