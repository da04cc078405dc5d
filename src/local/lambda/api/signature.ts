/**
 * Verifies SigV4 signatures in the Authorization header. The hot path costs one SHA-256 of the body, one of the canonical request, and
 * two of an HMAC: what precedes the signature in a header that has been verified once is kept with its signing key, canonical paths per path.
 */
import { timingSafeEqual } from 'node:crypto';
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
  TextHmac,
  type AuthorizationHeader,
  type SigningScope,
} from '../../../core/sigv4';
import type { LocalPrincipal } from '../../../protocol/local-cluster';
import { nodeHashes, sha256Hex } from '../../identity/node-hashes';
import { incompleteSignature, invalidSignature, missingToken, unknownKey } from './errors';

const MAX_SKEW_MS = 5 * 60_000;
const MAX_CACHED_PATHS = 1000;
const MAX_KNOWN_CREDENTIALS = 100;
const SIGNATURE_HEX_CHARS = 64;
const SIGNATURE = /^[0-9a-f]{64}$/;

/** A request as far as its signature goes. Header names in lower case, values as received. */
export interface SignedRequest {
  method: string;
  /** Path and query as on the request line. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** An Authorization header but for its signature, once a request with it has been verified. */
interface Credential<P extends LocalPrincipal> {
  principal: P;
  scope: SigningScope;
  signedHeaders: readonly string[];
  hmac: TextHmac;
}

export class SignatureVerifier<P extends LocalPrincipal = LocalPrincipal> {
  private readonly principals = new Map<string, P>();
  private readonly known = new Map<string, Credential<P>>();
  private readonly paths = new Map<string, string>();
  private readonly date = { text: '', atMs: undefined as number | undefined };

  constructor(
    principals: readonly P[],
    private readonly region: string,
    /** Its name in the scope of credentials. */
    private readonly service = 'lambda',
  ) {
    for (const principal of principals) this.principals.set(principal.accessKeyId, principal);
  }

  /**
   * Whether a header names a key that is known here, which keys are secret enough for. Without one `verify` throws, whatever else the
   * request holds.
   */
  isKnown(authorization: string | undefined): boolean {
    const auth = authorization === undefined ? undefined : parseAuthorization(authorization);
    return auth !== undefined && this.principals.has(auth.accessKeyId);
  }

  /** @returns who signed the request. @throws LambdaApiError with the service's text */
  verify(request: SignedRequest, nowMs: number): P {
    const header = request.headers['authorization'];
    if (typeof header !== 'string' || !header.startsWith(ALGORITHM)) throw missingToken();
    const prefix = header.slice(0, -SIGNATURE_HEX_CHARS);
    const last = header.slice(-SIGNATURE_HEX_CHARS);
    const known = SIGNATURE.test(last) ? this.known.get(prefix) : undefined;
    if (known) {
      this.check(request, known, last, nowMs);
      return known.principal;
    }
    const auth = parseAuthorization(header);
    if (!auth)
      throw incompleteSignature(
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
      );
    const credential = this.credential(auth);
    this.check(request, credential, auth.signature, nowMs);
    // a header in another order of its fields is parsed each time
    if (last === auth.signature && prefix.endsWith('Signature=')) {
      if (this.known.size >= MAX_KNOWN_CREDENTIALS) this.known.clear();
      this.known.set(prefix, credential);
    }
    return credential.principal;
  }

  /** Who a header says has signed. */
  private credential({ accessKeyId, scope, signedHeaders }: AuthorizationHeader): Credential<P> {
    const principal = this.principals.get(accessKeyId);
    if (!principal) throw unknownKey();
    if (scope.region !== this.region)
      throw invalidSignature(`Credential should be scoped to a valid region, not '${scope.region}'. `);
    if (scope.service !== this.service)
      throw invalidSignature(`Credential should be scoped to correct service: '${this.service}'. `);
    const hmac = new TextHmac(deriveSigningKey(nodeHashes, principal.secretAccessKey, scope), sha256Hex);
    return { principal, scope, signedHeaders, hmac };
  }

  /** Whether the request is what `credential` signed, now. */
  private check(request: SignedRequest, credential: Credential<P>, signature: string, nowMs: number): void {
    const { scope, signedHeaders, hmac } = credential;
    const amzDate = request.headers['x-amz-date'];
    const date = typeof amzDate === 'string' ? amzDate : '';
    checkTime(date, this.timeOf(date), scope.date, nowMs);
    const canonical = this.canonicalRequest(request, signedHeaders);
    const expected = hmac.hex(stringToSign(date, scope, sha256Hex(canonical)));
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) throw invalidSignature();
  }

  /** Thousands of requests carry the same second. */
  private timeOf(date: string): number | undefined {
    if (date !== this.date.text) {
      this.date.atMs = parseAmzDate(date);
      this.date.text = date;
    }
    return this.date.atMs;
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

function checkTime(date: string, atMs: number | undefined, scopeDate: string, nowMs: number): void {
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
