import { LOCAL_ACCOUNT_ID } from '../../../protocol/local-cluster';
import { happened, type StackChange, type StoredStack } from './stored-stack';
import { inOrder, resolved, type MadeResource, type Template } from './template';

/** What a stack asks for, its functions worked out. */
export interface WantedResource {
  /** `AWS::Lambda::Function` */
  type: string;
  logicalId: string;
  properties: Readonly<Record<string, unknown>>;
  region: string;
  stackName: string;
}

/** Makes a resource where it really is; rejects with CloudFormation's reason. */
export type StackMaker = (wanted: WantedResource) => MadeResource | Promise<MadeResource>;

/** Takes what a stack held out of its service; a reason when that is not possible. */
export type StackRemover = (type: string, physicalId: string) => string | undefined | Promise<string | undefined>;

/** Makes what a template says, each resource after those that it refers to. A resource that cannot be made takes all of them back. */
export async function executeChange(
  stack: StoredStack,
  { template: text, tags }: StackChange,
  make: StackMaker,
  remove: StackRemover,
): Promise<void> {
  const [, , , region = ''] = stack.arn.split(':');
  const pseudo = {
    'AWS::AccountId': LOCAL_ACCOUNT_ID,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    'AWS::StackId': stack.arn,
  };
  const made = new Map<string, MadeResource>();
  stack.tags = tags;
  happened(stack, 'CREATE_IN_PROGRESS');
  try {
    const template = JSON.parse(text) as Template;
    for (const logicalId of inOrder(template)) {
      const { Type: type, Properties = {} } = template.Resources[logicalId]!;
      const properties = resolved(Properties, made, pseudo) as WantedResource['properties'];
      const resource = await make({ type, logicalId, properties, region, stackName: stack.name });
      made.set(logicalId, resource);
      const held = { logicalId, type, physicalId: resource.physicalId };
      stack.resources.push(held);
      happened(stack, 'CREATE_COMPLETE', held);
    }
    stack.outputs = Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, String(resolved(Value, made, pseudo))]),
    );
    stack.template = text;
    stack.status = 'CREATE_COMPLETE';
  } catch (error) {
    stack.reason = error instanceof Error ? error.message : String(error);
    await removeResources(stack, remove);
    stack.status = stack.resources.length > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE';
  }
  happened(stack, stack.status, undefined, stack.reason);
}

/** Takes out what the stack holds, last made first; what cannot go stays, with the reason. */
export async function removeResources(stack: StoredStack, remove: StackRemover): Promise<void> {
  const left: StoredStack['resources'] = [];
  for (const resource of stack.resources.reverse()) {
    const failure = await remove(resource.type, resource.physicalId);
    if (failure !== undefined) left.unshift({ ...resource, failure });
    happened(stack, failure === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED', resource, failure);
  }
  stack.resources = left;
}
