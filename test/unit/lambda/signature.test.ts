import assert from 'node:assert/strict';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { createHash, createHmac, type BinaryLike } from 'node:crypto';
import { LambdaApiError } from '../../../src/local/lambda/api/errors';
import { SignatureVerifier } from '../../../src/local/lambda/api/signature';

const PRINCIPAL = { accessKeyId: 'AKIATEST', secretAccessKey: 'a/secret+key', arn: 'arn:aws:iam::000000000000:role/x' };

/** The hash port of the AWS signer, over node:crypto. */
class Sha256 {
  private readonly hash;
  constructor(secret?: BinaryLike) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: BinaryLike): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error('a hash is used once');
  }
}

const signer = new SignatureV4({
  service: 'lambda',
  region: 'us-east-1',
  credentials: PRINCIPAL,
  sha256: Sha256 as never,
});

interface Sent {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: Buffer;
}

async function sign(
  method: string,
  path: string,
  query: Record<string, string>,
  headers: Record<string, string>,
  body: string,
  at: Date,
): Promise<Sent> {
  const request = {
    method,
    protocol: 'http:',
    hostname: 'localhost',
    path,
    query,
    headers: { host: 'localhost:1', ...headers },
    body,
  };
  const signed = await signer.sign(request, { signingDate: at });
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const search = Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
  const lower = Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { method, target: search ? `${path}?${search}` : path, headers: lower, body: Buffer.from(body) };
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof LambdaApiError) return error.type;
    throw error;
  }
  return 'accepted';
};

describe('Lambda request signatures', () => {
  const verifier = new SignatureVerifier([PRINCIPAL], 'us-east-1');
  const now = new Date('2026-11-21T02:30:00Z');
  const verify = (sent: Sent, atMs = now.getTime()) => codeOf(() => verifier.verify(sent, atMs));

  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const segment = text
    .map(value => encodeURIComponent(value))
    .filter(value => value !== '' && value !== '.' && value !== '..');

  it('accepts whatever the AWS signer signs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 4 }),
        fc.dictionary(
          text.filter(name => name !== '' && name !== '__proto__' && !/^x-amz/i.test(name)),
          text,
          { maxKeys: 3 },
        ),
        fc.stringMatching(/^[!-~][ -~]{0,20}$/),
        text,
        async (segments, query, header, body) => {
          const sent = await sign('POST', `/${segments.join('/')}`, query, { 'x-amz-note': header }, body, now);
          assert.equal(verify(sent), 'accepted');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses every change of what was signed', async () => {
    const sent = await sign(
      'POST',
      '/2015-03-31/functions/f/invocations',
      { Qualifier: 'live' },
      { 'x-amz-log-type': 'Tail' },
      '{"amount":1}',
      now,
    );
    assert.equal(verify(sent), 'accepted');
    const changes: Partial<Sent>[] = [
      { method: 'PUT' },
      { target: sent.target.replace('/f/', '/g/') },
      { target: sent.target.replace('live', 'dead') },
      { target: `${sent.target}&More=1` },
      { body: Buffer.from('{"amount":2}') },
      { headers: { ...sent.headers, 'x-amz-log-type': 'None' } },
      { headers: { ...sent.headers, host: 'localhost:2' } },
      { headers: { ...sent.headers, 'x-amz-date': '20261121T023001Z' } },
    ];
    for (const change of changes)
      assert.equal(verify({ ...sent, ...change }), 'InvalidSignatureException', JSON.stringify(change));
    const hash = createHash('sha256').update('{"amount":2}').digest('hex');
    const rehashed = {
      ...sent,
      body: Buffer.from('{"amount":2}'),
      headers: { ...sent.headers, 'x-amz-content-sha256': hash },
    };
    assert.equal(verify(rehashed), 'InvalidSignatureException');
  });

  it('trusts no signature because another one of the same signer was good', async () => {
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    const [first, second] = await Promise.all([
      sign('POST', '/f', {}, {}, '{"amount":1}', now),
      sign('POST', '/f', {}, {}, '{"amount":2}', at(1)),
    ]);
    assert.equal(verify(first), 'accepted');
    assert.equal(verify(second), 'accepted');
    const signed = (authorization: string): Sent => ({ ...first, headers: { ...first.headers, authorization } });
    const good = first.headers['authorization']!;
    assert.equal(verify(signed(second.headers['authorization']!)), 'InvalidSignatureException');
    assert.equal(verify(signed(good.slice(0, -64) + '0'.repeat(64))), 'InvalidSignatureException');
    assert.equal(
      verify(signed(good.slice(0, -64) + good.slice(-64).toUpperCase())),
      /[a-f]/.test(good.slice(-64)) ? 'IncompleteSignatureException' : 'accepted',
    );
    assert.equal(verify(signed(good.slice(0, -1))), 'IncompleteSignatureException');
    assert.equal(verify(first), 'accepted');
  });

  it('bounds the clock at five minutes', async () => {
    const sent = await sign('GET', '/', {}, {}, '', now);
    const minute = 60_000;
    assert.equal(verify(sent, now.getTime() + 5 * minute), 'accepted');
    assert.equal(verify(sent, now.getTime() - 5 * minute), 'accepted');
    assert.equal(verify(sent, now.getTime() + 5 * minute + 1000), 'InvalidSignatureException');
    assert.equal(verify(sent, now.getTime() - 5 * minute - 1000), 'InvalidSignatureException');
  });

  it('never fails otherwise, whatever the header says', () => {
    const headers = fc.record({
      authorization: fc.oneof(
        fc.string(),
        fc.string().map(rest => `AWS4-HMAC-SHA256 ${rest}`),
        fc.constant(
          `AWS4-HMAC-SHA256 Credential=AKIATEST/20261121/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
        ),
      ),
      'x-amz-date': fc.oneof(fc.string(), fc.constant('20261121T023000Z')),
      host: fc.string(),
    });
    fc.assert(
      fc.property(headers, fc.string(), fc.uint8Array(), (given, target, body) => {
        const code = codeOf(() =>
          verifier.verify({ method: 'GET', target, headers: given, body: Buffer.from(body) }, now.getTime()),
        );
        assert.match(
          code,
          /^(MissingAuthenticationToken|IncompleteSignature|UnrecognizedClient|InvalidSignature)Exception$/,
        );
      }),
    );
  });
});
