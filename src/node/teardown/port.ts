import type { Closeable } from '../../base/lifecycle';
import type { FoundResource, Inventory, ResourceKind, TeardownPort } from '../../core/teardown/contract';
import { teardownErrors } from '../../core/teardown/errors';
import { carriesOurTag } from '../../core/teardown/plan';
import { createUsageMeter } from '../cloudwatch/usage-meter';
import { callerIdentity } from '../connections/caller-identity';
import { Access, type AccessOptions } from './access';
import { teardownCallError } from './call-errors';
import { Clusters } from './clusters';
import { Search } from './find';
import { Functions } from './functions';
import type { KindOfResource } from './kind';
import { LogGroups } from './log-groups';
import { Roles } from './roles';
import { Stacks } from './stacks';

/** Regions that are searched at a time. */
const REGIONS_AT_A_TIME = 4;

/** Finds and removes through the SDK's clients. */
export function createTeardown(options: AccessOptions): TeardownPort & Closeable {
  const access = new Access(options);
  const { credentials, endpoint } = options;
  const meter = createUsageMeter({ credentials, endpoint: () => endpoint });
  const clusters = new Clusters(access, meter);
  const kinds = {
    clusters,
    functions: new Functions(access),
    logGroups: new LogGroups(access),
    roles: new Roles(access),
    stacks: new Stacks(access),
  };
  const byKind: Readonly<Record<Exclude<ResourceKind, 'other'>, KindOfResource>> = {
    cluster: kinds.clusters,
    function: kinds.functions,
    'log-group': kinds.logGroups,
    role: kinds.roles,
    stack: kinds.stacks,
  };
  const of = ({ kind, name }: FoundResource): KindOfResource => {
    if (kind === 'other') throw teardownErrors.failed(`${name} is of a kind that is not removed here`, undefined);
    return byKind[kind];
  };

  return {
    find: async (regions, onProgress, signal): Promise<Inventory> => {
      const account = await accountOf(options, regions[0] ?? 'us-east-1', signal);
      const search = new Search(access, kinds, signal);
      const waiting = [...regions];
      let done = 0;
      const worker = async (): Promise<void> => {
        for (let region = waiting.shift(); region !== undefined; region = waiting.shift()) {
          onProgress(`Looking in ${region} (${++done} of ${regions.length})`);
          await search.region(region);
        }
      };
      await Promise.all(Array.from({ length: REGIONS_AT_A_TIME }, worker));
      onProgress('Looking for roles');
      await search.roles();
      await search.peers();
      return { account, regions, resources: search.resources, gaps: search.gaps };
    },
    begin: async (resource, { named, guarded }, onProgress, signal) => {
      const kind = of(resource);
      const tags = await kind.tags(resource, signal);
      if (tags === undefined) return;
      // a function's log group has the tag once it was marked, which may be refused: its function's tag was looked at
      const ours = named || carriesOurTag({ tags }) || (resource.kind === 'log-group' && resource.logOf !== undefined);
      if (!ours) throw teardownErrors.notOurs(resource);
      for (const cluster of guarded) await clusters.unprotect(cluster, onProgress, signal);
      await kind.begin(resource, onProgress, signal);
    },
    look: (resource, signal) => of(resource).look(resource, signal),
    mark: (resource, signal) => kinds.logGroups.mark(resource, signal),
    close: async () => {
      await access.close();
      await meter.close();
    },
  };
}

async function accountOf(
  { credentials, endpoint }: AccessOptions,
  region: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  try {
    return (await callerIdentity(credentials, region, signal, endpoint)).account;
  } catch (error) {
    throw teardownCallError(error, { action: 'sts:GetCallerIdentity', region, signal });
  }
}
