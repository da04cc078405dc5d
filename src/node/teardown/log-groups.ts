import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  paginateDescribeLogGroups,
  TagResourceCommand,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import { workshopTags } from '../../core/aws/tags';
import type { FoundResource, Standing } from '../../core/teardown/contract';
import type { Access } from './access';
import { isMissing } from './call-errors';
import type { KindOfResource } from './kind';

/** Log groups. Lambda makes those of functions itself, without tags. */
export class LogGroups implements KindOfResource {
  constructor(private readonly access: Access) {}

  /** The groups of the Region whose names begin with the prefix, with their tags. */
  async list(region: string, prefix: string, signal?: AbortSignal): Promise<FoundResource[]> {
    const found: FoundResource[] = [];
    for (const { logGroupName: name = '', logGroupArn, arn, creationTime, storedBytes } of await this.groups(
      region,
      prefix,
      signal,
    )) {
      const base = { kind: 'log-group' as const, arn: logGroupArn ?? (arn ?? '').replace(/:\*$/, ''), name, region };
      const tags = await this.tags({ ...base, tags: {} }, signal);
      if (tags)
        found.push({
          ...base,
          tags,
          ...(creationTime !== undefined && { createdAtMs: creationTime }),
          ...(storedBytes !== undefined && { storedBytes }),
        });
    }
    return found;
  }

  async tags({ region, arn }: FoundResource, signal?: AbortSignal): Promise<Record<string, string> | undefined> {
    const client = this.access.client(CloudWatchLogsClient, region);
    const answer = await this.access.call<{ tags?: Record<string, string> } | 'missing'>(
      { action: 'logs:ListTagsForResource', region, signal },
      () => client.send(new ListTagsForResourceCommand({ resourceArn: arn }), { abortSignal: signal }),
      error => (isMissing(error) ? 'missing' : undefined),
    );
    return answer === 'missing' ? undefined : (answer.tags ?? {});
  }

  async mark({ region, arn }: FoundResource, signal?: AbortSignal): Promise<void> {
    const client = this.access.client(CloudWatchLogsClient, region);
    await this.access.call({ action: 'logs:TagResource', region, signal }, () =>
      client.send(new TagResourceCommand({ resourceArn: arn, tags: workshopTags() }), { abortSignal: signal }),
    );
  }

  async begin({ region, name }: FoundResource, told: (text: string) => void, signal?: AbortSignal): Promise<void> {
    told(`Deleting the log group ${name} in ${region}`);
    const client = this.access.client(CloudWatchLogsClient, region);
    await this.access.call<unknown>(
      { action: 'logs:DeleteLogGroup', region, signal },
      () => client.send(new DeleteLogGroupCommand({ logGroupName: name }), { abortSignal: signal }),
      error => isMissing(error) || undefined,
    );
  }

  async look({ region, name }: FoundResource, signal?: AbortSignal): Promise<Standing> {
    const there = (await this.groups(region, name, signal)).some(({ logGroupName }) => logGroupName === name);
    return { state: there ? 'there' : 'gone' };
  }

  private groups(region: string, prefix: string, signal?: AbortSignal): Promise<LogGroup[]> {
    const client = this.access.client(CloudWatchLogsClient, region);
    return this.access.call({ action: 'logs:DescribeLogGroups', region, signal }, async () => {
      const found: LogGroup[] = [];
      for await (const page of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: prefix }))
        found.push(...(page.logGroups ?? []));
      return found;
    });
  }
}
