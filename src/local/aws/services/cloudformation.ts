import * as sdk from '@aws-sdk/client-cloudformation';
import { AwsFaultError, type AwsCall } from '../contract';
import { modelOf } from '../model/schema';
import type { QueryValue } from '../query-protocol';
import { QueryService } from './query-service';

export interface StoredStack {
  name: string;
  /** `arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>` */
  arn: string;
  status: string;
  reason?: string;
  created: Date;
  tags: Record<string, string>;
  terminationProtection: boolean;
  resources: { logicalId: string; type: string; physicalId: string; failure?: string }[];
}

/**
 * CloudFormation (API 2010-05-15): stacks, what they hold, their deletion. One state further at each look.
 * @param remove takes what a deleted stack held out of its service; a reason when that is not possible.
 */
export class CloudFormationService extends QueryService {
  readonly signingName = 'cloudformation';
  readonly stacks = new Map<string, StoredStack>();

  constructor(private readonly remove: (type: string, physicalId: string) => string | undefined = () => undefined) {
    super(modelOf(sdk), 'http://cloudformation.amazonaws.com/doc/2010-05-15/');
  }

  protected result({ operation, input, region }: AwsCall): Record<string, QueryValue> {
    const { StackName, EnableTerminationProtection } = input as Readonly<Record<string, string>>;
    const here = [...this.stacks.values()].filter(({ arn }) => arn.split(':')[3] === region);
    if (operation === 'DescribeStacks' && StackName === undefined)
      return { Stacks: here.filter(({ status }) => status !== 'DELETE_COMPLETE').map(described) };
    const stack = here.find(({ arn, name }) => arn === StackName || name === StackName);
    if (!stack) throw invalid(`Stack with id ${StackName} does not exist`);
    switch (operation) {
      case 'DescribeStacks': {
        const answer = { Stacks: [described(stack)] };
        this.advance(stack);
        return answer;
      }
      case 'ListStackResources':
        return {
          StackResourceSummaries: stack.resources.map(({ logicalId, type, physicalId }) => ({
            LogicalResourceId: logicalId,
            PhysicalResourceId: physicalId,
            ResourceType: type,
            ResourceStatus: 'CREATE_COMPLETE',
          })),
        };
      case 'UpdateTerminationProtection':
        stack.terminationProtection = EnableTerminationProtection === 'true';
        return { StackId: stack.arn };
      case 'DeleteStack':
        if (stack.terminationProtection)
          throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
        stack.status = 'DELETE_IN_PROGRESS';
        return {};
      case 'DescribeStackEvents':
        return {
          StackEvents: stack.resources
            .filter(({ failure }) => failure !== undefined)
            .map(({ logicalId, physicalId, failure }) => ({
              StackId: stack.arn,
              LogicalResourceId: logicalId,
              PhysicalResourceId: physicalId,
              ResourceStatus: 'DELETE_FAILED',
              ResourceStatusReason: failure,
            })),
        };
      default:
        throw new AwsFaultError({ status: 400, code: 'InvalidAction', message: operation });
    }
  }

  private advance(stack: StoredStack): void {
    if (stack.status !== 'DELETE_IN_PROGRESS') return;
    stack.resources = stack.resources.filter(resource => {
      resource.failure = this.remove(resource.type, resource.physicalId);
      return resource.failure !== undefined;
    });
    stack.status = stack.resources.length > 0 ? 'DELETE_FAILED' : 'DELETE_COMPLETE';
  }
}

const described = ({ name, arn, status, reason, created, tags, terminationProtection }: StoredStack): QueryValue => ({
  StackName: name,
  StackId: arn,
  StackStatus: status,
  StackStatusReason: reason,
  CreationTime: created,
  EnableTerminationProtection: terminationProtection,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

const invalid = (message: string): AwsFaultError =>
  new AwsFaultError({ status: 400, code: 'ValidationError', message });
