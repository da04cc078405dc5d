/**
 * Verifies SigV4 signatures in the Authorization header. Source of the rules: "Create a signed AWS API request" in the IAM user guide.
 * The hot path costs one SHA-256 of the body, one of the canonical request, and one HMAC: signing keys are cached per key, day and Region.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { LocalPrincipal } from '../../../protocol/local-cluster';
import { incompleteSignature, invalidSignature, missingToken, unknownKey } from './errors';

const SERVICE = 'lambda';
const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 5 * 60_000;
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A request as far as its signature goes. Header names in lower case, values as received. */
export interface SignedRequest {
  method: string;
  /** Path and query as on the request line. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

const sha256Hex = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The path as signed: what is on the wire, encoded once more segment by segment (for every service but S3). */
export function canonicalPath(path: string): string {
  return path === '' ? '/' : path.split('/').map(encode).join('/');
}

/** The query as signed: decoded, encoded again, sorted by name and value. */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  return query
    .split('&')
    .filter(part => part !== '')
    .map(part => {
      const at = part.indexOf('=');
      const name = at < 0 ? part : part.slice(0, at);
      return [encode(decode(name)), at < 0 ? '' : encode(decode(part.slice(at + 1)))] as const;
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** `20261121T023000Z` as epoch milliseconds; NaN when it is none. */
export function parseAmzDate(text: string): number {
  const m = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return m ? Date.UTC(+m[1]!, +m[2]! - 1, +m[3]!, +m[4]!, +m[5]!, +m[6]!) : NaN;
}

const amzDate = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

interface Authorization {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string;
  signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/, ]+)\/(\d{8})\/([^/, ]+)\/([^/, ]+)\/aws4_request *, *SignedHeaders=([^, ]+) *, *Signature=([0-9a-f]{64})$/;

function parseAuthorization(header: string): Authorization {
  const m = AUTHORIZATION.exec(header);
  if (m)
    return { accessKeyId: m[1]!, date: m[2]!, region: m[3]!, service: m[4]!, signedHeaders: m[5]!, signature: m[6]! };
  if (!header.startsWith(ALGORITHM)) throw missingToken();
  throw incompleteSignature(
    "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters in the form the service expects.",
  );
}

export class SignatureVerifier {
  private readonly principals = new Map<string, LocalPrincipal>();
  /** Signing keys of the last days, by `accessKeyId/date`. */
  private readonly keys = new Map<string, Buffer>();
  private readonly paths = new Map<string, string>();

  constructor(
    principals: readonly LocalPrincipal[],
    private readonly region: string,
  ) {
    for (const principal of principals) this.principals.set(principal.accessKeyId, principal);
  }

  /** @returns who signed the request. @throws LambdaApiError with the service's text */
  verify(request: SignedRequest, nowMs: number): LocalPrincipal {
    const header = request.headers['authorization'];
    if (typeof header !== 'string' || header === '') throw missingToken();
    const auth = parseAuthorization(header);
    const principal = this.principals.get(auth.accessKeyId);
    if (!principal) throw unknownKey();
    if (auth.region !== this.region)
      throw invalidSignature(`Credential should be scoped to a valid Region, not '${auth.region}'. `);
    if (auth.service !== SERVICE)
      throw invalidSignature(`Credential should be scoped to correct service: '${SERVICE}'. `);
    const amz = request.headers['x-amz-date'];
    const date = typeof amz === 'string' ? amz : '';
    checkTime(date, auth.date, nowMs);

    const text = `${ALGORITHM}\n${date}\n${auth.date}/${auth.region}/${SERVICE}/aws4_request\n${sha256Hex(this.canonicalRequest(request, auth.signedHeaders))}`;
    const expected = hmac(this.signingKey(principal, auth.date), text);
    if (!timingSafeEqual(expected, Buffer.from(auth.signature, 'hex'))) throw invalidSignature();
    return principal;
  }

  private canonicalRequest(request: SignedRequest, signedHeaders: string): string {
    const names = signedHeaders.split(';');
    if (!names.includes('host')) throw invalidSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.");
    let headers = '';
    for (const name of names) headers += `${name}:${headerValue(request.headers[name])}\n`;
    const at = request.target.indexOf('?');
    const path = at < 0 ? request.target : request.target.slice(0, at);
    const query = at < 0 ? '' : canonicalQuery(request.target.slice(at + 1));
    return `${request.method}\n${this.path(path)}\n${query}\n${headers}\n${signedHeaders}\n${payloadHash(request)}`;
  }

  private path(path: string): string {
    let canonical = this.paths.get(path);
    if (canonical === undefined) {
      if (this.paths.size > 1000) this.paths.clear();
      this.paths.set(path, (canonical = canonicalPath(path)));
    }
    return canonical;
  }

  private signingKey(principal: LocalPrincipal, date: string): Buffer {
    const id = `${principal.accessKeyId}/${date}`;
    let key = this.keys.get(id);
    if (!key) {
      if (this.keys.size > 100) this.keys.clear();
      key = [date, this.region, SERVICE, 'aws4_request'].reduce<string | Buffer>(
        hmac,
        `AWS4${principal.secretAccessKey}`,
      ) as Buffer;
      this.keys.set(id, key);
    }
    return key;
  }
}

function headerValue(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text.includes('  ') ? text.trim().replace(/ +/g, ' ') : text.trim();
}

/** The hash of the body that is here; a declared hash must be that of the body. */
function payloadHash(request: SignedRequest): string {
  const actual = request.body.length === 0 ? EMPTY_SHA256 : sha256Hex(request.body);
  const declared = request.headers['x-amz-content-sha256'];
  if (typeof declared === 'string' && declared !== actual) throw invalidSignature();
  return actual;
}

function checkTime(date: string, scopeDate: string, nowMs: number): void {
  const atMs = parseAmzDate(date);
  if (Number.isNaN(atMs))
    throw incompleteSignature("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (!date.startsWith(scopeDate))
    throw invalidSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${date}'`,
    );
  if (atMs < nowMs - MAX_SKEW_MS)
    throw invalidSignature(
      `Signature expired: ${date} is now earlier than ${amzDate(nowMs - MAX_SKEW_MS)} (${amzDate(nowMs)} - 5 min.)`,
    );
  if (atMs > nowMs + MAX_SKEW_MS)
    throw invalidSignature(
      `Signature not yet current: ${date} is still later than ${amzDate(nowMs + MAX_SKEW_MS)} (${amzDate(nowMs)} + 5 min.)`,
    );
}
