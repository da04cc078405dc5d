import { CodedError } from '../../base/errors';
import { STACK_TAG } from '../../core/aws/tags';
import { FUNCTION_PREFIX, isFunctionNameOfOurs, logGroupOf } from '../../core/lambda/names';
import { GLOBAL, type FoundResource, type Gap } from '../../core/teardown/contract';
import { teardownErrors } from '../../core/teardown/errors';
import { carriesOurTag } from '../../core/teardown/plan';
import type { Access } from './access';
import type { Clusters } from './clusters';
import type { Functions } from './functions';
import type { LogGroups } from './log-groups';
import type { Roles } from './roles';
import type { StackResource, Stacks } from './stacks';
import { taggedResources } from './tag-index';

/** The services that are searched, one client each. */
export interface Kinds {
  clusters: Clusters;
  functions: Functions;
  logGroups: LogGroups;
  roles: Roles;
  stacks: Stacks;
}

const CLUSTER = 'AWS::DSQL::Cluster';
const FUNCTION = 'AWS::Lambda::Function';
/** Clusters and stacks of such a name were probably made by the workshop. */
const NAME_OF_OURS = /^dsql-?workshop/i;
/** Kinds that are looked for at their own services: what only the index names of these is gone. */
const OWN_KINDS =
  /^arn:[^:]+:(dsql:[^:]*:\d*:cluster\/|lambda:[^:]*:\d*:function:|cloudformation:[^:]*:\d*:stack\/|logs:[^:]*:\d*:log-group:|iam:)/;

