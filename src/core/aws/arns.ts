/** ARNs with places that are filled when they are known. Formats: the services' authorization references, seen 2026-11-21. */

/** What may stand in braces in a planned call's resources and conditions. */
export type ArnPlace =
  'region' | 'account' | 'cluster' | 'function' | 'role' | 'stack' | 'secondRegion' | 'secondCluster' | 'witnessRegion';

/** What is known of where a command works. Identifiers and names, no ARNs; `role` with its path. */
export type KnownPlaces = Partial<Record<ArnPlace, string>>;

export const ARNS = {
  cluster: 'arn:aws:dsql:{region}:{account}:cluster/{cluster}',
  secondCluster: 'arn:aws:dsql:{secondRegion}:{account}:cluster/{secondCluster}',
  /** Of a cluster that has no id yet. */
  anyCluster: 'arn:aws:dsql:{region}:{account}:cluster/*',
  anySecondCluster: 'arn:aws:dsql:{secondRegion}:{account}:cluster/*',
  anyWitnessCluster: 'arn:aws:dsql:{witnessRegion}:{account}:cluster/*',
  function: 'arn:aws:lambda:{region}:{account}:function:{function}',
  /** Its versions: a request for one is held against these, and one without against the function. */
  functionVersions: 'arn:aws:lambda:{region}:{account}:function:{function}:*',
  anyFunction: 'arn:aws:lambda:{region}:{account}:function:*',
  role: 'arn:aws:iam::{account}:role/{role}',
  /**
   * A log group as policies name it, with `:*`, for all actions but those of tags; its streams are in it.
   * CloudWatch Logs guide, “CloudWatch Logs resources and operations”, seen 2026-11-21.
   */
  logGroup: 'arn:aws:logs:{region}:{account}:log-group:/aws/lambda/{function}:*',
  stack: 'arn:aws:cloudformation:{region}:{account}:stack/{stack}/*',
} as const;

/** Puts in what is known; what is not stays in braces, for people to fill. */
export function fillPlaces(text: string, known: KnownPlaces): string {
  return text.replace(/\{(\w+)\}/g, (whole, place: string) => known[place as ArnPlace] ?? whole);
}

/** What an ARN tells of where a command works: `arn:aws:iam::123456789012:role/path/name` of account and role. */
export function placesOfArn(arn: string): KnownPlaces {
  const [, , service, region = '', account = '', ...rest] = arn.split(':');
  const resource = rest.join(':');
  const common = { ...(region && { region }), ...(account && { account }) };
  if (service === 'dsql' && resource.startsWith('cluster/')) return { ...common, cluster: resource.slice(8) };
  if (service === 'iam' && resource.startsWith('role/')) return { ...common, role: resource.slice(5) };
  if (service === 'lambda' && resource.startsWith('function:'))
    return { ...common, function: resource.slice(9).split(':')[0]! };
  return common;
}

/** Regions in which resources are, in order of appearance; none for those of no Region. */
export const regionsOf = (resources: readonly string[]): string[] => [
  ...new Set(resources.map(arn => arn.split(':')[3] ?? '').filter(region => region !== '' && region !== '*')),
];
