/** What commands ask of AWS, as data: shown before a command runs, added up to policies, and held against what a rehearsal captures. */

export type AwsServiceName = 'dsql' | 'lambda' | 'sts' | 'iam' | 'cloudformation' | 'tag' | 'logs' | 'cloudwatch';

/** One API call of a command. */
export interface PlannedCall {
  service: AwsServiceName;
  /** As the service's model names it: `CreateCluster`. */
  operation: string;
  /** IAM actions it needs; mostly one, of its own name. */
  actions: readonly string[];
  /**
   * Resources its permissions can be held to: ARNs in which `{region}`, `{account}`, `{cluster}`, `{function}`, `{role}`, `{stack}` stand
   * for what is known when it runs; `*` where IAM knows no narrower one.
   */
  resources: readonly string[];
  /** In a few words, for people: “waits until the cluster is ACTIVE”. */
  why: string;
  /** It changes something, not only reads. */
  changes: boolean;
}
