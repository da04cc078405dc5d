import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateDescribeStacks,
  paginateListStackResources,
  UpdateTerminationProtectionCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { FoundResource, Standing } from '../../core/teardown/contract';
import type { Access } from './access';
import { isMissing } from './call-errors';
import { tagMap, type KindOfResource } from './kind';

/** What a stack made, as it calls it. */
export interface StackResource {
  /** `AWS::Lambda::Function` */
  type: string;
  /** Id of a cluster, name of a function, a role or a log group. */
  physicalId: string;
}

/** CloudFormation stacks; nested ones go with their root. */
export class Stacks implements KindOfResource {
  constructor(private readonly access: Access) {}

  /** All stacks of the Region that exist, ours or not. */
  async list(region: string, signal?: AbortSignal): Promise<FoundResource[]> {
    const client = this.access.client(CloudFormationClient, region);
    return this.access.call({ action: 'cloudformation:DescribeStacks', region, signal }, async () => {
      const found: FoundResource[] = [];
      for await (const page of paginateDescribeStacks({ client }, {}))
        for (const stack of page.Stacks ?? [])
          if (stack.RootId === undefined && stack.StackStatus !== 'DELETE_COMPLETE')
            found.push(resource(region, stack));
      return found;
    });
  }

  /** What a stack and those nested in it made. */
  async resources(
    { region, arn }: Pick<FoundResource, 'region' | 'arn'>,
    signal?: AbortSignal,
  ): Promise<StackResource[]> {
    const client = this.access.client(CloudFormationClient, region);
    const own = await this.access.call({ action: 'cloudformation:ListStackResources', region, signal }, async () => {
      const found: StackResource[] = [];
      for await (const page of paginateListStackResources({ client }, { StackName: arn }))
        for (const {
          ResourceType: type = '',
          PhysicalResourceId: physicalId = '',
          ResourceStatus,
        } of page.StackResourceSummaries ?? [])
          if (physicalId !== '' && ResourceStatus !== 'DELETE_COMPLETE') found.push({ type, physicalId });
      return found;
    });
    const nested = own.filter(({ type }) => type === 'AWS::CloudFormation::Stack');
    for (const { physicalId } of nested) own.push(...(await this.resources({ region, arn: physicalId }, signal)));
    return own;
  }

  async tags({ region, arn }: FoundResource, signal?: AbortSignal): Promise<Record<string, string> | undefined> {
    const stack = await this.describe(region, arn, signal);
    return stack && tagMap(stack.Tags);
  }

  async begin({ region, arn, name }: FoundResource, told: (text: string) => void, signal?: AbortSignal): Promise<void> {
    const client = this.access.client(CloudFormationClient, region);
    const stack = await this.describe(region, arn, signal);
    if (!stack || stack.StackStatus === 'DELETE_IN_PROGRESS') return;
    if (stack.EnableTerminationProtection) {
      told(`Taking termination protection off ${name}`);
      await this.access.call({ action: 'cloudformation:UpdateTerminationProtection', region, signal }, () =>
        client.send(new UpdateTerminationProtectionCommand({ StackName: arn, EnableTerminationProtection: false }), {
          abortSignal: signal,
        }),
      );
    }
    told(`Deleting the stack ${name} in ${region}`);
    await this.access.call<unknown>(
      { action: 'cloudformation:DeleteStack', region, signal },
      () => client.send(new DeleteStackCommand({ StackName: arn }), { abortSignal: signal }),
      error => isMissing(error) || undefined,
    );
  }

  async look({ region, arn }: FoundResource, signal?: AbortSignal): Promise<Standing> {
    const stack = await this.describe(region, arn, signal);
    if (!stack) return { state: 'gone' };
    if (stack.StackStatus === 'DELETE_IN_PROGRESS') return { state: 'going' };
    if (stack.StackStatus !== 'DELETE_FAILED') return { state: 'there' };
    return { state: 'failed', reason: await this.whyFailed(region, arn, stack.StackStatusReason, signal) };
  }

  /** The first resource that could not be deleted says more than the stack itself. */
  private async whyFailed(
    region: string,
    arn: string,
    otherwise: string | undefined,
    signal?: AbortSignal,
  ): Promise<string> {
    const client = this.access.client(CloudFormationClient, region);
    try {
      return await this.access.call({ action: 'cloudformation:DescribeStackEvents', region, signal }, async () => {
        const reasons: string[] = [];
        for await (const page of paginateDescribeStackEvents({ client }, { StackName: arn }))
          for (const {
            ResourceStatus,
            ResourceStatusReason,
            LogicalResourceId,
            PhysicalResourceId,
          } of page.StackEvents ?? []) {
            // newest first: what is older than this deletion is of no interest
            if (PhysicalResourceId === arn && ResourceStatus === 'DELETE_IN_PROGRESS')
              return reasons.join('; ') || (otherwise ?? 'no reason given');
            if (PhysicalResourceId !== arn && ResourceStatus === 'DELETE_FAILED')
              reasons.push(`${LogicalResourceId}: ${ResourceStatusReason}`);
          }
        return reasons.join('; ') || (otherwise ?? 'no reason given');
      });
    } catch {
      return otherwise ?? 'no reason given';
    }
  }

  private async describe(region: string, arn: string, signal?: AbortSignal): Promise<Stack | undefined> {
    const client = this.access.client(CloudFormationClient, region);
    const answer = await this.access.call<{ Stacks?: Stack[] }>(
      { action: 'cloudformation:DescribeStacks', region, signal },
      () => client.send(new DescribeStacksCommand({ StackName: arn }), { abortSignal: signal }),
      error => (isMissing(error) ? {} : undefined),
    );
    const stack = answer.Stacks?.[0];
    return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack;
  }
}

function resource(region: string, stack: Stack): FoundResource {
  return {
    kind: 'stack',
    arn: stack.StackId ?? '',
    name: stack.StackName ?? '',
    region,
    tags: tagMap(stack.Tags),
    ...(stack.CreationTime && { createdAtMs: stack.CreationTime.getTime() }),
    ...(stack.EnableTerminationProtection && { protected: true }),
  };
}
