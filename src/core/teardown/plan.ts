import { CREATED_BY_TAG } from '../aws/tags';
import type { FoundResource, Inventory, LeftAlone, LeftReason, Removal, ResourceKind, TeardownPlan } from './contract';

/** Functions before their logs, which Lambda would write anew, and before the roles they run as. */
const WAVES: Readonly<Record<Exclude<ResourceKind, 'other'>, number>> = {
  stack: 0,
  cluster: 0,
  function: 0,
  'log-group': 1,
  role: 2,
};

export interface PlanOptions {
  /** What the user wants gone; all that is ours when undefined. A removal is chosen when one of its members is. */
  only?: (resource: FoundResource) => boolean;
  /** ARNs of resources without our tag that the user named one by one. */
  named?: Iterable<string>;
}

const waveOf = ({ kind }: FoundResource): number => (kind === 'other' ? 0 : WAVES[kind]);

/** Whether it was surely made by the workshop: names alone prove nothing. */
export const carriesOurTag = ({ tags }: Pick<FoundResource, 'tags'>): boolean =>
  tags[CREATED_BY_TAG.key] === CREATED_BY_TAG.value;

/** What goes, in which order, and what is left alone and why. Every resource of the inventory stands in it exactly once. */
export function planTeardown(inventory: Inventory, options: PlanOptions = {}): TeardownPlan {
  return new Planner(inventory.resources, options).plan();
}

class Planner {
  private readonly byArn: ReadonlyMap<string, FoundResource>;
  private readonly named: ReadonlySet<string>;
  private readonly left = new Map<string, LeftAlone>();

  constructor(
    private readonly resources: readonly FoundResource[],
    private readonly options: PlanOptions,
  ) {
    this.byArn = new Map(resources.map(resource => [resource.arn, resource]));
    this.named = new Set([...(options.named ?? [])].filter(arn => this.byArn.has(arn)));
  }

  plan(): TeardownPlan {
    for (const resource of this.resources) {
      const reason = this.reasonToLeave(resource);
      if (reason) this.left.set(resource.arn, { resource, reason });
    }
    const goes = this.resources.filter(resource => !this.left.has(resource.arn) && !this.goesWithStack(resource));
    // functions first: whether they stay decides on their logs and roles
    const ordered = [...goes].sort((a, b) => waveOf(a) - waveOf(b));
    const removals = this.groups(ordered).flatMap(members => this.removal(members) ?? []);
    return {
      removals: linked(removals).sort((a, b) => a.wave - b.wave),
      left: [...this.left.values()],
      named: this.named,
    };
  }

  private isOurs(resource: FoundResource): boolean {
    if (this.named.has(resource.arn) || carriesOurTag(resource)) return true;
    const owner = resource.logOf === undefined ? undefined : this.byArn.get(resource.logOf);
    return (owner !== undefined && this.isOurs(owner)) || this.goesWithStack(resource);
  }

  private goesWithStack({ stack }: FoundResource): boolean {
    const owner = stack === undefined ? undefined : this.byArn.get(stack);
    return owner !== undefined && this.isOurs(owner);
  }

  private reasonToLeave(resource: FoundResource): LeftReason | undefined {
    if (this.goesWithStack(resource)) return undefined;
    if (resource.stack !== undefined) return 'foreign-stack';
    if (!this.isOurs(resource)) return 'unsure';
    return resource.kind === 'other' ? 'unknown-kind' : undefined;
  }

  /** What goes together: clusters with their peers, and with the stacks that hold peers. */
  private groups(goes: readonly FoundResource[]): FoundResource[][] {
    const groups: FoundResource[][] = [];
    const placed = new Set<string>();
    for (const first of goes) {
      if (placed.has(first.arn)) continue;
      const members: FoundResource[] = [];
      const queue = [first];
      for (let next = queue.pop(); next; next = queue.pop()) {
        if (placed.has(next.arn)) continue;
        placed.add(next.arn);
        members.push(next);
        for (const peer of this.peersOf(next)) {
          const found = this.byArn.get(peer);
          const holder = found && this.goesWithStack(found) ? this.byArn.get(found.stack!) : found;
          if (holder && !this.left.has(holder.arn)) queue.push(holder);
        }
      }
      groups.push(members);
    }
    return groups;
  }

  private taken(stack: FoundResource): FoundResource[] {
    return this.resources.filter(resource => resource.stack === stack.arn);
  }

  private peersOf(resource: FoundResource): string[] {
    const holders = resource.kind === 'stack' ? this.taken(resource) : [resource];
    return holders.flatMap(({ peers = [] }) => peers);
  }

  /** A function that stays runs as it, or writes it and nobody asked for the log alone. */
  private inUse({ kind, arn, logOf }: FoundResource): boolean {
    if (kind === 'role') return [...this.left.values()].some(({ resource }) => resource.roleArn === arn);
    return this.options.only === undefined && logOf !== undefined && this.left.has(logOf);
  }

  private removal(members: FoundResource[]): Removal | undefined {
    const takes = members.flatMap(member => (member.kind === 'stack' ? this.taken(member) : []));
    const whole = new Set([...members, ...takes].map(({ arn }) => arn));
    const alone = members.some(member => this.peersOf(member).some(peer => !whole.has(peer)));
    const { only } = this.options;
    const chosen = only === undefined || members.some(member => only(member) || this.named.has(member.arn));
    const reason = alone
      ? 'foreign-peer'
      : !chosen
        ? 'not-chosen'
        : members.some(member => this.inUse(member))
          ? 'in-use'
          : undefined;
    if (reason) {
      for (const resource of [...members, ...takes]) this.left.set(resource.arn, { resource, reason });
      return undefined;
    }
    const [first] = members;
    const wave = Math.max(...members.map(waveOf));
    return first && { id: first.arn, members, takes, after: [], wave };
  }
}

/** A log group waits for the function that writes it, a role for the functions that run as it. */
function linked(removals: readonly Removal[]): Removal[] {
  const holder = new Map(
    removals.flatMap(({ id, members, takes }) => [...members, ...takes].map(({ arn }) => [arn, id] as const)),
  );
  const everything = removals.flatMap(({ members, takes }) => [...members, ...takes]);
  return removals.map(removal => {
    const needs = removal.members.flatMap(member => [
      ...(member.logOf === undefined ? [] : [member.logOf]),
      ...(member.kind === 'role'
        ? everything.filter(({ roleArn }) => roleArn === member.arn).map(({ arn }) => arn)
        : []),
    ]);
    const after = new Set(needs.flatMap(arn => holder.get(arn) ?? []).filter(id => id !== removal.id));
    return { ...removal, after: [...after] };
  });
}
