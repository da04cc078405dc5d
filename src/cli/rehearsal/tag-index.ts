import { LambdaClient, ListTagsCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { DsqlService } from '../../local/aws/services/dsql';
import type { LogsService } from '../../local/aws/services/logs';
import type { Tagged } from '../../local/aws/services/tagging';
import type { LocalClusterInfo } from '../../protocol/local-cluster';

/** What the stand-in's tag index knows of a Region: clusters and log groups of the stand-in, functions that the local Lambda really has. */
export function tagIndex(
  info: LocalClusterInfo,
  clusters: DsqlService,
  logs: LogsService,
): (region: string) => Promise<Tagged[]> {
  return async region => {
    const groups = [...logs.groups.values()].filter(({ arn }) => arn.split(':')[3] === region);
    const found: Tagged[] = [...clusters.all(region), ...groups];
    if (region === info.region) found.push(...(await functionsOf(info)));
    // what has no tags is not in the index
    return found.filter(({ tags }) => Object.keys(tags).length > 0);
  };
}

/** Names of the functions that the local Lambda really has. */
export const functionNames = async (info: LocalClusterInfo): Promise<string[]> =>
  (await functionsOf(info)).flatMap(({ arn }) => arn.split(':function:')[1] ?? []);

async function functionsOf({
  region,
  lambdaEndpoint: endpoint,
  admin: credentials,
}: LocalClusterInfo): Promise<Tagged[]> {
  const client = new LambdaClient({ endpoint, region, credentials });
  const found: Tagged[] = [];
  try {
    for await (const { Functions = [] } of paginateListFunctions({ client }, {}))
      for (const { FunctionArn: arn = '' } of Functions) {
        const { Tags: tags = {} } = await client.send(new ListTagsCommand({ Resource: arn }));
        found.push({ arn, tags });
      }
  } finally {
    client.destroy();
  }
  return found;
}
