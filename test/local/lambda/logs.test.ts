import assert from 'node:assert/strict';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { LogFollower } from '../../../src/core/lambda/logs';
import { logs as logsCommand } from '../../../src/cli/commands/logs';
import { createFunctionLogs, type FunctionLogs } from '../../../src/node/cloudwatch/function-logs';
import type { Target } from '../../../src/node/target';
import { bufferConsole } from '../../support/console';
import { ADMIN, LambdaFixture, REGION, ROLE, until } from './lambda-fixture';

const TALKS = `exports.handler = async event => {
  console.log('paid', event.amount);
  if (event.fail) throw new Error('out of money');
  return event.amount;
};`;

describe('the logs of functions on the local Lambda', () => {
  let lambda: LambdaFixture;
  let logs: FunctionLogs;
  const readerFor = (credentials = ADMIN, region = REGION): FunctionLogs =>
    createFunctionLogs({ endpoint: lambda.service.endpoint, region, credentials });
  before(async () => {
    lambda = await LambdaFixture.start();
    logs = readerFor();
    await lambda.create('talks', TALKS);
    await lambda.create('silent', 'exports.handler = async () => 1;');
  });
  after(async () => {
    logs.dispose();
    await lambda.close();
  });

  it('are read as CloudWatch Logs serves them, by the SDK’s own client', async () => {
    const startedAt = Date.now();
    await lambda.invoke('talks', { amount: 7 });
    await lambda.invoke('talks', { amount: 8, fail: true });
    const events = await logs.read('talks', startedAt - 1_000);
    const texts = events.map(({ text }) => text);
    assert.ok(texts.some(text => /INFO\tpaid 7$/.test(text)));
    assert.ok(texts.some(text => text.includes('out of money')));
    assert.equal(texts.filter(text => text.startsWith('REPORT RequestId: ')).length, 2);
    assert.equal(new Set(events.map(({ id }) => id)).size, events.length);
    assert.ok(events.every(({ atMs }) => atMs >= startedAt - 1_000 && atMs <= Date.now()));
    assert.deepEqual(await logs.read('talks', Date.now() + 60_000), []);
    assert.deepEqual(await logs.read('silent', 0), []);
  });

  it('are followed: each event once', async () => {
    const follower = new LogFollower(logs.read, 'talks', Date.now());
    const seen: string[] = [];
    for (const amount of [101, 102, 103]) {
      await lambda.invoke('talks', { amount });
      seen.push(...(await follower.next()).flatMap(({ text }) => /paid (\d+)/.exec(text)?.[1] ?? []));
    }
    assert.deepEqual(seen, ['101', '102', '103']);
  });

  it('come in pages, refuse what is not there and who may not, and say what the laptop does not offer', async () => {
    const client = new CloudWatchLogsClient({
      endpoint: lambda.service.endpoint,
      region: REGION,
      credentials: ADMIN,
      maxAttempts: 1,
    });
    try {
      const logGroupName = '/aws/lambda/talks';
      const first = await client.send(new FilterLogEventsCommand({ logGroupName, limit: 2 }));
      assert.equal(first.events?.length, 2);
      const next = await client.send(
        new FilterLogEventsCommand({ logGroupName, limit: 2, nextToken: first.nextToken }),
      );
      assert.ok(next.events?.every(({ eventId }) => first.events?.every(other => other.eventId !== eventId)));
      const refused = (input: { logGroupName: string; filterPattern?: string }) =>
        client.send(new FilterLogEventsCommand(input));
      await assert.rejects(refused({ logGroupName, filterPattern: 'ERROR' }), {
        name: 'InvalidParameterValueException',
      });
      await assert.rejects(refused({ logGroupName: '/aws/rds/x' }), { name: 'ResourceNotFoundException' });
      await assert.rejects(client.send(new DescribeLogGroupsCommand({})), { name: 'UnknownOperationException' });
    } finally {
      client.destroy();
    }
    await assert.rejects(logs.read('nobody', 0), { code: 'FUNCTION_LOG_MISSING' });
    for (const [reader, code] of [
      [readerFor(ROLE), 'CLOUDWATCH_ACCESS_DENIED'],
      [readerFor({ ...ADMIN, secretAccessKey: 'wrong' }), 'CLOUDWATCH_CREDENTIALS'],
      [readerFor(ADMIN, 'eu-west-1'), 'CLOUDWATCH_CREDENTIALS'],
    ] as const) {
      await assert.rejects(reader.read('talks', 0), { code });
      reader.dispose();
    }
  });

  it('are printed by the command, and followed until Ctrl-C', async () => {
    const { endpoint } = lambda.service;
    const target: Target = {
      name: 'local',
      kind: 'local',
      region: REGION,
      endpoint: 'localhost',
      port: 1,
      credentials: { admin: () => Promise.resolve(ADMIN) },
      lambda: { endpoint, roleArn: ROLE.arn, functionPrefix: '' },
    };
    const console = bufferConsole();
    assert.equal(await logsCommand('talks', () => Promise.resolve(target), { since: '5m' }, console), 0);
    assert.match(console.out(), /^\d\d:\d\d:\d\d\.\d{3} INFO paid 7$/m);
    assert.doesNotMatch(console.out(), /START RequestId/);
    const nothing = bufferConsole();
    assert.equal(await logsCommand('silent', () => Promise.resolve(target), {}, nothing), 0);
    assert.match(nothing.err(), /silent printed nothing in the last 10m/);
    const following = bufferConsole();
    const end = logsCommand('talks', () => Promise.resolve(target), { follow: true, json: true }, following);
    await until(async () => {
      await lambda.invoke('talks', { amount: 555 });
      return following.out().includes('paid 555');
    });
    // as Ctrl-C, without ending a run of tests that listens for that
    process.emit('SIGHUP');
    assert.equal(await end, 0);
    const [line = ''] = following.out().split('\n');
    assert.equal(typeof (JSON.parse(line) as { atMs: unknown }).atMs, 'number');
  });
});
