import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListTagsCommand,
  paginateListFunctions,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import type { FoundResource, Standing } from '../../core/teardown/contract';
import type { Access } from './access';
import { isMissing } from './call-errors';
import type { KindOfResource } from './kind';

/** Lambda functions. */
export class Functions implements KindOfResource {
  constructor(private readonly access: Access) {}

  /** The functions of the Region that `wanted` takes, with their tags. */
  async list(
    region: string,
    wanted: (found: { name: string; arn: string }) => boolean,
    signal?: AbortSignal,
  ): Promise<FoundResource[]> {
    const client = this.access.client(LambdaClient, region);
    const all = await this.access.call({ action: 'lambda:ListFunctions', region, signal }, async () => {
      const found: FunctionConfiguration[] = [];
      for await (const page of paginateListFunctions({ client }, {})) found.push(...(page.Functions ?? []));
      return found;
    });
    const found: FoundResource[] = [];
    for (const { FunctionName: name = '', FunctionArn: arn = '', Role, LastModified } of all) {
      if (!wanted({ name, arn })) continue;
      const base = { kind: 'function' as const, arn, name, region, tags: {} };
      const tags = await this.tags(base, signal);
      const createdAtMs = LastModified === undefined ? NaN : Date.parse(LastModified);
      if (tags)
        found.push({
          ...base,
          tags,
          ...(Role !== undefined && { roleArn: Role }),
          ...(!Number.isNaN(createdAtMs) && { createdAtMs }),
        });
    }
    return found;
  }

  async tags({ region, arn }: FoundResource, signal?: AbortSignal): Promise<Record<string, string> | undefined> {
    const client = this.access.client(LambdaClient, region);
    const answer = await this.access.call<{ Tags?: Record<string, string> } | 'missing'>(
      { action: 'lambda:ListTags', region, signal },
      () => client.send(new ListTagsCommand({ Resource: arn }), { abortSignal: signal }),
      error => (isMissing(error) ? 'missing' : undefined),
    );
    return answer === 'missing' ? undefined : (answer.Tags ?? {});
  }

  async begin({ region, name }: FoundResource, told: (text: string) => void, signal?: AbortSignal): Promise<void> {
    told(`Deleting the function ${name} in ${region}`);
    const client = this.access.client(LambdaClient, region);
    await this.access.call<unknown>(
      { action: 'lambda:DeleteFunction', region, signal },
      () => client.send(new DeleteFunctionCommand({ FunctionName: name }), { abortSignal: signal }),
      error => isMissing(error) || undefined,
    );
  }

  async look({ region, name }: FoundResource, signal?: AbortSignal): Promise<Standing> {
    const client = this.access.client(LambdaClient, region);
    const there = await this.access.call<unknown>(
      { action: 'lambda:GetFunctionConfiguration', region, signal },
      () => client.send(new GetFunctionConfigurationCommand({ FunctionName: name }), { abortSignal: signal }),
      error => (isMissing(error) ? 'missing' : undefined),
    );
    return { state: there === 'missing' ? 'gone' : 'there' };
  }
}
