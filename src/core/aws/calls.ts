/** What commands ask of AWS, as data: shown before a command runs, added up to policies, and held against what a rehearsal captures. */

export type AwsServiceName = 'dsql' | 'lambda' | 'sts' | 'iam' | 'cloudformation' | 'tag' | 'logs' | 'cloudwatch';

/** As in a policy: operator, key, value. `{ StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }` */
export type PolicyConditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What IAM must allow: each of the actions on each of the resources, where the conditions hold. */
export interface Permission {
  actions: readonly string[];
  resources: readonly string[];
  conditions?: PolicyConditions;
}

/** One API call of a command. */
export interface PlannedCall extends Permission {
  service: AwsServiceName;
  /** As the service's model names it: `CreateCluster`. */
  operation: string;
  /** IAM actions it needs; mostly one, of its own name. */
  actions: readonly string[];
  /**
   * Resources its permissions can be held to: ARNs in which `{region}`, `{account}`, `{cluster}`, `{function}`, `{role}`, `{stack}` stand
   * for what is known when it runs (all in ./arns); `*` where IAM knows no narrower one.
   */
  resources: readonly string[];
  /** In a few words, for people: “waits until the cluster is ACTIVE”. */
  why: string;
  /** It changes something, not only reads. */
  changes: boolean;
  /** Permissions that the call needs on other resources: to pass a role, to write a tag. */
  also?: readonly Permission[];
  /** No request to the API: a token is signed here and goes to the cluster as the password. */
  unsent?: true;
}

/** Changes first, then what is read, each in the order in which it is sent: so people read what a command will do. */
export const changesFirst = (calls: readonly PlannedCall[]): PlannedCall[] => [
  ...calls.filter(({ changes }) => changes),
  ...calls.filter(({ changes }) => !changes),
];

/** All that the calls need, action by action, without repetition, in order of first need. */
export const actionsOf = (calls: readonly PlannedCall[]): string[] => [
  ...new Set(calls.flatMap(call => [call, ...(call.also ?? [])]).flatMap(({ actions }) => actions)),
];
