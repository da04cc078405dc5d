import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseAuthorization, signature, deriveSigningKey, type SigningHashes } from '../../../src/core/sigv4';
import type { Transport } from '../../../src/core/stress/outcome';
import type { LambdaTarget } from '../../../src/protocol/stress';
import { LeanTransport } from '../../../src/stress/lean/transport';
import { CallSigner } from '../../../src/stress/lean/signer';
import { SdkTransport } from '../../../src/stress/sdk/transport';

interface Captured {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

const hashes: SigningHashes<Buffer> = {
  sha256Hex: text => crypto.createHash('sha256').update(text).digest('hex'),
  hmac: (key, text) => crypto.createHmac('sha256', key).update(text).digest(),
  hmacHex: (key, text) => crypto.createHmac('sha256', key).update(text).digest('hex'),
};

/** Verifies as a service would: only from what arrived, and the secret. */
function verify(request: Captured, secret: string): void {
  const authorization = parseAuthorization(request.headers.authorization ?? '');
  assert.ok(authorization, 'an Authorization header that parses');
  const { scope, signedHeaders } = authorization;
  assert.equal(scope.service, 'lambda');
  const payloadHash = hashes.sha256Hex(request.body);
  assert.equal(request.headers['x-amz-content-sha256'] ?? payloadHash, payloadHash);
  const expected = signature(
    hashes,
    deriveSigningKey(hashes, secret, scope),
    {
      method: request.method,
      path: request.path,
      query: [],
      headers: signedHeaders.map(name => [name, String(request.headers[name])]),
      payloadHash,
    },
    String(request.headers['x-amz-date']),
    scope,
  );
  assert.equal(authorization.signature, expected);
  for (const name of ['host', 'x-amz-date', 'content-type'])
    assert.ok(signedHeaders.includes(name), `${name} is signed`);
}

describe('signing Invoke calls', () => {
  let server: http.Server;
  const captured: Captured[] = [];
  let endpoint: string;

  before(async () => {
    server = http.createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        captured.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
        response.end('{"balance":1}');
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => (captured.length = 0));

  const target = (sessionToken?: string): LambdaTarget => ({
    endpoint,
    region: 'eu-west-1',
    credentials: {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'se/cret+key',
      ...(sessionToken ? { sessionToken } : {}),
    },
  });
  const send = (transport: Transport): Promise<unknown> =>
    new Promise(resolve => transport.send({ payer: 11, payee: 22, amount: 3 }, resolve)).finally(() =>
      transport.close(),
    );

  for (const name of ['bank', 'arn:aws:lambda:eu-west-1:000000000000:function:bank:live', 'bank:7']) {
    for (const token of [undefined, 'session/token==']) {
      it(`the lean transport sends what the SDK sends: ${name}${token ? ', with a session token' : ''}`, async () => {
        await send(new LeanTransport(target(token), name, 1));
        await send(new SdkTransport(target(token), name, 1));
        const [lean, sdk] = captured as [Captured, Captured];
        for (const request of captured) verify(request, 'se/cret+key');
        for (const key of ['method', 'path', 'body'] as const) assert.equal(lean[key], sdk[key]);
        for (const header of ['host', 'content-type', 'content-length', 'x-amz-security-token'])
          assert.equal(lean.headers[header], sdk.headers[header], header);
        const [own, theirs] = captured.map(request => parseAuthorization(request.headers.authorization ?? ''));
        assert.deepEqual(own?.scope, theirs?.scope);
        assert.equal(own?.accessKeyId, theirs?.accessKeyId);
      });
    }
  }

  it('dates and keys follow the clock over seconds and midnight', () => {
    let nowMs = Date.UTC(2026, 0, 1, 23, 59, 59, 900);
    const call = {
      host: 'lambda.eu-west-1.amazonaws.com',
      path: '/2015-03-31/functions/bank/invocations',
      ...target(),
    };
    const signer = new CallSigner(call, () => nowMs);
    for (const [advanceMs, date] of [
      [0, '20260101T235959Z'],
      [99, '20260101T235959Z'],
      [1, '20260102T000000Z'],
      [1000, '20260102T000001Z'],
    ] as const) {
      nowMs += advanceMs;
      const flat = signer.headers('{"x":1}');
      const headers = Object.fromEntries(flat.flatMap((value, i) => (i % 2 === 0 ? [[value, flat[i + 1]]] : [])));
      assert.equal(headers['x-amz-date'], date);
      verify({ method: 'POST', path: call.path, headers, body: '{"x":1}' }, 'se/cret+key');
    }
  });
});
