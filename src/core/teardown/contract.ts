/** A teardown as plain data: what was found, whose it is, what goes in which order, what came of it. */
import type { CodedError } from '../../base/errors';

/** `other`: carries our tag and is of a kind that is not removed here. */
export type ResourceKind = 'stack' | 'cluster' | 'function' | 'log-group' | 'role' | 'other';

/** Where roles are: IAM has no Regions. */
export const GLOBAL = 'global';

/** Something in AWS that may be ours, as its own service described it; the tag index only pointed at it. */
export interface FoundResource {
  kind: ResourceKind;
  arn: string;
  /** As its service calls it: id of a cluster, name of a function, a stack, a role, a log group. */
  name: string;
  /** For people, where it has another name: the tag `Name`. */
  title?: string;
  region: string;
  /** When it was made; of a function, when it was last changed. */
  createdAtMs?: number;
  tags: Readonly<Record<string, string>>;
  /** ARN of the stack that made it and still exists, or may exist where stacks could not be listed. */
  stack?: string;
  /** Of a log group: ARN of the function that writes it. */
  logOf?: string;
  /** Of a function: ARN of the role it runs as. */
  roleArn?: string;
  /** Of a cluster in a multi-Region set: ARNs of the others. */
  peers?: readonly string[];
  /** Deletion protection, or a stack's termination protection, is on. */
  protected?: boolean;
  /** Of clusters and log groups, where it is known. */
  storedBytes?: number;
}

/** What could not be looked at: the inventory may be short of it. */
export interface Gap {
  region: string;
  /** In the plural: “functions”. */
  what: string;
  error: CodedError;
}

/** What was found in an account, and where it could not be looked. */
export interface Inventory {
  /** Number of the account; `local` for the local Lambda. */
  account: string;
  /** Those that were searched. */
  regions: readonly string[];
  resources: readonly FoundResource[];
  gaps: readonly Gap[];
}

/** Removed together, begun at once: mostly one resource; the clusters of a set, or the stacks that hold them. */
export interface Removal {
  /** ARN of the first member. */
  id: string;
  members: readonly FoundResource[];
  /** Go with the members, which are stacks. */
  takes: readonly FoundResource[];
  /** Ids of removals that must have succeeded before. */
  after: readonly string[];
  /** Later waves wait for earlier ones. */
  wave: number;
}

export type LeftReason =
  /** Bears a name of ours, not our tag. */
  | 'unsure'
  /** Belongs to a stack without our tag, or one that could not be looked at. */
  | 'foreign-stack'
  /** A cluster whose peer is not ours, or could not be looked at: neither goes without the other. */
  | 'foreign-peer'
  | 'unknown-kind'
  /** A role, or a log, of a function that stays. */
  | 'in-use'
  | 'not-chosen';

export interface LeftAlone {
  resource: FoundResource;
  reason: LeftReason;
}

/** What goes, in order, and what is left alone and why: every resource of an inventory stands in one of the two. */
export interface TeardownPlan {
  removals: readonly Removal[];
  left: readonly LeftAlone[];
  /** ARNs that the user named although they do not carry our tag. */
  named: ReadonlySet<string>;
}

/** How a resource stands at its service. */
export type Standing =
  | { state: 'there' }
  /** Its deletion goes on in AWS. */
  | { state: 'going' }
  | { state: 'gone' }
  /** Its deletion has ended without success. */
  | { state: 'failed'; reason: string };

export interface TeardownProgress {
  text: string;
  /** Removals that have ended. */
  done: number;
  total: number;
}

export interface BeginOptions {
  /** The user named it although it does not carry our tag. */
  named: boolean;
  /** Clusters that go with a stack and are protected: CloudFormation would fail at them, when the rest of the stack is gone. */
  guarded: readonly FoundResource[];
}

/** What finds and removes; rejects with CodedErrors. */
export interface TeardownPort {
  find(regions: readonly string[], onProgress: (text: string) => void, signal?: AbortSignal): Promise<Inventory>;
  /**
   * Sends what removes it, protection of it and of its clusters off first, and does not wait. Reads its tags once more before: without ours, and not `named`, it
   * rejects with `TEARDOWN_NOT_OURS` and nothing was changed. Resolves for what is gone already.
   */
  begin(
    resource: FoundResource,
    options: BeginOptions,
    onProgress: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  look(resource: FoundResource, signal?: AbortSignal): Promise<Standing>;
  /** Tags a log group, so that it is found again when this teardown is interrupted after its function went. */
  mark(resource: FoundResource, signal?: AbortSignal): Promise<void>;
}

export type RemovalState = 'removed' | 'failed' | 'skipped' | 'cancelled';

export interface RemovalOutcome {
  removal: Removal;
  state: RemovalState;
  /** Why, of each member that could not be removed. */
  failures: readonly { resource: FoundResource; error: CodedError }[];
}

/** What is still there afterwards, of all that should have gone. */
export interface Remainder {
  resource: FoundResource;
  why: string;
}

/** What became of a plan. `remainders` is what a last look still found. */
export interface TeardownReport {
  outcomes: readonly RemovalOutcome[];
  remainders: readonly Remainder[];
  cancelled: boolean;
}
