import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { outcomeOfAnswer } from '../../../src/core/stress/answer';
import { neverConnected, refusedByCommit } from '../../../src/core/stress/not-made';
import { mayHaveBeenApplied, type CallOutcome } from '../../../src/core/stress/outcome';
import { loadServerCertificate } from '../../../src/local/identity/certificates';
import { LeanTransport } from '../../../src/stress/lean/transport';
import { SdkTransport } from '../../../src/stress/sdk/transport';
import type { LambdaTarget } from '../../../src/protocol/stress';

/** What the Invoke API tells of a call; only those that may come after the function began leave it open. */
const ANSWERS: [status: number, exception: string, mayHaveBeenMade: boolean][] = [
  [400, 'InvalidRequestContentException', false],
  [400, 'InvalidParameterValueException', false],
  [400, 'SnapStartException', false],
  [402, 'ServiceQuotaExceededException', false],
  [403, 'AccessDeniedException', false],
  [403, 'ExpiredTokenException', false],
  [403, 'EFSMountFailureException', false],
  [404, 'ResourceNotFoundException', false],
  [404, '', false],
  [408, 'SnapStartTimeoutException', false],
  [408, 'EFSMountTimeoutException', false],
  [409, 'ResourceConflictException', false],
  [413, 'RequestTooLargeException', false],
  [415, 'UnsupportedMediaTypeException', false],
  [429, 'TooManyRequestsException', false],
  [502, 'ENILimitReachedException', false],
  [502, 'EC2ThrottledException', false],
  [502, 'KMSDisabledException', false],
  [400, 'RecursiveInvocationException', true],
  [408, '', true],
  [410, 'EFSIOException', true],
  [500, 'ServiceException', true],
  [502, '', true],
  [503, '', true],
  [504, '', true],
];
const TRANSFER = { payer: 1, payee: 2, amount: 3 };
const TRANSPORTS = [LeanTransport, SdkTransport] as const;

/** What both transports, which must agree, make of one call to an origin. */
async function through(origin: string): Promise<CallOutcome> {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const target: LambdaTarget = { endpoint: origin, region: 'us-east-1', credentials };
  const outcomes: CallOutcome[] = [];
  for (const Transport of TRANSPORTS) {
    const transport = new Transport(target, 'bank', 1);
    outcomes.push(await new Promise(resolve => transport.send(TRANSFER, resolve)));
    transport.close();
  }
  const [lean, sdk] = outcomes as [CallOutcome, CallOutcome];
  assert.deepEqual(
    [lean.errorClass, mayHaveBeenApplied(lean)],
    [sdk.errorClass, mayHaveBeenApplied(sdk)],
    `lean: ${lean.message}; sdk: ${sdk.message}`,
  );
  return lean;
}

const servers: net.Server[] = [];

async function listening<T extends net.Server>(server: T): Promise<T> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const portOf = (server: net.Server): number => (server.address() as AddressInfo).port;

describe('whether a call that failed may have been made', () => {
  afterEach(() => {
    for (const server of servers.splice(0)) {
      if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
      server.close();
    }
  });

  for (const [status, exception, open] of ANSWERS)
    it(`HTTP ${status} ${exception || 'without a name'}: ${open ? 'it may' : 'it was not'}`, async () => {
      const server = await listening(
        http.createServer((request, response) => {
          request.resume().on('end', () => {
            response.writeHead(status, exception ? { 'x-amzn-errortype': exception } : {}).end('{}');
          });
        }),
      );
      const outcome = await through(`http://127.0.0.1:${portOf(server)}`);
      assert.notEqual(outcome.errorClass, undefined);
      assert.equal(mayHaveBeenApplied(outcome), open);
    });

  it('each error of the service model is one of these, or refused by its status', () => {
    const client = path.dirname(createRequire(__filename).resolve('@aws-sdk/client-lambda/package.json'));
    const invoke = fs.readFileSync(path.join(client, 'dist-types/commands/InvokeCommand.d.ts'), 'utf8');
    const serverFaults = [...invoke.matchAll(/@throws \{@link (\w+)\} \(server fault\)/g)].map(
      ([, name]) => name ?? '',
    );
    assert.ok(serverFaults.length > 10);
    for (const exception of serverFaults) {
      const outcome = outcomeOfAnswer({ status: 502, exception, payload: '{}' });
      assert.equal(mayHaveBeenApplied(outcome), exception === 'ServiceException', `${exception}: look up what it says`);
    }
  });

  it('nobody listens, or no such host: it was not', async () => {
    const server = await listening(net.createServer());
    const origin = `http://127.0.0.1:${portOf(server)}`;
    server.close();
    await once(server, 'close');
    // too long for a name: no name server is asked, which may not answer for longer than a connection is waited for
    for (const at of [origin, `http://${'x'.repeat(64)}.invalid`]) {
      const outcome = await through(at);
      assert.deepEqual([outcome.errorClass, mayHaveBeenApplied(outcome)], ['connection', false], outcome.message);
    }
  });

  it('nobody listens at any of a host’s addresses: it was not', async () => {
    const server = await listening(net.createServer());
    const port = portOf(server);
    server.close();
    await once(server, 'close');
    const addresses = ['127.0.0.1', '127.0.0.2'].map(address => ({ address, family: 4 }));
    const socket = net.connect({ port, host: 'two.invalid', lookup: (_name, _options, done) => done(null, addresses) });
    const [error] = (await once(socket, 'error')) as [Error];
    assert.ok(error instanceof AggregateError, String(error));
    assert.equal(neverConnected(error), true);
    // one of them may have been sent something
    error.errors.push(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }));
    assert.equal(neverConnected(error), false);
    assert.equal(neverConnected(new AggregateError([], 'none')), false);
  });

  it('no TLS, or a certificate that nobody vouches for: it was not', async () => {
    const ended = await listening(net.createServer(socket => socket.on('error', () => undefined).end()));
    const refused = await through(`https://127.0.0.1:${portOf(ended)}`);
    assert.equal(mayHaveBeenApplied(refused), false, refused.message);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'not-made-'));
    const { privateKey: key, certificate: cert } = await loadServerCertificate(folder, ['localhost'], Date.now());
    const unknown = await listening(https.createServer({ key, cert }, () => assert.fail('a request came')));
    const distrusted = await through(`https://localhost:${portOf(unknown)}`);
    assert.equal(mayHaveBeenApplied(distrusted), false, distrusted.message);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('the connection ended after the request: it may', async () => {
    const server = await listening(
      net.createServer(socket => socket.on('error', () => undefined).once('data', () => socket.destroy())),
    );
    const outcome = await through(`http://127.0.0.1:${portOf(server)}`);
    assert.deepEqual([outcome.errorClass, mayHaveBeenApplied(outcome)], ['connection', true], outcome.message);
  });
});

describe('what COMMIT is answered with', () => {
  for (const [code, rolledBack] of [
    ['40001', true],
    ['23505', true],
    ['25P02', true],
    ['54000', true],
    ['53100', true],
    ['40003', false],
    ['53300', false],
    ['57P01', false],
    ['08006', false],
    ['XX000', false],
    ['ECONNRESET', false],
  ] as const)
    it(`${code}: ${rolledBack ? 'rolled back' : 'as far as it says, it may have been made'}`, () => {
      assert.equal(refusedByCommit(new Error('x', { cause: Object.assign(new Error('y'), { code }) })), rolledBack);
    });
});
