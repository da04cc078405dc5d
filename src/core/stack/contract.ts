/**
 * The learner's stack: what `infra/cdk` of a workshop folder makes in AWS. Deploying and destroying are the CDK CLI's, of the learner's
 * own packages; what is told before and after, and what its output means, is here.
 */

/** Where the CDK app lies in a workshop folder. */
export const STACK_FOLDER = 'infra/cdk';
/** What the last deployment put out, in the CDK app's folder: `cdk deploy --outputs-file`. */
export const OUTPUTS_FILE = 'cdk-outputs.json';
export const DEFAULT_STACK_NAME = 'DsqlWorkshop';

export const STACK_ACTIONS = ['synth', 'deploy', 'destroy'] as const;
export type StackAction = (typeof STACK_ACTIONS)[number];

/** Which stack, and where. */
export interface StackRequest {
  stackName: string;
  /** The AWS profile's own when undefined. */
  region?: string;
  /** Of the shared AWS configuration; the default chain when undefined. */
  awsProfile?: string;
  /** Put before the function's name; the app's own default when undefined. */
  functionPrefix?: string;
  /** Two stacks that hold one database together. */
  twoRegions?: { secondRegion: string; witnessRegion: string };
}

/** What a deployed stack says of itself. */
export interface StackOutputs {
  stackName: string;
  endpoint: string;
  region: string;
  lambdaRoleArn: string;
  clusterArn?: string;
  clusterId?: string;
  functionName?: string;
}

/** The stacks of a request, as the app names them. */
export const stackNames = ({ stackName, twoRegions }: StackRequest): string[] =>
  twoRegions ? [stackName, `${stackName}-${twoRegions.secondRegion}`] : [stackName];

/** What the user types to agree to a destruction. */
export const confirmationOf = (request: StackRequest): string => request.stackName;
