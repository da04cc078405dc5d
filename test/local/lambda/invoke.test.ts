import assert from 'node:assert/strict';
import { InvokeCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import fs from 'node:fs';
import path from 'node:path';
import { LambdaFixture, REGION, ROLE, until, zip } from './lambda-fixture';

describe('Lambda service: invoking', () => {
  let lambda: LambdaFixture;
  before(async () => {
    lambda = await LambdaFixture.start();
  });
  after(() => lambda.close());

  it('runs an async handler and passes payload and answer unchanged', async () => {
    await lambda.create('echo', 'exports.handler = async event => ({ event })');
    const event = { text: 'Größe 💶', big: '9007199254740993', nested: [{ a: null }, 1.5, true] };
    const answer = await lambda.invoke('echo', event);
    assert.deepEqual(answer.payload, { event });
    assert.equal(answer.status, 200);
    assert.equal(answer.functionError, undefined);
    assert.equal(answer.version, '$LATEST');
  });

  it('takes no payload as an empty object and answers undefined as null', async () => {
    await lambda.create('shape', 'exports.handler = async e => (e.nothing ? undefined : e)');
    assert.deepEqual((await lambda.invoke('shape')).payload, {});
    assert.equal((await lambda.invoke('shape', { nothing: true })).text, 'null');
  });

  it('runs ES modules, by extension and by package type, with top-level await and relative imports', async () => {
    const source =
      "import { two } from './two.js';\nconst three = await Promise.resolve(3);\nexport const handler = async () => two + three;";
    await lambda.create('esm', { 'index.mjs': source, 'two.js': 'exports.two = 2' });
    await lambda.create('esm-type', {
      'index.js': source,
      'two.js': 'export const two = 2',
      'package.json': '{"type":"module"}',
    });
    assert.equal((await lambda.invoke('esm')).payload, 5);
    assert.equal((await lambda.invoke('esm-type')).payload, 5);
  });

  it('finds handlers in folders and below objects', async () => {
    await lambda.create(
      'nested',
      { 'src/app.js': 'exports.api = { get: async () => "got" }' },
      { Handler: 'src/app.api.get' },
    );
    assert.equal((await lambda.invoke('nested')).payload, 'got');
  });

  it('serves callback handlers: waiting for an empty event loop unless told otherwise', async () => {
    await lambda.create(
      'callback',
      `let ticks = 0;
       exports.handler = (event, context, callback) => {
         if (event.wait === false) context.callbackWaitsForEmptyEventLoop = false;
         setTimeout(() => ticks++, event.wait === false ? 60_000 : 30);
         if (event.fail) callback(new TypeError('refused')); else callback(null, 'called');
         if (event.read) callback(null, 'twice');
       };
       exports.ticks = async () => ticks;`,
    );
    assert.equal((await lambda.invoke('callback', { read: true })).payload, 'called');
    assert.equal((await lambda.invoke('callback', { wait: false })).payload, 'called');
    const failed = await lambda.invoke('callback', { fail: true });
    assert.equal(failed.functionError, 'Unhandled');
    assert.equal((failed.payload as { errorType: string }).errorType, 'TypeError');
  });

  it('answers null for a handler that will never answer and has nothing left to do', async () => {
    await lambda.create('idle', 'exports.handler = () => new Promise(() => {})');
    assert.equal((await lambda.invoke('idle')).text, 'null');
    assert.equal((await lambda.invoke('idle')).text, 'null');
  });

  it('gives a context and the environment of Lambda, and nothing of this process', async () => {
    process.env['LAMBDA_TEST_LEAK'] = 'secret';
    try {
      await lambda.create(
        'inspect',
        `exports.handler = async (event, context) => ({
           context: { ...context, remaining: context.getRemainingTimeInMillis() }, env: process.env, argv: process.argv.length })`,
        { Environment: { Variables: { CLUSTER_ENDPOINT: 'localhost' } }, MemorySize: 256, Timeout: 900 },
      );
      const { context, env } = (await lambda.invoke('inspect')).payload as {
        context: Record<string, unknown>;
        env: Record<string, string>;
      };
      assert.match(String(context['awsRequestId']), /^[0-9a-f-]{36}$/);
      assert.equal(context['functionName'], 'inspect');
      assert.equal(context['memoryLimitInMB'], '256');
      assert.equal(context['functionVersion'], '$LATEST');
      assert.equal(context['logGroupName'], '/aws/lambda/inspect');
      assert.equal(context['invokedFunctionArn'], `arn:aws:lambda:${REGION}:000000000000:function:inspect`);
      assert.equal(context['callbackWaitsForEmptyEventLoop'], true);
      assert.ok(Number(context['remaining']) > 840_000 && Number(context['remaining']) <= 900_000);
      assert.equal(env['CLUSTER_ENDPOINT'], 'localhost');
      assert.equal(env['AWS_REGION'], REGION);
      assert.equal(env['AWS_DEFAULT_REGION'], REGION);
      assert.equal(env['AWS_LAMBDA_FUNCTION_NAME'], 'inspect');
      assert.equal(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'], '256');
      assert.equal(env['AWS_ACCESS_KEY_ID'], ROLE.accessKeyId);
      assert.equal(env['AWS_SECRET_ACCESS_KEY'], ROLE.secretAccessKey);
      assert.equal(env['TZ'], 'UTC');
      assert.ok(fs.existsSync(path.join(env['LAMBDA_TASK_ROOT']!, 'index.js')));
      assert.equal(env['LAMBDA_TEST_LEAK'], undefined);
      assert.equal(env['NODE_EXTRA_CA_CERTS'], undefined);
    } finally {
      delete process.env['LAMBDA_TEST_LEAK'];
    }
  });

  it('returns the last 4 KB of the log, with START, END and REPORT', async () => {
    await lambda.create(
      'log',
      `exports.handler = async event => {
         console.log('one', { a: 1 }); console.error('two'); process.stdout.write('raw\\n');
         if (event.much) for (let i = 0; i < 3000; i++) console.log('line ' + i);
         return 1;
       }`,
    );
    const { log } = await lambda.invoke('log', {}, { LogType: 'Tail' });
    const id = /^START RequestId: (\S+) Version: \$LATEST\n/.exec(log)?.[1];
    assert.ok(id, log);
    assert.match(log, new RegExp(`\\dZ\\t${id}\\tINFO\\tone \\{ a: 1 \\}\\n`));
    assert.match(log, new RegExp(`\\dZ\\t${id}\\tERROR\\ttwo\\nraw\\nEND RequestId: ${id}\\n`));
    assert.match(
      log,
      /REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: /,
    );
    const second = await lambda.invoke('log', { much: true }, { LogType: 'Tail' });
    assert.equal(Buffer.byteLength(second.log), 4096);
    assert.match(second.log, /INFO\tline 2999\nEND RequestId/);
    assert.doesNotMatch(second.log, /Init Duration/);
    assert.equal((await lambda.invoke('log')).log, '');
  });

  it('keeps what functions print in a file', async () => {
    await lambda.create('printing', 'exports.handler = async () => console.log("to the file")');
    await lambda.invoke('printing');
    const file = path.join(lambda.folder, 'lambda', 'logs', 'printing.log');
    await until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8').includes('INFO\tto the file\nEND'));
  });

  it('accepts events at once and runs them, again after an error', async function () {
    const folder = fs.mkdtempSync(path.join(lambda.folder, 'event-'));
    await lambda.create(
      'event',
      `const fs = require('node:fs');
       exports.handler = async event => { fs.appendFileSync(event.file, 'run '); if (event.fail) throw new Error('again'); }`,
    );
    const once = path.join(folder, 'once');
    const answer = await lambda.invoke('event', { file: once }, { InvocationType: 'Event' });
    assert.equal(answer.status, 202);
    assert.equal(answer.text, '');
    await until(() => fs.existsSync(once));

    const quick = await LambdaFixture.start({ limits: { asyncRetryDelaysMs: [5, 10] } });
    try {
      await quick.create(
        'event',
        `const fs = require('node:fs');
         exports.handler = async event => { fs.appendFileSync(event.file, 'run '); throw new Error('again'); }`,
      );
      const thrice = path.join(folder, 'thrice');
      await quick.invoke('event', { file: thrice }, { InvocationType: 'Event' });
      await until(() => fs.existsSync(thrice) && fs.readFileSync(thrice, 'utf8') === 'run run run ');
    } finally {
      await quick.close();
    }
  });

  it('tries an event again with the code that is deployed by then', async () => {
    const quick = await LambdaFixture.start({ limits: { asyncRetryDelaysMs: [5, 10] } });
    const file = (name: string): string => path.join(quick.folder, name);
    try {
      await quick.create(
        'event',
        `const fs = require('node:fs');
         exports.handler = async event => {
           fs.writeFileSync(event.begun, '');
           while (!fs.existsSync(event.replaced)) await new Promise(r => setTimeout(r, 5));
           throw new Error('again');
         }`,
      );
      const event = { begun: file('begun'), replaced: file('replaced'), done: file('done') };
      await quick.invoke('event', event, { InvocationType: 'Event' });
      await until(() => fs.existsSync(event.begun));
      const ZipFile = zip({
        'index.js': "exports.handler = async event => require('node:fs').writeFileSync(event.done, '')",
      });
      await quick.client.send(new UpdateFunctionCodeCommand({ FunctionName: 'event', ZipFile }));
      fs.writeFileSync(event.replaced, '');
      await until(() => fs.existsSync(event.done));
    } finally {
      await quick.close();
    }
  });

  it('answers a dry run without running', async () => {
    await lambda.create('dry', 'throw new Error("must not load")');
    assert.equal((await lambda.invoke('dry', {}, { InvocationType: 'DryRun' })).status, 204);
  });

  it('refuses payloads that are no JSON or too large, and answers that are too large', async () => {
    await lambda.create('sizes', 'exports.handler = async e => "x".repeat(e.size ?? 0)');
    const send = (Payload: string | Uint8Array, InvocationType: 'RequestResponse' | 'Event' = 'RequestResponse') =>
      lambda.client.send(new InvokeCommand({ FunctionName: 'sizes', Payload, InvocationType }));
    await assert.rejects(send('{"a":'), { name: 'InvalidRequestContentException' });
    await assert.rejects(send('{"a":', 'Event'), { name: 'InvalidRequestContentException' });
    await assert.rejects(send(JSON.stringify('x'.repeat(6_291_456))), { name: 'RequestTooLargeException' });
    await assert.rejects(send(JSON.stringify('x'.repeat(1_048_576)), 'Event'), { name: 'RequestTooLargeException' });
    assert.equal(((await lambda.invoke('sizes', { size: 6_000_000 })).payload as string).length, 6_000_000);
    const tooLarge = await lambda.invoke('sizes', { size: 6_300_000 });
    assert.equal(tooLarge.functionError, 'Unhandled');
    assert.equal((tooLarge.payload as { errorType: string }).errorType, 'Function.ResponseSizeTooLarge');
  });

  it('passes the client context', async () => {
    await lambda.create('client-context', 'exports.handler = async (e, c) => c.clientContext');
    const ClientContext = Buffer.from(JSON.stringify({ custom: { a: 1 } })).toString('base64');
    assert.deepEqual((await lambda.invoke('client-context', {}, { ClientContext })).payload, { custom: { a: 1 } });
  });

  it('reuses a warm environment', async () => {
    await lambda.create('warm', 'let n = 0; exports.handler = async () => ++n');
    for (const n of [1, 2, 3]) assert.equal((await lambda.invoke('warm')).payload, n);
  });
});
