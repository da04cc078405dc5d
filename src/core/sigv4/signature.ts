import { canonicalRequest, stringToSign, type SignableRequest, type SigningScope } from './canonical';

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
