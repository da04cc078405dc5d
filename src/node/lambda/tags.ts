/** The tags by which a teardown finds functions. */
import {
  ListTagsCommand,
  TagResourceCommand,
  type FunctionConfiguration,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { isFunctionNameOfOurs } from '../../core/lambda/names';
import { CREATED_BY_TAG, STACK_TAG, workshopTags } from '../../core/aws/tags';

interface TagContext {
  client: LambdaClient;
  source: { name: string; chapter?: string };
  progress: (text: string) => void;
  signal?: AbortSignal;
}

/**
 * Tags a function of the workshop that was deployed before deployments carried tags. Left alone: what belongs to a stack, and what neither
 * has a name of ours nor was given a cluster. Lacking permissions are told and are no failure: the code is deployed.
 */
export async function tagExisting(context: TagContext, current: FunctionConfiguration): Promise<void> {
  const { client, source, progress, signal } = context;
  const { FunctionArn: arn } = current;
  const ours = isFunctionNameOfOurs(source.name) || current.Environment?.Variables?.CLUSTER_ENDPOINT !== undefined;
  if (arn === undefined || !ours) return;
  try {
    const { Tags = {} } = await client.send(new ListTagsCommand({ Resource: arn }), { abortSignal: signal });
    if (Tags[CREATED_BY_TAG.key] === CREATED_BY_TAG.value || STACK_TAG in Tags) return;
    progress(`Tagging ${source.name}, so that a teardown finds it`);
    const command = new TagResourceCommand({ Resource: arn, Tags: workshopTags({ chapter: source.chapter }) });
    await client.send(command, { abortSignal: signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    progress(
      `${source.name} could not be tagged, a teardown will not be sure of it; it takes lambda:ListTags and lambda:TagResource (${(error as Error).message})`,
    );
  }
}
