import * as crypto from 'node:crypto';
import {
  ALGORITHM,
  canonicalRequest,
  deriveSigningKey,
  formatAmzDate,
  scopeText,
  signedHeaders,
  stringToSign,
  TextHmac,
  type SignableRequest,
  type SigningHashes,
} from '../../core/sigv4';
import type { AwsCredentials } from '../../protocol/stress';

// One-shot hashing is more than twice as fast as createHash, and came with Node 20.12.
const sha256Hex: (data: string | Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? data => crypto.hash('sha256', data, 'hex')
    : data => crypto.createHash('sha256').update(data).digest('hex');

const hashes: SigningHashes<Buffer> = {
  sha256Hex,
  hmac: (key, text) => crypto.createHmac('sha256', key).update(text).digest(),
  hmacHex: (key, text) => crypto.createHmac('sha256', key).update(text).digest('hex'),
};

/** Content type of an Invoke call, as the AWS SDK sends it. */
const CONTENT_TYPE = 'application/octet-stream';

/** Path of the Invoke API for a function name, partial ARN or ARN. */
export const invokePath = (functionName: string): string =>
  `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;

/** What is the same in every call that is signed. */
export interface SignedCall {
  /** As in the Host header: with the port where it is not the scheme's own. */
  host: string;
  path: string;
  region: string;
  credentials: AwsCredentials;
}

/**
 * Signs many POSTs to one path, Signature Version 4 in the Authorization header. Of a call only the body changes, so all else (the
 * canonical request around the payload hash, the string to sign before the request hash, the key) is computed once a second or once
 * a day, and a call costs four hashes, two of them an HMAC. The texts come from `core/sigv4`, the same code the local cluster verifies with.
 */
export class CallSigner {
  private second = -1;
  private day = '';
  private hmac = new TextHmac(Buffer.alloc(0), sha256Hex);
  private amzDate = '';
  private canonicalPrefix = '';
  private signPrefix = '';
  private authorizationPrefix = '';

  constructor(
    private readonly call: SignedCall,
    private readonly now: () => number = Date.now,
  ) {}

  /** The headers to send with `body`, flat `[name, value, …]`; Content-Length is the client's. */
  headers(body: string): string[] {
    const nowMs = this.now();
    const second = Math.floor(nowMs / 1000);
    if (second !== this.second) this.refresh(second, formatAmzDate(nowMs));
    const requestHash = sha256Hex(this.canonicalPrefix + sha256Hex(body));
    const signature = this.hmac.hex(this.signPrefix + requestHash);
    const headers = [
      'host',
      this.call.host,
      'content-type',
      CONTENT_TYPE,
      'x-amz-date',
      this.amzDate,
      'authorization',
      this.authorizationPrefix + signature,
    ];
    const { sessionToken } = this.call.credentials;
    if (sessionToken) headers.push('x-amz-security-token', sessionToken);
    return headers;
  }

  private refresh(second: number, amzDate: string): void {
    const { host, path, region, credentials } = this.call;
    const scope = { date: amzDate.slice(0, 8), region, service: 'lambda' };
    if (this.day !== scope.date) {
      this.hmac = new TextHmac(deriveSigningKey(hashes, credentials.secretAccessKey, scope), sha256Hex);
      this.day = scope.date;
    }
    const headers: [string, string][] = [
      ['content-type', CONTENT_TYPE],
      ['host', host],
      ['x-amz-date', amzDate],
    ];
    if (credentials.sessionToken) headers.push(['x-amz-security-token', credentials.sessionToken]);
    const request: SignableRequest = { method: 'POST', path, query: [], headers, payloadHash: '' };
    // Both texts end in the hash that changes: with an empty one they are the prefixes.
    this.canonicalPrefix = canonicalRequest(request);
    this.signPrefix = stringToSign(amzDate, scope, '');
    this.authorizationPrefix = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scopeText(scope)}, SignedHeaders=${signedHeaders(request)}, Signature=`;
    this.amzDate = amzDate;
    this.second = second;
  }
}
