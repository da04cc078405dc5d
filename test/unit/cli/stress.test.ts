import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CodedError } from '../../../src/base/errors';
import { stress, type StressOptions } from '../../../src/cli/commands/stress';
import { exitCodeOf } from '../../../src/cli/failure';
import { runCommandLine } from '../../../src/cli/program';
import type { Target } from '../../../src/node/target';
import { AwsAccount } from '../../support/aws-account';
import { bufferConsole } from '../../support/console';

const account = new AwsAccount();
const aws: Target = {
  name: 'prod',
  kind: 'aws',
  region: 'us-east-1',
  endpoint: 'cluster.dsql.us-east-1.on.aws',
  port: 5432,
  credentials: { admin: account.credentials },
  lambda: { roleArn: 'arn:aws:iam::123456789012:role/x', functionPrefix: 'mine-' },
};

const onAws = (): Promise<Target> => Promise.resolve(aws);
const nowhere = (): Promise<Target> => Promise.reject(new Error('a target was looked for'));

describe('dsql-workshop stress', () => {
  const former = process.env.AWS_ENDPOINT_URL;
  before(async () => {
    await account.endpoint.listen();
    process.env.AWS_ENDPOINT_URL = account.endpoint.url;
  });
  after(async () => {
    if (former === undefined) delete process.env.AWS_ENDPOINT_URL;
    else process.env.AWS_ENDPOINT_URL = former;
    await account.endpoint.close();
  });

  it('on AWS says what it may cost before anything else, and does nothing when nobody agrees', async () => {
    const console = bufferConsole();
    await assert.rejects(stress({ preset: 'million' }, onAws, console), {
      code: 'STRESS_NOT_CONFIRMED',
      nextStep: 'Repeat the command with --yes.',
    });
    assert.match(
      console.err(),
      /^Account: 123456789012\nYou: arn:aws:sts::.*learner.*\nAt most 1,000,000 calls within 120 min 00 s: about \$\d+\.\d\d \([\d,]+ DPU at \$8 a million/,
    );
    assert.equal(console.out(), '');
  });

  it('is sure of its files and its plan before it looks for a target', async () => {
    await assert.rejects(stress({ out: '/no/such/folder/x.json' }, nowhere, bufferConsole()), { code: 'USAGE' });
    await assert.rejects(stress({ hdr: '' }, nowhere, bufferConsole()), { code: 'USAGE' });
    await assert.rejects(stress({ preset: 'nope' }, nowhere, bufferConsole()), { code: 'USAGE' });
    await assert.rejects(stress({ workload: 'no/such/module.ts' }, nowhere, bufferConsole()), { code: 'USAGE' });
  });

  it('says of an option what is wrong with it, and of a field of the plan where none was given', async () => {
    for (const [options, message, nextStep] of [
      [{ inFlight: '0' }, '--in-flight is "0"', 'Allowed: a whole number from 1 to 20000.'],
      [{ workload: 'sql', inFlight: '2_000' }, '--in-flight is "2_000"', 'Allowed: a whole number from 1 to 1000.'],
      [{ accounts: '1' }, '--accounts is "1"', 'Allowed: a whole number from 2 to 2147483647.'],
      [{ workload: 'mix', transferShare: 'x' }, '--transfer-share is "x"', 'Allowed: from 0 to 1.'],
      [{ duration: '100h' }, '--duration is "100h"', 'Allowed, in seconds: more than 0, at most 86400.'],
      [{ rate: '2000000', duration: '5s' }, '--rate is "2000000"', 'Allowed: from 0 to 1000000.'],
      [
        { stage: ['9/s:20h', '9/s:20h'] },
        '--stage is "9/s:20h, 9/s:20h"',
        'Allowed for seconds of all stages: from 0 to 86400.',
      ],
      [
        { distribution: 'hot:10:0.8', accounts: '5' },
        '--distribution is "hot:10:0.8"',
        'Allowed for distribution.accounts: a whole number from 1 to 5.',
      ],
      [
        { duration: '10s', warmup: '10s' },
        '--warmup is "10s"',
        'Allowed, in seconds: less than 10, the length of the run.',
      ],
      [
        { duration: '1h', maxDuration: '10m' },
        '--max-duration is "10m"',
        'Allowed, in seconds: at least 3600, the length of the run.',
      ],
    ] satisfies [StressOptions, string, string][])
      await assert.rejects(stress(options, nowhere, bufferConsole()), (error: CodedError) => {
        assert.equal(error.code, 'STRESS_PLAN_INVALID');
        assert.deepEqual([error.message, error.nextStep], [message, nextStep]);
        return true;
      });
    const day = stress({ duration: '24h', out: '/no/such/folder/x.json' }, nowhere, bufferConsole());
    await assert.rejects(day, { code: 'USAGE' }, 'a day is not too long');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-stress-'));
    try {
      const plan = path.join(folder, 'plan.yaml');
      fs.writeFileSync(plan, 'inFlight: 0\n');
      await assert.rejects(stress({ plan, calls: '5' }, nowhere, bufferConsole()), {
        message: "the run plan's inFlight is 0",
      });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('leaves no option of generators unheard', async () => {
    for (const options of [{ leg: '5s' }, { generatorRole: 'arn:aws:iam::123456789012:role/x' }])
      await assert.rejects(stress(options, nowhere, bufferConsole()), {
        code: 'USAGE',
        message: /without --generators/,
      });
    const wrong: [StressOptions, RegExp][] = [
      [{ generators: 'x' }, /--generators "x" is no whole number/],
      [{ generators: '0' }, /fanned out with 0 generators/],
      [{ generators: '65' }, /fanned out with 65 generators/],
      [{ generators: '2', leg: '15m' }, /legs of 900 s/],
      [{ generators: '2', leg: 'long' }, /"long" cannot be read/],
      [{ generators: '4', inFlight: '3' }, /4 generators for 3 in flight/],
      [{ generators: '1', workload: 'sql', inFlight: '1500' }, /1500 connections a generator/],
    ];
    for (const [options, message] of wrong)
      await assert.rejects(stress(options, nowhere, bufferConsole()), error => {
        assert.match(String(error), message);
        return exitCodeOf(error) === 2;
      });
  });

  it('documents its exit codes', async () => {
    const console = bufferConsole();
    assert.equal(await runCommandLine(['stress', '--help'], console), 0);
    assert.match(console.out(), /--threshold <condition>[\s\S]*130 {2}stopped with Ctrl-C/);
  });
});
