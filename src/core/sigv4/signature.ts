import {
  ALGORITHM,
  EMPTY_SHA256,
  canonicalRequest,
  scopeText,
  stringToSign,
  type SignableRequest,
  type SigningScope,
} from './canonical';
import { canonicalQuery } from './encode';

/** The two hash functions, injected because core has no Node: `node:crypto` implements them in two lines. */
export interface SigningHashes<Key = Uint8Array> {
  /** Hex SHA-256 of a UTF-8 text. */
  sha256Hex(text: string): string;
  hmac(key: Key | string, text: string): Key;
  hmacHex(key: Key | string, text: string): string;
}

/** Task 3: the signing key. Depends on nothing of the request, so a signer keeps it for the day. */
export function deriveSigningKey<Key>(hashes: SigningHashes<Key>, secret: string, scope: SigningScope): Key {
  const dated = hashes.hmac(`AWS4${secret}`, scope.date);
  return hashes.hmac(hashes.hmac(hashes.hmac(dated, scope.region), scope.service), 'aws4_request');
}

/** Tasks 1, 2 and 4: the hex signature of a request under a derived key. */
export function signature<Key>(
  hashes: SigningHashes<Key>,
  key: Key,
  request: SignableRequest,
  amzDate: string,
  scope: SigningScope,
): string {
  return hashes.hmacHex(key, stringToSign(amzDate, scope, hashes.sha256Hex(canonicalRequest(request))));
}

/** `yyyymmddThhmmssZ` of a time in milliseconds since the epoch. */
export function formatAmzDate(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** Milliseconds since the epoch of `yyyymmddThhmmssZ`; undefined when malformed or not a date. */
export function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(timeMs) || formatAmzDate(timeMs) !== text ? undefined : timeMs;
}

/** What to presign: a GET without body that signs the `host` header only, as database tokens do. */
export interface PresignRequest {
  host: string;
  path: string;
  query: readonly (readonly [name: string, value: string])[];
  region: string;
  service: string;
  expiresSeconds: number;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Presigns. @returns `<host><path>?<query>` without a scheme: for service `dsql` this is the token. */
export function presign<Key>(hashes: SigningHashes<Key>, request: PresignRequest, nowMs: number): string {
  const amzDate = formatAmzDate(nowMs);
  const scope = { date: amzDate.slice(0, 8), region: request.region, service: request.service };
  const query: [string, string][] = [
    ...request.query.map(([name, value]): [string, string] => [name, value]),
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${request.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', amzDate],
    ['X-Amz-Expires', String(request.expiresSeconds)],
    ['X-Amz-SignedHeaders', 'host'],
  ];
  if (request.sessionToken) query.push(['X-Amz-Security-Token', request.sessionToken]);
  const signable: SignableRequest = {
    method: 'GET',
    path: request.path,
    query,
    headers: [['host', request.host]],
    payloadHash: EMPTY_SHA256,
  };
  const key = deriveSigningKey(hashes, request.secretAccessKey, scope);
  query.push(['X-Amz-Signature', signature(hashes, key, signable, amzDate, scope)]);
  return `${request.host}${request.path}?${canonicalQuery(query)}`;
}
