import { LOCAL_ACCOUNT_ID } from '../../../protocol/local-cluster';
import type { QueryValue } from '../query-protocol';
import type { MadeResource } from './template';

export interface StackResource extends MadeResource {
  logicalId: string;
  type: string;
  /** As they were asked for, functions worked out. */
  properties?: Readonly<Record<string, unknown>>;
  /** Why it could not be deleted. */
  failure?: string;
}

/** A template that was handed in, until it is executed. */
export interface StackChange {
  name: string;
  arn: string;
  template: string;
  tags: Record<string, string>;
}

export interface StoredStack {
  name: string;
  /** `arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>` */
  arn: string;
  status: string;
  reason?: string;
  created: Date;
  tags: Record<string, string>;
  terminationProtection: boolean;
  resources: StackResource[];
  /** As it was executed last. */
  template?: string;
  outputs?: Record<string, string>;
  change?: StackChange;
  /** Newest first. */
  events?: Record<string, QueryValue>[];
}

/** A stack of which only a change set is known. */
export const newStack = (name: string, region: string): StoredStack => ({
  name,
  arn: `arn:aws:cloudformation:${region}:${LOCAL_ACCOUNT_ID}:stack/${name}/${crypto.randomUUID()}`,
  status: 'REVIEW_IN_PROGRESS',
  created: new Date(),
  tags: {},
  terminationProtection: false,
  resources: [],
});

/** The Region that a stack's ARN names. */
export const regionOf = ({ arn }: Pick<StoredStack, 'arn'>): string => arn.split(':')[3] ?? '';

/** Says what has become of a resource, or without one of the whole stack. */
export function happened(
  stack: StoredStack,
  status: string,
  { logicalId, type, physicalId }: Pick<StackResource, 'logicalId' | 'type' | 'physicalId'> = {
    ...{ logicalId: stack.name, type: 'AWS::CloudFormation::Stack', physicalId: stack.arn },
  },
  reason?: string,
): void {
  (stack.events ??= []).unshift({
    EventId: crypto.randomUUID(),
    StackId: stack.arn,
    StackName: stack.name,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Timestamp: new Date(),
    ResourceStatus: status,
    ResourceStatusReason: reason,
  });
}
