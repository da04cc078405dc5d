import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { CREATED_BY_TAG } from '../../core/aws/tags';
import type { Access } from './access';
import { tagMap } from './kind';

/** What the account's tag index holds under our tag, of a Region: tags by ARN. It lags behind: what it names may be gone. */
export function taggedResources(
  access: Access,
  region: string,
  signal?: AbortSignal,
): Promise<Map<string, Record<string, string>>> {
  const client = access.client(ResourceGroupsTaggingAPIClient, region);
  return access.call({ action: 'tag:GetResources', region, signal }, async () => {
    const found = new Map<string, Record<string, string>>();
    const filter = { TagFilters: [{ Key: CREATED_BY_TAG.key, Values: [CREATED_BY_TAG.value] }] };
    for await (const page of paginateGetResources({ client }, filter))
      for (const { ResourceARN, Tags } of page.ResourceTagMappingList ?? [])
        if (ResourceARN !== undefined) found.set(ResourceARN, tagMap(Tags));
    return found;
  });
}
