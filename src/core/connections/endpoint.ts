import { CodedError } from '../../base/errors';

/** A cluster's address. */
export interface ClusterEndpoint {
  host: string;
  region: string;
  /** 26 characters; undefined where the host does not start with it (a PrivateLink name). */
  clusterId?: string;
}

/** Letters and digits of base 32. */
export const CLUSTER_ID = /^[a-z2-7]{26}$/;
// `<id>.dsql.<region>.on.aws`; `.dsql-xxxx.` also counts, as AWS's connectors have it
const PUBLIC_HOST = /^([a-z2-7]{26})\.dsql[^.]*\.([a-z0-9-]+)\.on\.aws$/;
/** Where the service has a cluster answer. */
export const clusterHost = (clusterId: string, region: string): string => `${clusterId}.dsql.${region}.on.aws`;
const PRIVATE_LINK_HOST = /\.dsql-[a-z0-9]+\.([a-z0-9-]+)\.vpce\.amazonaws\.com$/;

/**
 * Understands an endpoint, a cluster id (with `region`), or a URL that holds one.
 * @throws CodedError `ENDPOINT_MALFORMED` or `REGION_MISSING`.
 */
export function parseEndpoint(text: string, region?: string): ClusterEndpoint {
  const host = text
    .trim()
    .replace(/^[a-z]+:\/\/(?:[^@/]*@)?/i, '')
    .replace(/[/:?].*$/, '')
    .toLowerCase();
  if (CLUSTER_ID.test(host)) {
    if (!region) {
      throw new CodedError('REGION_MISSING', `the cluster id ${host} does not say which Region it is in`, {
        nextStep: `Give the Region too, or the whole endpoint: ${host}.dsql.<region>.on.aws`,
      });
    }
    return { host: clusterHost(host, region), region, clusterId: host };
  }
  const [, clusterId, publicRegion] = PUBLIC_HOST.exec(host) ?? [];
  if (clusterId && publicRegion) return { host, region: matching(publicRegion, region, host), clusterId };
  const [, privateRegion] = PRIVATE_LINK_HOST.exec(host) ?? [];
  if (privateRegion) return { host, region: matching(privateRegion, region, host) };
  // what may hold a password is not repeated
  const shown = /[@?&=\s]/.test(text.trim()) ? 'this text' : `"${text.trim()}"`;
  throw new CodedError('ENDPOINT_MALFORMED', `${shown} is not an Aurora DSQL endpoint`, {
    nextStep:
      'It looks like <26 letters and digits>.dsql.<region>.on.aws: copy it from the console, or from aws dsql get-cluster.',
  });
}

function matching(found: string, given: string | undefined, host: string): string {
  if (given === undefined || given === found) return found;
  throw new CodedError('REGION_MISMATCH', `${host} is in ${found}, not in ${given}`, {
    nextStep: `Leave the Region out, or set it to ${found}: a token signed for another Region is refused.`,
  });
}
