import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import {
  canonicalQuery,
  deriveSigningKey,
  formatAmzDate,
  parseAmzDate,
  parseAuthorization,
  parseCredential,
  parseQuery,
  signature,
  signedHeaders,
  type SigningHashes,
} from '../../../src/core/sigv4';
import { presign } from '../../support/presign';

const hashes: SigningHashes = {
  sha256Hex: text => crypto.createHash('sha256').update(text).digest('hex'),
  hmac: (key, text) => crypto.createHmac('sha256', key).update(text).digest(),
  hmacHex: (key, text) => crypto.createHmac('sha256', key).update(text).digest('hex'),
};

/** The SDK's hash constructor over node:crypto. */
class Sha256 {
  private readonly hash: ReturnType<typeof crypto.createHash | typeof crypto.createHmac>;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash =
      secret === undefined
        ? crypto.createHash('sha256')
        : crypto.createHmac('sha256', typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array));
  }
  update(data: Uint8Array | string): void {
    this.hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
  reset(): void {}
}

const credentials = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'secret/with+signs' };
const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\uFFFD');
const printable = fc.string({ unit: 'grapheme', maxLength: 12 });

describe('sigv4', () => {
  it('signs headers exactly as the SDK does', async () => {
    await fc.assert(
      fc.asyncProperty(
        time,
        fc.array(fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom('.', '..')), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[A-Za-z][\w.-]{0,8}$/), printable, { maxKeys: 4 }),
        fc.string({ maxLength: 40 }),
        async (date, segments, query, body) => {
          const path = `/${segments.map(encodeURIComponent).join('/')}`;
          const signer = new SignatureV4({ credentials, region: 'eu-west-1', service: 'lambda', sha256: Sha256 });
          const signed = await signer.sign(
            {
              method: 'POST',
              protocol: 'http:',
              hostname: 'localhost',
              path,
              query,
              headers: { host: 'localhost:9' },
              body,
            },
            { signingDate: date },
          );
          const parsed = parseAuthorization(signed.headers.authorization!);
          assert.ok(parsed);
          const lower = new Map(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]));
          const request = {
            method: 'POST',
            path,
            query: Object.entries(query),
            // in any order, with blanks around and within that count for nothing
            headers: parsed.signedHeaders
              .map(name => [name, ` ${lower.get(name)!.replace(' ', '  ')} `] as const)
              .reverse(),
            payloadHash: hashes.sha256Hex(body),
          };
          const key = deriveSigningKey(hashes, credentials.secretAccessKey, parsed.scope);
          assert.equal(signature(hashes, key, request, lower.get('x-amz-date')!, parsed.scope), parsed.signature);
          assert.equal(signedHeaders(request), parsed.signedHeaders.join(';'));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('makes the tokens the DSQL signer makes', async () => {
    const signer = new DsqlSigner({ hostname: 'localhost', region: 'us-east-1', credentials, expiresIn: 60 });
    const token = await signer.getDbConnectAdminAuthToken();
    const theirs = parseQuery(token.slice(token.indexOf('?') + 1))!;
    const signedAt = parseAmzDate(theirs.find(([name]) => name === 'X-Amz-Date')![1])!;
    const ours = presign(
      hashes,
      {
        host: 'localhost',
        path: '/',
        query: [['Action', 'DbConnectAdmin']],
        region: 'us-east-1',
        service: 'dsql',
        expiresSeconds: 60,
        ...credentials,
      },
      signedAt,
    );
    assert.equal(ours.split('?')[0], token.split('?')[0]);
    assert.deepEqual(ours.split('?')[1]!.split('&').sort(), canonicalQuery(theirs).split('&').sort());
  });

  it('parses every query it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(printable, printable)), pairs => {
        const expected = pairs.map(([name, value]) => [wellFormed(name), wellFormed(value)]);
        const parsed = parseQuery(canonicalQuery(pairs));
        assert.deepEqual(parsed?.map(String).sort(), expected.map(String).sort());
      }),
    );
  });

  it('orders parameters by name, then by value, and reads what others write', () => {
    const query = [
      ['b', '1'],
      ['a', '2'],
      ['a', '10'],
      ['A', '3'],
    ] as const;
    assert.equal(canonicalQuery(query), 'A=3&a=10&a=2&b=1');
    assert.deepEqual(parseQuery('a&b=&c=d=e&f+g=%2B'), [
      ['a', ''],
      ['b', ''],
      ['c', 'd=e'],
      ['f+g', '+'],
    ]);
    assert.deepEqual(parseQuery(''), []);
  });

  it('takes no header that lacks a part for a signed one', () => {
    const scope = '20261123/us-east-1/lambda/aws4_request';
    const hex = '0123456789abcdef'.repeat(4);
    const header = (more: Record<string, string>): string =>
      `AWS4-HMAC-SHA256 ${Object.entries({
        Credential: `AKID/${scope}`,
        SignedHeaders: 'host;x-amz-date',
        Signature: hex,
        ...more,
      })
        .map(([name, value]) => `${name}=${value}`)
        .join(',  ')}`;
    assert.deepEqual(parseAuthorization(header({})), {
      accessKeyId: 'AKID',
      scope: { date: '20261123', region: 'us-east-1', service: 'lambda' },
      signedHeaders: ['host', 'x-amz-date'],
      signature: hex,
    });
    for (const wrong of [
      header({ Credential: `/${scope}` }),
      header({ Credential: scope }),
      header({ Credential: `AKID/${scope}/more` }),
      header({ Credential: 'AKID/20261123//lambda/aws4_request' }),
      header({ Credential: 'AKID/20261123/us-east-1//aws4_request' }),
      header({ Credential: 'AKID/20261123/us-east-1/lambda/aws5_request' }),
      header({ Credential: 'AKID/2026-11-23/us-east-1/lambda/aws4_request' }),
      header({ SignedHeaders: '' }),
      header({ Signature: '' }),
      header({ Signature: hex.slice(1) }),
      header({ Signature: hex.toUpperCase() }),
      `${header({})}, more`,
      `Bearer ${header({})}`,
      header({}).replace('AWS4', 'AWS5'),
    ])
      assert.equal(parseAuthorization(wrong), undefined, wrong);
  });

  it('reads only dates that it would write', () => {
    fc.assert(
      fc.property(time, date => {
        const seconds = Math.floor(date.getTime() / 1000) * 1000;
        assert.equal(parseAmzDate(formatAmzDate(seconds)), seconds);
      }),
    );
    for (const text of ['', '20260230T000000Z', '20260101T240000Z', '2026-01-01T00:00:00Z', '20260101T000000'])
      assert.equal(parseAmzDate(text), undefined, text);
  });

  it('refuses malformed input without throwing', () => {
    assert.equal(parseQuery('a=%zz'), undefined);
    fc.assert(
      fc.property(fc.string(), text => {
        parseQuery(text);
        parseCredential(text);
        parseAuthorization(`AWS4-HMAC-SHA256 ${text}`);
      }),
    );
    assert.equal(parseCredential('AK/20260101/us-east-1/dsql'), undefined);
    assert.equal(parseCredential('AK/2026/us-east-1/dsql/aws4_request'), undefined);
  });
});
