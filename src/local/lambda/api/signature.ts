/**
 * Verifies SigV4 signatures in the Authorization header. The hot path costs one SHA-256 of the body, one of the canonical request, and
 * one HMAC: signing keys are kept per access key and day, canonical paths per path.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import {
  ALGORITHM,
  canonicalPath,
  canonicalQuery,
  deriveSigningKey,
  EMPTY_SHA256,
  formatAmzDate,
  parseAmzDate,
  parseAuthorization,
  parseQuery,
  stringToSign,
  type SigningHashes,
  type SigningScope,
} from '../../../core/sigv4';
import type { LocalPrincipal } from '../../../protocol/local-cluster';
import { incompleteSignature, invalidSignature, missingToken, unknownKey } from './errors';

const SERVICE = 'lambda';
const MAX_SKEW_MS = 5 * 60_000;
const MAX_CACHED_PATHS = 1000;
const MAX_CACHED_KEYS = 100;

/** A request as far as its signature goes. Header names in lower case, values as received. */
export interface SignedRequest {
  method: string;
  /** Path and query as on the request line. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

const sha256Hex = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hashes: SigningHashes<Buffer> = {
  sha256Hex,
  hmac: (key, text) => createHmac('sha256', key).update(text).digest(),
  hmacHex: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
};

export class SignatureVerifier {
  private readonly principals = new Map<string, LocalPrincipal>();
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
    if (typeof header !== 'string' || !header.startsWith(ALGORITHM)) throw missingToken();
    const auth = parseAuthorization(header);
    if (!auth)
      throw incompleteSignature(
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
      );
    const principal = this.principals.get(auth.accessKeyId);
    if (!principal) throw unknownKey();
    if (auth.scope.region !== this.region)
      throw invalidSignature(`Credential should be scoped to a valid region, not '${auth.scope.region}'. `);
    if (auth.scope.service !== SERVICE)
      throw invalidSignature(`Credential should be scoped to correct service: '${SERVICE}'. `);
    const amzDate = request.headers['x-amz-date'];
    const date = typeof amzDate === 'string' ? amzDate : '';
    checkTime(date, auth.scope.date, nowMs);
    const canonical = this.canonicalRequest(request, auth.signedHeaders);
    const key = this.signingKey(principal, auth.scope);
    const expected = hashes.hmac(key, stringToSign(date, auth.scope, sha256Hex(canonical)));
    if (!timingSafeEqual(expected, Buffer.from(auth.signature, 'hex'))) throw invalidSignature();
    return principal;
  }

  private canonicalRequest(request: SignedRequest, names: readonly string[]): string {
    if (!names.includes('host')) throw invalidSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.");
    let headers = '';
    for (const name of names) headers += `${name}:${headerValue(request.headers[name])}\n`;
    const at = request.target.indexOf('?');
    const path = at < 0 ? request.target : request.target.slice(0, at);
    const parameters = at < 0 ? [] : parseQuery(request.target.slice(at + 1));
    if (!parameters) throw invalidSignature();
    const query = parameters.length === 0 ? '' : canonicalQuery(parameters);
    return `${request.method}\n${this.path(path)}\n${query}\n${headers}\n${names.join(';')}\n${payloadHash(request)}`;
  }

  private path(path: string): string {
    let canonical = this.paths.get(path);
    if (canonical === undefined) {
      if (this.paths.size >= MAX_CACHED_PATHS) this.paths.clear();
      this.paths.set(path, (canonical = canonicalPath(path)));
    }
    return canonical;
  }

  private signingKey(principal: LocalPrincipal, scope: SigningScope): Buffer {
    const id = `${principal.accessKeyId}/${scope.date}`;
    let key = this.keys.get(id);
    if (!key) {
      if (this.keys.size >= MAX_CACHED_KEYS) this.keys.clear();
      this.keys.set(id, (key = deriveSigningKey(hashes, principal.secretAccessKey, scope)));
    }
    return key;
  }
}

function headerValue(value: string | string[] | undefined): string {
  const text = (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
  return text.includes('  ') ? text.replace(/\s+/g, ' ') : text;
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
  if (atMs === undefined)
    throw incompleteSignature("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (!date.startsWith(scopeDate))
    throw invalidSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${date.slice(0, 8)}', from '${date}'.`,
    );
  const [earliestMs, latestMs] = [nowMs - MAX_SKEW_MS, nowMs + MAX_SKEW_MS];
  const text = formatAmzDate;
  if (atMs < earliestMs)
    throw invalidSignature(
      `Signature expired: ${date} is now earlier than ${text(earliestMs)} (${text(nowMs)} - 5 min.)`,
    );
  if (atMs > latestMs)
    throw invalidSignature(
      `Signature not yet current: ${date} is still later than ${text(latestMs)} (${text(nowMs)} + 5 min.)`,
    );
}
