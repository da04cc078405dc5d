import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { FilterLogEventsCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteFunctionCommand,
  InvokeCommand,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { ACCOUNT_ID, ADMIN, INVOKER, LambdaFixture, REGION, ROLE } from './lambda-fixture';

/** Within what a request may have. */
const STRANGE_BYTES = 64 * 1024 * 1024;

/** What `write` tells when its part has been handed on. */
type Written = (error: Error | null | undefined) => void;

describe('Lambda service: who may call', () => {
  let lambda: LambdaFixture;
  before(async () => {
    lambda = await LambdaFixture.start();
    await lambda.create('bank', 'exports.handler = async () => "ran"');
  });
  after(() => lambda.close());

  const list = (...args: Parameters<LambdaFixture['clientFor']>) =>
    lambda.clientFor(...args).send(new ListFunctionsCommand({ MaxItems: 10, Marker: undefined }));
  const forbidden = (name: string, message: RegExp) => (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, name);
    assert.match(error.message, message);
    assert.equal(error.$metadata?.httpStatusCode, 403);
    return true;
  };

  it('lets the administrator', async () => {
    assert.equal((await list()).Functions?.length, 1);
  });

  it('refuses a wrong secret', async () => {
    const wrong = { ...ADMIN, secretAccessKey: 'guessed' };
    await assert.rejects(list(wrong), forbidden('InvalidSignatureException', /signature we calculated does not match/));
  });

  it('refuses an unknown key', async () => {
    const unknown = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' };
    await assert.rejects(list(unknown), forbidden('UnrecognizedClientException', /security token .* is invalid/));
  });

  it('refuses another Region', async () => {
    await assert.rejects(list(ADMIN, { region: 'eu-west-1' }), forbidden('InvalidSignatureException', /valid region/));
  });

  it('refuses clocks that are more than five minutes off, and takes four', async () => {
    const minutes = 60_000;
    await assert.rejects(
      list(ADMIN, { clockOffsetMs: -6 * minutes }),
      forbidden('InvalidSignatureException', /^Signature expired: /),
    );
    await assert.rejects(
      list(ADMIN, { clockOffsetMs: 6 * minutes }),
      forbidden('InvalidSignatureException', /not yet current/),
    );
    assert.equal((await list(ADMIN, { clockOffsetMs: -4 * minutes })).$metadata.httpStatusCode, 200);
  });

  it('denies the execution role what no policy allows it', async () => {
    const invoke = lambda.clientFor(ROLE).send(new InvokeCommand({ FunctionName: 'bank' }));
    await assert.rejects(
      invoke,
      forbidden(
        'AccessDeniedException',
        new RegExp(
          `^User: ${ROLE.arn} is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:`,
        ),
      ),
    );
  });

  it('lets a role do what its policy allows, and no more', async () => {
    const client = lambda.clientFor(INVOKER);
    const { StatusCode } = await client.send(new InvokeCommand({ FunctionName: 'bank' }));
    assert.equal(StatusCode, 200);
    await assert.rejects(
      client.send(new DeleteFunctionCommand({ FunctionName: 'bank' })),
      forbidden(
        'AccessDeniedException',
        /role\/invoker is not authorized to perform: lambda:DeleteFunction on resource: .*:function:bank because/,
      ),
    );
    const logs = new CloudWatchLogsClient({ endpoint: lambda.service.endpoint, region: REGION, credentials: INVOKER });
    await assert.rejects(
      logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/bank' })),
      (error: Error) =>
        error.name === 'AccessDeniedException' && error.message.includes('perform: logs:FilterLogEvents on'),
    );
    logs.destroy();
  });

  it('runs a function as the role of its configuration; as the execution role where that is of another account', async () => {
    const whoAmI = 'exports.handler = async () => process.env.AWS_ACCESS_KEY_ID';
    const elsewhere = INVOKER.arn.replace(ACCOUNT_ID, '123456789012');
    for (const [role, key] of [
      [INVOKER.arn, INVOKER.accessKeyId],
      [ROLE.arn, ROLE.accessKeyId],
      [elsewhere, ROLE.accessKeyId],
    ] as const) {
      const name = `as-${key === ROLE.accessKeyId ? 'role' : 'invoker'}-${role === elsewhere ? 'elsewhere' : 'here'}`;
      await lambda.create(name, whoAmI, { Role: role });
      assert.equal((await lambda.invoke(name)).payload, key, role);
    }
    await lambda.client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'as-role-here', Role: INVOKER.arn }),
    );
    assert.equal((await lambda.invoke('as-role-here')).payload, INVOKER.accessKeyId, 'after its role was changed');
  });

  it('refuses requests without a signature, and with half of one', async () => {
    const url = `${lambda.service.endpoint}/2015-03-31/functions/`;
    const plain = await fetch(url);
    assert.equal(plain.status, 403);
    assert.equal(plain.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
    assert.deepEqual(await plain.json(), { message: 'Missing Authentication Token' });
    const half = await fetch(url, { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } });
    assert.equal(half.headers.get('x-amzn-errortype'), 'IncompleteSignatureException');
  });

  it('refuses a body that was changed on the way', async () => {
    const client = lambda.clientFor();
    client.middlewareStack.add(
      next => args => {
        (args.request as { body: unknown }).body = Buffer.from('{"amount":1000000}');
        (args.request as { headers: Record<string, string> }).headers['content-length'] = '18';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'tamper' },
    );
    const tampered = client.send(new InvokeCommand({ FunctionName: 'bank', Payload: '{"amount":1}' }));
    await assert.rejects(tampered, forbidden('InvalidSignatureException', /does not match/));
  });

  it('names what it does not offer', async () => {
    const client = lambda.clientFor();
    client.middlewareStack.add(
      next => args => {
        (args.request as { path: string }).path = '/2015-03-31/event-source-mappings';
        return next(args);
      },
      { step: 'build', name: 'elsewhere' },
    );
    await assert.rejects(client.send(new ListFunctionsCommand({})), { name: 'UnknownOperationException' });
  });

  it('keeps code and logs from other users of the machine', async function () {
    if (process.platform === 'win32') this.skip();
    const dataDir = path.join(lambda.folder, 'made');
    const other = await LambdaFixture.start({ dataDir });
    await other.close();
    assert.equal(fs.statSync(dataDir).mode & 0o077, 0);
  });

  it('keeps nothing of what strangers send, and answers them at its end', async () => {
    await lambda.create('memory', 'exports.handler = async () => process.memoryUsage.rss()');
    const memory = async () => (await lambda.invoke('memory')).payload as number;
    const before = await memory();
    const requests = [
      undefined,
      `AWS4-HMAC-SHA256 Credential=AKIANOBODY/20261122/${REGION}/lambda/aws4_request`,
    ].flatMap(authorization =>
      Array.from({ length: 4 }, () =>
        http.request(`${lambda.service.endpoint}/2015-03-31/functions`, {
          method: 'POST',
          headers: { 'content-length': STRANGE_BYTES, ...(authorization && { authorization }) },
        }),
      ),
    );
    const half = Buffer.alloc(STRANGE_BYTES / 2);
    await Promise.all(
      requests.map(request => promisify((part: Buffer, sent: Written) => request.write(part, sent))(half)),
    );
    const held = (await memory()) - before;
    assert.ok(held < (requests.length * half.length) / 2, `${Math.round(held / 1024 / 1024)} MB more`);
    const statuses = requests.map(async request => {
      request.end(half);
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      response.resume();
      return response.statusCode;
    });
    assert.deepEqual(await Promise.all(statuses), Array(requests.length).fill(403));
  });
});
