import * as sdk from '@aws-sdk/client-cloudformation';
import { AwsFaultError, type AwsCall } from '../contract';
import { modelOf } from '../model/schema';
import type { QueryValue } from '../query-protocol';
import { describedChange } from '../stacks/change-set';
import { executeChange, removeResources } from '../stacks/execute';
import type { StackResources } from '../stacks/resources';
import { happened, newStack, regionOf, type StoredStack } from '../stacks/stored-stack';
import { QueryService } from './query-service';

export type { StoredStack } from '../stacks/stored-stack';

export interface CloudFormationOptions {
  /** Templates cannot be executed where nothing can be made; where nothing can be removed, it is gone at once. */
  resources?: Partial<StackResources>;
  /** The text of a template by its URL. */
  templateAt?: (url: string) => string | undefined;
}

/** A stack whose creation was taken back can only be deleted. */
const CHANGEABLE = /^((CREATE|UPDATE)_COMPLETE|UPDATE_ROLLBACK_COMPLETE)$/;

/** CloudFormation (API 2010-05-15): stacks made and changed by change sets, what they hold, their deletion, which goes on at each look after it. */
export class CloudFormationService extends QueryService {
  readonly signingName = 'cloudformation';
  readonly stacks = new Map<string, StoredStack>();

  private readonly resources: StackResources;

  constructor(private readonly options: CloudFormationOptions = {}) {
    super(modelOf(sdk), 'http://cloudformation.amazonaws.com/doc/2010-05-15/');
    const impossible = () => Promise.reject(new Error('the stand-in makes no resources here'));
    this.resources = { make: impossible, update: impossible, remove: () => 'gone', ...options.resources };
  }

  protected async result({ operation, input, region }: AwsCall): Promise<Record<string, QueryValue>> {
    const { StackName = '', EnableTerminationProtection } = input as Readonly<Record<string, string>>;
    const here = [...this.stacks.values()].filter(stack => regionOf(stack) === region);
    if (operation === 'DescribeStacks' && StackName === '')
      return { Stacks: here.filter(({ status }) => status !== 'DELETE_COMPLETE').map(described) };
    // a stack that is gone is still told of by its ARN
    const stack = here.find(
      ({ arn, name, status }) => arn === StackName || (name === StackName && status !== 'DELETE_COMPLETE'),
    );
    if (operation === 'CreateChangeSet') return this.createChangeSet(stack ?? this.begin(StackName, region), input);
    if (!stack) throw invalid(`Stack with id ${StackName} does not exist`);
    switch (operation) {
      case 'DescribeStacks': {
        const answer = { Stacks: [described(stack)] };
        await this.advance(stack);
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
        happened(stack, stack.status);
        return {};
      case 'DescribeStackEvents':
        return { StackEvents: stack.events ?? [] };
      case 'GetTemplate':
        return { TemplateBody: stack.template ?? '{}' };
      case 'DescribeChangeSet': {
        if (!stack.change)
          throw new AwsFaultError({ status: 404, code: 'ChangeSetNotFound', message: 'no change set' });
        return describedChange(stack, stack.change);
      }
      case 'DeleteChangeSet':
        delete stack.change;
        return {};
      case 'ExecuteChangeSet':
        await this.execute(stack);
        return {};
      default:
        throw new AwsFaultError({ status: 400, code: 'InvalidAction', message: operation });
    }
  }

  private begin(name: string, region: string): StoredStack {
    const stack = newStack(name, region);
    this.stacks.set(name, stack);
    return stack;
  }

  private createChangeSet(stack: StoredStack, input: AwsCall['input']): Record<string, QueryValue> {
    const { TemplateURL, TemplateBody, ChangeSetName = '' } = input as Readonly<Record<string, string | undefined>>;
    const { Tags = [] } = input as { Tags?: { Key: string; Value: string }[] };
    const template = TemplateURL === undefined ? TemplateBody : this.options.templateAt?.(TemplateURL);
    if (template === undefined) throw invalid(`S3 error: Access Denied for ${TemplateURL}`);
    stack.change = {
      ...{ name: ChangeSetName, template },
      arn: stack.arn.replace(/:stack\/.*/, `:changeSet/${ChangeSetName}/${crypto.randomUUID()}`),
      tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    };
    return { Id: stack.change.arn, StackId: stack.arn };
  }

  private async execute(stack: StoredStack): Promise<void> {
    const { change, status } = stack;
    if (!change) throw new AwsFaultError({ status: 404, code: 'ChangeSetNotFound', message: 'no change set' });
    if (status !== 'REVIEW_IN_PROGRESS' && !CHANGEABLE.test(status))
      throw invalid(`Stack:${stack.arn} is in ${status} state and can not be updated.`);
    delete stack.change;
    await executeChange(stack, change, this.resources);
  }

  private async advance(stack: StoredStack): Promise<void> {
    if (stack.status !== 'DELETE_IN_PROGRESS') return;
    if (!(await removeResources(stack, this.resources.remove))) return;
    stack.status = stack.resources.length > 0 ? 'DELETE_FAILED' : 'DELETE_COMPLETE';
    happened(stack, stack.status);
  }
}

const pairs = (values: Readonly<Record<string, string>>, key: string, value: string): QueryValue =>
  Object.entries(values).map(([name, text]) => ({ [key]: name, [value]: text }));

const described = (stack: StoredStack): QueryValue => ({
  StackName: stack.name,
  StackId: stack.arn,
  StackStatus: stack.status,
  StackStatusReason: stack.reason,
  CreationTime: stack.created,
  EnableTerminationProtection: stack.terminationProtection,
  Outputs: pairs(stack.outputs ?? {}, 'OutputKey', 'OutputValue'),
  Tags: pairs(stack.tags, 'Key', 'Value'),
});

const invalid = (message: string): AwsFaultError =>
  new AwsFaultError({ status: 400, code: 'ValidationError', message });
