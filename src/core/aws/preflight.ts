/** What a command will do in AWS, to be read before it does it. Plain data; windows and terminals draw it. */
import type { ConnectionProfile } from '../connections/connection-profile';
import { fillPlaces, placesOfArn, regionsOf, type KnownPlaces } from './arns';
import { callerLines, type AccountOf, type Caller } from './caller';
import { actionsOf, changesFirst, type PlannedCall } from './calls';

/** When to ask: before every command, before those that change something, or only where the connection is marked as production. */
export const ASK_FIRST = ['always', 'changes', 'production'] as const;
export type AskFirst = (typeof ASK_FIRST)[number];

export interface Preflight {
  /** Whose credentials, Region, cluster, as far as they are known; a warning first where the credentials are another account's. */
  where: string[];
  /** Calls that change something, in order. */
  changes: string[];
  /** Calls that only read, in order. */
  reads: string[];
  cost: string[];
  /** IAM actions, in order of need. */
  actions: string[];
}

/** What is known of where a connection's commands work, without asking AWS. */
export function placesOfConnection({
  host,
  region,
  lambdaRoleArn,
}: Pick<ConnectionProfile, 'host' | 'region' | 'lambdaRoleArn'>): KnownPlaces {
  const cluster = clusterIdOf(host);
  return { ...(lambdaRoleArn && placesOfArn(lambdaRoleArn)), region, ...(cluster !== undefined && { cluster }) };
}

/** Of the functions' role, to hold the caller's account against. */
export const roleAccount = ({ account }: KnownPlaces): AccountOf | undefined =>
  account === undefined ? undefined : { account, what: "the functions' role" };

/** An endpoint of the service begins with the cluster's id; a stand-in of one's own has none. */
export const clusterIdOf = (host: string): string | undefined => /^([a-z0-9]{26})\./.exec(host)?.[1];

/** The local cluster is never asked about: nothing of it is in AWS, and nothing costs. */
export function asksFirst(
  setting: AskFirst,
  { kind, environment }: Pick<ConnectionProfile, 'kind' | 'environment'>,
  calls: readonly PlannedCall[],
): boolean {
  if (kind === 'local') return false;
  if (setting === 'always') return true;
  const changes = calls.some(call => call.changes);
  return setting === 'changes' ? changes : changes && environment === 'production';
}

/** @param known its account is that of the functions' role, wherever the caller is */
export function preflightOf(
  calls: readonly PlannedCall[],
  known: KnownPlaces,
  { caller, host, cost = [] }: { caller: Caller; host?: string; cost?: readonly string[] },
): Preflight {
  const lines = (wanted: boolean): string[] => [
    ...new Set(
      changesFirst(calls)
        .filter(({ changes }) => changes === wanted)
        .map(call => lineOf(call, known)),
    ),
  ];
  return {
    where: [
      ...callerLines(caller, roleAccount(known)),
      ...(known.region === undefined ? [] : [`Region: ${known.region}`]),
      ...(host === undefined ? [] : [`Cluster: ${host}`]),
    ],
    changes: lines(true),
    reads: lines(false),
    cost: [...cost],
    actions: actionsOf(calls),
  };
}

/** As text: what changes first, then what is read. */
export function preflightLines({ where, changes, reads, cost }: Preflight): string[] {
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map(line => `• ${line}`)];
  return [...where, ...part('Changes:', changes), ...part('Reads:', reads), ...part('Costs:', cost)];
}

/** `UpdateFunctionCode of dsql-workshop-transfer: puts the bundle in`. */
function lineOf({ operation, resources, why, unsent }: PlannedCall, known: KnownPlaces): string {
  const filled = resources.map(resource => fillPlaces(resource, known));
  const names = filled.map(nameOf).filter(name => name !== undefined);
  const elsewhere = regionsOf(filled).filter(region => region !== known.region && !region.startsWith('{'));
  return [
    unsent ? `${operation} (no request)` : operation,
    names.length > 0 ? ` of ${names.join(' and ')}` : '',
    elsewhere.length > 0 ? ` in ${elsewhere.join(' and ')}` : '',
    `: ${why}`,
  ].join('');
}

/** The name in an ARN, where it is one and not a pattern or still unknown. */
function nameOf(arn: string): string | undefined {
  const name = arn
    .split(/[:/]/)
    .filter(part => part !== '' && part !== '*')
    .at(-1);
  return name === undefined || !arn.startsWith('arn:') || /[{*]|^(cluster|function|stack|role)$/.test(name)
    ? undefined
    : name;
}