/** Looks for everything of ours in some Regions, and for roles. What cannot be looked at becomes a gap. */
export class Search {
  readonly gaps: Gap[] = [];
  private readonly found = new Map<string, FoundResource>();
  private readonly stackOfRole = new Map<string, string>();
  /** Stacks of the searched Regions; none where they could not be listed. */
  private readonly living = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly access: Access,
    private readonly kinds: Kinds,
    private readonly signal: AbortSignal | undefined,
  ) {}

  get resources(): FoundResource[] {
    return [...this.found.values()];
  }

  async region(region: string): Promise<void> {
    const { clusters, functions, stacks } = this.kinds;
    const { signal } = this;
    const index = await this.attempt(region, 'tags', () => taggedResources(this.access, region, signal));
    const tagged = index ?? new Map<string, Record<string, string>>();
    const existing = await this.attempt(region, 'stacks', () => stacks.list(region, signal));
    if (existing) this.living.set(region, new Set(existing.map(({ arn }) => arn)));
    const ours = (existing ?? []).filter(stack => carriesOurTag(stack) || NAME_OF_OURS.test(stack.name));
    ours.forEach(stack => this.add(stack));
    const made = await this.madeByStacks(region, ours);
    const add = (type: string, resource: FoundResource): void => {
      const stack = made.get(idOf(type, resource.name)) ?? this.livingStack(resource.tags[STACK_TAG]);
      this.add({ ...resource, ...(stack !== undefined && { stack }) });
    };

    for (const cluster of (await this.attempt(region, 'clusters', () => clusters.list(region, signal))) ?? [])
      if (carriesOurTag(cluster) || NAME_OF_OURS.test(cluster.title ?? '') || made.has(idOf(CLUSTER, cluster.name)))
        add(CLUSTER, await this.weighed(cluster));
    const wanted = ({ name, arn }: { name: string; arn: string }): boolean =>
      tagged.has(arn) || isFunctionNameOfOurs(name) || made.has(idOf(FUNCTION, name));
    const found = (await this.attempt(region, 'functions', () => functions.list(region, wanted, signal))) ?? [];
    found.forEach(each => add(FUNCTION, each));
    for (const group of await this.logs(region, found, tagged)) add('AWS::Logs::LogGroup', group);
    for (const [arn, tags] of tagged) {
      if (OWN_KINDS.test(arn)) continue;
      const name = arn.split(/[:/]/).at(-1) ?? arn;
      const type = [...made.keys()].find(id => id.endsWith(` ${name}`))?.split(' ')[0] ?? '';
      add(type, { kind: 'other', arn, name, region, tags });
    }
  }

  async roles(): Promise<void> {
    const roles = (await this.attempt(GLOBAL, 'roles', () => this.kinds.roles.list(this.signal))) ?? [];
    for (const role of roles) {
      const made = this.stackOfRole.get(role.name);
      const stack = made ?? this.livingStack(role.tags[STACK_TAG]);
      this.add({ ...role, ...(stack !== undefined && { stack }) });
    }
  }

  /** Peers in Regions that were not searched: sets are removed whole. */
  async peers(): Promise<void> {
    for (const { peers = [] } of this.resources)
      for (const arn of peers) {
        if (this.found.has(arn)) continue;
        const region = arn.split(':')[3] ?? '';
        const peer = await this.attempt(region, 'the peer of a cluster', () =>
          this.kinds.clusters.find(arn, this.signal),
        );
        // it may be of a stack in a Region that was not searched: its own tag tells
        const stack = peer?.tags[STACK_TAG];
        if (peer) this.add({ ...(await this.weighed(peer)), ...(stack !== undefined && { stack }) });
      }
  }

  /** A stack that is known to be gone owns nothing any more; one that could not be looked for may. */
  private livingStack(arn: string | undefined): string | undefined {
    const known = arn === undefined ? undefined : this.living.get(arn.split(':')[3] ?? '');
    return known && !known.has(arn!) ? undefined : arn;
  }

  private async madeByStacks(region: string, stacks: readonly FoundResource[]): Promise<Map<string, string>> {
    const made = new Map<string, string>();
    for (const stack of stacks) {
      const resources: StackResource[] =
        (await this.attempt(region, `what ${stack.name} holds`, () =>
          this.kinds.stacks.resources(stack, this.signal),
        )) ?? [];
      for (const { type, physicalId } of resources) {
        made.set(idOf(type, physicalId), stack.arn);
        if (type === 'AWS::IAM::Role') this.stackOfRole.set(physicalId, stack.arn);
      }
    }
    return made;
  }

  /** Logs of the functions, of functions of our names that are gone, and those that carry our tag. */
  private async logs(
    region: string,
    functions: readonly FoundResource[],
    tagged: ReadonlyMap<string, unknown>,
  ): Promise<FoundResource[]> {
    const writers = new Map(functions.map(({ name, arn }) => [logGroupOf(name), arn]));
    const indexed = [...tagged.keys()].flatMap(arn => /:log-group:([^:]+)/.exec(arn)?.[1] ?? []);
    const prefix = logGroupOf(FUNCTION_PREFIX);
    const names = new Set([...writers.keys(), ...indexed].filter(name => !name.startsWith(prefix)));
    const groups = await this.attempt(region, 'log groups', async () => {
      const all = await this.kinds.logGroups.list(region, prefix, this.signal);
      for (const name of names)
        all.push(...(await this.kinds.logGroups.list(region, name, this.signal)).filter(group => group.name === name));
      return all;
    });
    return (groups ?? []).map(group => {
      const logOf = writers.get(group.name);
      return { ...group, ...(logOf !== undefined && { logOf }) };
    });
  }

  private async weighed(cluster: FoundResource): Promise<FoundResource> {
    const storedBytes = await this.kinds.clusters.storedBytes(cluster, this.signal);
    return { ...cluster, ...(storedBytes !== undefined && { storedBytes }) };
  }

  private add(resource: FoundResource): void {
    this.found.set(resource.arn, resource);
  }

  private async attempt<T>(region: string, what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const coded = error instanceof CodedError ? error : teardownErrors.failed(String(error), error);
      if (coded.code === 'CANCELLED' || coded.code === 'TEARDOWN_CREDENTIALS') throw coded;
      this.gaps.push({ region, what, error: coded });
      return undefined;
    }
  }
}

const idOf = (type: string, physicalId: string): string => `${type} ${physicalId}`;
