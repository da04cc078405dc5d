import {
  ALGORITHM,
  EMPTY_SHA256,
  canonicalQuery,
  deriveSigningKey,
  formatAmzDate,
  scopeText,
  signature,
  type SignableRequest,
  type SigningHashes,
} from '../../src/core/sigv4';

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

/** Presigns, also what AWS's own signer would not. @returns `<host><path>?<query>` without a scheme: for service `dsql` this is the token. */
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
