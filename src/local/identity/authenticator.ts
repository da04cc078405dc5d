import crypto from 'node:crypto';
import { clusterHost } from '../../core/connections/endpoint';
import { deriveSigningKey, EMPTY_SHA256, formatAmzDate, signature } from '../../core/sigv4';
import { LOCAL_ACCOUNT_ID, type LocalPrincipal } from '../../protocol/local-cluster';
import type { Authenticator, Reached, ServerError } from '../ports';
import { nodeHashes } from './node-hashes';
import { allows, type IamPrincipal } from './principals';
import { parseToken, type Token } from './token';

/** What the verifier needs to know of its cluster. */
export interface AuthenticatorOptions {
  region: string;
  clusterId: string;
  /** Whose tokens are taken. */
  principals: readonly IamPrincipal[];
  /** Whether `role` exists, may log in, and was granted to `arn` with AWS IAM GRANT. Asked anew for each connection. */
  isMapped(role: string, arn: string): Promise<boolean>;
  /** Refuse every client that neither sends a TLS server name nor names the cluster; see `checkReached`. Default false. */
  requireSni?: boolean;
}

/** Clocks of client and server may differ by this much. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Verifies tokens as the service does. Texts and hints: dsql-facts 1.4. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const principals = new Map(options.principals.map(each => [each.accessKeyId, each]));
  // AWS's connectors take a host name without a dot for a bare cluster id and sign for the name they make of it
  const names = [options.clusterId, 'localhost'].map(id => clusterHost(id, options.region));
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]', ...names]);
  const cluster = `arn:aws:dsql:${options.region}:${LOCAL_ACCOUNT_ID}:cluster/${options.clusterId}`;

  return {
    async authenticate(user, text, nowMs, reached) {
      const token = parseToken(text);
      const unreached = reached && checkReached(options, token, reached);
      if (unreached) return unreached;
      const principal = token && principals.get(token.accessKeyId);
      if (!token || !principal || !isGenuine(token, principal)) return denied();
      if (token.scope.service !== 'dsql' || token.scope.region !== options.region) return denied();
      if (token.path !== '/' || !hosts.has(token.host.toLowerCase().replace(/:\d+$/, ''))) return denied();
      const time = checkTime(token, nowMs);
      if (time) return denied(time);
      const action = user === 'admin' ? 'DbConnectAdmin' : 'DbConnect';
      if (token.action !== action)
        return denied(`Wrong user to action mapping. user: ${user}, action: ${token.action}`);
      if (!allows(principal, `dsql:${action}`))
        return denied(`User: ${principal.arn} is not authorized to perform: dsql:${action} on resource: ${cluster}`);
      if (user === 'admin') return undefined;
      try {
        return (await options.isMapped(user, principal.arn)) ? undefined : denied();
      } catch {
        return { severity: 'FATAL', sqlstate: 'XX000', message: 'server unavailable' };
      }
    },
  };
}

/**
 * The service finds a cluster by the TLS server name, or by the start-up option `amzn-cluster-id` (User Guide: troubleshooting,
 * PrivateLink; the SQLSTATE is not documented, 08006 is that of the other refusals). There is but one cluster here, and clients may go
 * to its address, for which TLS has no server name: the name is only demanded of a client whose token says that it goes to the cluster's
 * own name, unless the cluster was started to demand it of all.
 */
function checkReached(
  options: AuthenticatorOptions,
  token: Token | undefined,
  reached: Reached,
): ServerError | undefined {
  const { clusterId, serverName } = reached;
  if (clusterId !== undefined) return [options.clusterId, 'localhost'].includes(clusterId) ? undefined : denied();
  if (serverName !== undefined) return undefined;
  const ownName = clusterHost(options.clusterId, options.region);
  const goesToName = token?.host.toLowerCase().replace(/:\d+$/, '') === ownName;
  if (!goesToName && !options.requireSni) return undefined;
  return { severity: 'FATAL', sqlstate: '08006', message: 'unable to accept connection, sni was not received' };
}

const denied = (hint?: string): ServerError => ({
  severity: 'FATAL',
  sqlstate: '08006',
  message: 'unable to accept connection, access denied',
  hint,
});

function isGenuine(token: Token, principal: LocalPrincipal): boolean {
  const key = deriveSigningKey(nodeHashes, principal.secretAccessKey, token.scope);
  const request = {
    method: 'GET',
    path: token.path,
    query: token.query,
    headers: [['host', token.host]] as const,
    payloadHash: EMPTY_SHA256,
  };
  const expected = signature(nodeHashes, key, request, token.amzDate, token.scope);
  return crypto.timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(token.signature, 'hex'));
}

/** A week, the most that SigV4 lets a URL live. */
const MAX_EXPIRES_SECONDS = 604_800;

/** @returns the hint for a token that may live too long (AWS's connector for Python tests it), is too old or from the future. */
function checkTime(token: Token, nowMs: number): string | undefined {
  if (token.expiresSeconds > MAX_EXPIRES_SECONDS)
    return 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds';
  const now = formatAmzDate(nowMs);
  if (token.signedAtMs > nowMs + CLOCK_SKEW_MS)
    return `Signature not yet current: ${token.amzDate} is still later than ${formatAmzDate(nowMs + CLOCK_SKEW_MS)} (${now} + 5 min.)`;
  const oldest = nowMs - token.expiresSeconds * 1000;
  if (token.signedAtMs >= oldest) return undefined;
  const age = token.expiresSeconds % 60 === 0 ? `${token.expiresSeconds / 60} min.` : `${token.expiresSeconds} s.`;
  return `Signature expired: ${token.amzDate} is now earlier than ${formatAmzDate(oldest)} (${now} - ${age})`;
}
