import { CodedError } from '../../base/errors';

/** One part of an authentication token, for people. */
export interface TokenPart {
  name: string;
  /** The signature is never part of it. */
  value: string;
  meaning: string;
}

const MEANINGS: Record<string, string> = {
  Action: 'DbConnectAdmin for the user admin, DbConnect for every other role',
  'X-Amz-Algorithm': 'Signature Version 4',
  'X-Amz-Credential': 'access key id, day, Region and service: whose key signed, for what',
  'X-Amz-Date': 'when it was signed, UTC',
  'X-Amz-Expires': 'seconds it may be used to connect; a connection made in time lives on',
  'X-Amz-Security-Token': 'session of temporary credentials',
  'X-Amz-SignedHeaders': 'headers under the signature',
  'X-Amz-Signature': 'HMAC-SHA256 over all of the above: changing one letter breaks it',
};

/**
 * Takes a token apart: it is a presigned URL without its scheme (`<host>/?Action=…&X-Amz-…`). Signature and session token are masked.
 * @throws CodedError `TOKEN_MALFORMED`.
 */
export function decodeToken(token: string): TokenPart[] {
  let url: URL;
  try {
    url = new URL(`https://${token}`);
  } catch {
    throw malformedToken();
  }
  if (!url.searchParams.has('Action') || !url.searchParams.has('X-Amz-Signature')) throw malformedToken();
  const host = { name: 'host', value: url.host, meaning: 'the cluster: a token opens no other' };
  return [host, ...[...url.searchParams].map(([name, value]) => part(name, value))];
}

function part(name: string, value: string): TokenPart {
  const secret = name === 'X-Amz-Signature' || name === 'X-Amz-Security-Token';
  return { name, value: secret ? `(${value.length} characters, hidden)` : value, meaning: MEANINGS[name] ?? '' };
}

function malformedToken(): CodedError {
  return new CodedError('TOKEN_MALFORMED', 'this is not an authentication token', {
    nextStep: 'Make a fresh one with: dsql-workshop token',
  });
}
