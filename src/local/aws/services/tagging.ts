import * as sdk from '@aws-sdk/client-resource-groups-tagging-api';
import type { AwsAnswer, AwsCall, AwsFault, AwsRequest, AwsService } from '../contract';
import { targetAnswer, targetFault } from '../json-protocol';
import { readTarget } from '../model/read';
import { modelOf } from '../model/schema';

const MODEL = modelOf(sdk);
const TARGET = 'ResourceGroupsTaggingAPI_20170126';
/** So few in an answer that paging is met. */
const PAGE = 2;

/** Something that the tag index knows. */
export interface Tagged {
  arn: string;
  tags: Readonly<Record<string, string>>;
}

interface Asked {
  TagFilters?: { Key: string; Values?: string[] }[];
  PaginationToken?: string;
}

/** The Resource Groups Tagging API (2017-01-26): GetResources over what the other services hold. Roles are not among it, as in AWS. */
export class TaggingService implements AwsService {
  readonly signingName = 'tagging';
  readonly model = MODEL;

  /** @param index what there is in a Region; it may name what is gone, as the real index does. */
  constructor(private readonly index: (region: string) => readonly Tagged[] | Promise<readonly Tagged[]>) {}

  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    return readTarget(MODEL, TARGET, request);
  }

  fault(fault: AwsFault): AwsAnswer {
    return targetFault(fault, 'com.amazonaws.resourcegroupstaggingapi');
  }

  async answer({ input, region }: AwsCall): Promise<AwsAnswer> {
    const { TagFilters = [], PaginationToken = '' } = input as Asked;
    const found = (await this.index(region)).filter(({ tags }) =>
      TagFilters.every(({ Key, Values = [] }) => Key in tags && (Values.length === 0 || Values.includes(tags[Key]!))),
    );
    const from = Number(PaginationToken);
    return targetAnswer({
      PaginationToken: from + PAGE < found.length ? String(from + PAGE) : '',
      ResourceTagMappingList: found.slice(from, from + PAGE).map(({ arn, tags }) => ({
        ResourceARN: arn,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
    });
  }
}
