import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/program';
import type { PolicyDocument } from '../../../src/core/aws/policy';
import { bufferConsole } from '../../support/console';

describe('dsql-workshop policy', () => {
  let folder: string;
  const before = process.env.DSQL_WORKSHOP_CONFIG;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-policy-'))));
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env.DSQL_WORKSHOP_CONFIG;
    else process.env.DSQL_WORKSHOP_CONFIG = before;
  });

  async function run(...args: string[]) {
    const console = bufferConsole();
    const code = await runCommandLine(['policy', ...args], console);
    const out = console.out();
    return { code, out, err: console.err(), document: () => JSON.parse(out) as PolicyDocument };
  }

  it('of a chapter, with what a target tells filled in', async () => {
    const file = path.join(folder, 'dsql-workshop.json');
    const endpoint = 'kiqenqglxyl2snyvkvnj2c3s2e.dsql.eu-west-1.on.aws';
    const lambdaRoleArn = 'arn:aws:iam::123456789012:role/dsql-workshop/fn';
    fs.writeFileSync(file, JSON.stringify({ targets: { mine: { endpoint, lambdaRoleArn, functionPrefix: 'my-' } } }));
    process.env.DSQL_WORKSHOP_CONFIG = file;
    const { code, out, err, document } = await run('0', '--target', 'mine');
    assert.deepEqual([code, err], [0, '']);
    const resources = document().Statement.flatMap(({ Resource = [] }) => Resource);
    for (const arn of [
      'arn:aws:dsql:eu-west-1:123456789012:cluster/kiqenqglxyl2snyvkvnj2c3s2e',
      'arn:aws:lambda:eu-west-1:123456789012:function:my-greeter',
      lambdaRoleArn,
    ])
      assert.ok(resources.includes(arn), arn);
    assert.doesNotMatch(out, /\{\w+\}/);
  });

  it('of commands alone, and says what is left to fill in', async () => {
    const { code, document, err } = await run('--command', 'invoke', '--command', 'cost', '--region', 'us-east-1');
    assert.equal(code, 0);
    assert.deepEqual(
      document().Statement.flatMap(({ Action }) => Action),
      ['cloudwatch:GetMetricData', 'lambda:InvokeFunction'],
    );
    assert.match(err, /To be filled in: \{account\}, \{function\}\./);
  });

  it('of the generators: the user deploys them, they call the function', async () => {
    const user = (await run('--command', 'stress-from-lambda', '--function', 'transfer')).out;
    assert.match(user, /function:dsql-workshop-dsql-load-generator/);
    assert.doesNotMatch(user, /dsql-workshop-transfer/);
    const own = (await run('--command', 'stress-from-lambda', '--function', 'transfer', '--role', 'execution')).out;
    assert.match(own, /"lambda:InvokeFunction"[\s\S]*function:dsql-workshop-transfer"/);
  });

  it('the trust policy lets Lambda assume the role', async () => {
    const { document } = await run('--role', 'trust');
    assert.deepEqual(document().Statement[0]?.Principal, { Service: 'lambda.amazonaws.com' });
  });

  it('lists commands, and refuses others', async () => {
    assert.match((await run('--list')).out, /roll-back +│ Roll a function back/);
    for (const args of [['--command', 'bogus'], ['--account', '12'], ['99']]) {
      const { code, err } = await run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, /there is no|is no account/);
    }
  });
});
