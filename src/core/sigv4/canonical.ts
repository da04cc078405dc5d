import { canonicalPath, canonicalQuery, type QueryParameters } from './encode';

/** SHA-256 of an empty body, hex: what a presigned URL signs as its payload. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** The only signing algorithm of Signature Version 4 with shared secrets. */
export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The parts of a request that are signed. */
export interface SignableRequest {
  /** Upper case. */
  method: string;
  /** Path as in the request line, already encoded once. */
  path: string;
  /** Decoded, without `X-Amz-Signature`. */
  query: QueryParameters;
  /** The headers to sign, `[name, value]`, names in lower case, each name once. */
  headers: readonly (readonly [name: string, value: string])[];
  /** Hex SHA-256 of the body. */
  payloadHash: string;
}

/** Names of the signed headers, sorted and joined by `;`. */
export function signedHeaders(request: SignableRequest): string {
  return sortedHeaders(request)
    .map(([name]) => name)
    .join(';');
}

/** Task 1 of Signature Version 4: the canonical request. */
export function canonicalRequest(request: SignableRequest): string {
  const headers = sortedHeaders(request);
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    ...headers.map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, ' ')}`),
    '',
    headers.map(([name]) => name).join(';'),
    request.payloadHash,
  ].join('\n');
}

/** What a signature is valid for. */
export interface SigningScope {
  /** `yyyymmdd`, UTC. */
  date: string;
  region: string;
  service: string;
}

/** `yyyymmdd/<region>/<service>/aws4_request`. */
export const scopeText = (scope: SigningScope): string => `${scope.date}/${scope.region}/${scope.service}/aws4_request`;

/**
 * Task 2: the string to sign.
 * @param amzDate `yyyymmddThhmmssZ`
 * @param canonicalRequestHash hex SHA-256 of the canonical request
 */
export const stringToSign = (amzDate: string, scope: SigningScope, canonicalRequestHash: string): string =>
  `${ALGORITHM}\n${amzDate}\n${scopeText(scope)}\n${canonicalRequestHash}`;

function sortedHeaders(request: SignableRequest): (readonly [string, string])[] {
  return [...request.headers].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
