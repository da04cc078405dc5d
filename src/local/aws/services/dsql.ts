import * as sdk from '@aws-sdk/client-dsql';
import { LOCAL_ACCOUNT_ID } from '../../../protocol/local-cluster';
import {
  AwsFaultError,
  type AwsAnswer,
  type AwsCall,
  type AwsFault,
  type AwsRequest,
  type AwsService,
} from '../contract';
import { restAnswer, restFault } from '../json-protocol';
import { readRest } from '../model/read';
import { modelOf } from '../model/schema';
import { advance, type StoredCluster } from './dsql-states';

export type { StoredCluster } from './dsql-states';

/** What is asked for with CreateCluster and UpdateCluster, as far as the stand-in heeds it. */
interface ClusterInput {
  identifier?: string;
  deletionProtectionEnabled?: boolean;
  tags?: Record<string, string>;
  clientToken?: string;
  multiRegionProperties?: { witnessRegion?: string; clusters?: string[] };
}

export interface DsqlServiceOptions {
  /** Names of the clusters that are made first, in order: those of real local clusters. Others are made up. */
  identifiers?: readonly string[];
  accountId?: string;
  now?: () => number;
}

const MODEL = modelOf(sdk);
/** An answer of ListClusters holds so few that paging is met. */
const PAGE = 2;
const ARN = /^arn:aws:dsql:([^:]+):\d+:cluster\/(.+)$/;

/**
 * The control plane of Aurora DSQL (API 2018-05-10): clusters one state further at each look, peering of multi-Region sets, deletion
 * protection, paging, tags, idempotency by client token.
 */
export class DsqlService implements AwsService {
  readonly signingName = 'dsql';
  readonly model = MODEL;
  readonly clusters = new Map<string, StoredCluster>();
  private readonly byToken = new Map<string, StoredCluster>();
  private readonly identifiers: string[];
  private made = 0;

  constructor(private readonly options: DsqlServiceOptions = {}) {
    this.identifiers = [...(options.identifiers ?? [])];
  }

  read(request: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    return readRest(MODEL, request);
  }

  fault(fault: AwsFault): AwsAnswer {
    return restFault(fault);
  }

  answer({ operation, input, region }: AwsCall): AwsAnswer {
    const asked = input as ClusterInput;
    switch (operation) {
      case 'CreateCluster':
        return restAnswer(summary(this.create(region, asked)));
      case 'GetCluster': {
        const cluster = this.find(region, asked.identifier);
        const answer = restAnswer(cluster);
        advance(cluster, this.clusters);
        return answer;
      }
      case 'ListClusters':
        return restAnswer(this.page(region, input));
      case 'UpdateCluster':
        return restAnswer(summary(this.update(region, asked)));
      case 'DeleteCluster':
        return restAnswer(summary(this.delete(region, asked)));
      case 'ListTagsForResource':
        return restAnswer({ tags: this.tagged(region, input).tags });
      case 'TagResource':
        Object.assign(this.tagged(region, input).tags, asked.tags);
        return restAnswer({});
      case 'UntagResource':
        for (const key of input.tagKeys as string[]) delete this.tagged(region, input).tags[key];
        return restAnswer({});
      case 'GetVpcEndpointServiceName': {
        const { identifier } = this.find(region, asked.identifier);
        return restAnswer({ serviceName: `com.amazonaws.${region}.dsql-${identifier.slice(0, 4)}` });
      }
      default:
        throw new AwsFaultError({
          status: 404,
          code: 'UnknownOperationException',
          message: `the stand-in does not answer ${operation}`,
        });
    }
  }

  /** Clusters that the other services may find by their tags. */
  all(region?: string): StoredCluster[] {
    return [...this.clusters.values()].filter(({ arn }) => region === undefined || ARN.exec(arn)?.[1] === region);
  }

  private create(region: string, input: ClusterInput): StoredCluster {
    const { clientToken, multiRegionProperties: multi } = input;
    const again = clientToken === undefined ? undefined : this.byToken.get(`${region} ${clientToken}`);
    if (again) return again;
    const identifier = this.identifiers.shift() ?? madeUp(this.made++);
    const arn = `arn:aws:dsql:${region}:${this.options.accountId ?? LOCAL_ACCOUNT_ID}:cluster/${identifier}`;
    const cluster: StoredCluster = {
      identifier,
      arn,
      status: multi ? 'PENDING_SETUP' : 'CREATING',
      creationTime: Math.floor((this.options.now?.() ?? Date.now()) / 1000),
      deletionProtectionEnabled: input.deletionProtectionEnabled ?? true,
      tags: { ...input.tags },
      ...(multi && { multiRegionProperties: { witnessRegion: multi.witnessRegion, clusters: multi.clusters ?? [] } }),
      encryptionDetails: { encryptionType: 'AWS_OWNED_KMS_KEY', encryptionStatus: 'ENABLED' },
      endpoint: `${identifier}.dsql.${region}.on.aws`,
    };
    this.clusters.set(identifier, cluster);
    if (clientToken !== undefined) this.byToken.set(`${region} ${clientToken}`, cluster);
    return cluster;
  }

  private update(region: string, input: ClusterInput): StoredCluster {
    const cluster = this.find(region, input.identifier);
    const { deletionProtectionEnabled, multiRegionProperties } = input;
    if (cluster.status.includes('DELET')) throw conflict(cluster, `it is ${cluster.status}`);
    if (deletionProtectionEnabled !== undefined) cluster.deletionProtectionEnabled = deletionProtectionEnabled;
    if (multiRegionProperties)
      cluster.multiRegionProperties = { ...cluster.multiRegionProperties, clusters: [], ...multiRegionProperties };
    cluster.status = 'UPDATING';
    return cluster;
  }

  private delete(region: string, { identifier }: ClusterInput): StoredCluster {
    const cluster = this.find(region, identifier);
    if (cluster.deletionProtectionEnabled) throw conflict(cluster, 'deletion protection is enabled');
    cluster.status = cluster.multiRegionProperties ? 'PENDING_DELETE' : 'DELETING';
    return cluster;
  }

  private find(region: string, identifier = ''): StoredCluster {
    const cluster = this.clusters.get(identifier);
    if (cluster && ARN.exec(cluster.arn)?.[1] === region) return cluster;
    throw missing(identifier);
  }

  private tagged(region: string, { resourceArn }: Readonly<Record<string, unknown>>): StoredCluster {
    return this.find(region, ARN.exec(String(resourceArn))?.[2] ?? String(resourceArn));
  }

  private page(region: string, { nextToken }: Readonly<Record<string, unknown>>): unknown {
    const all = this.all(region);
    const start = Number(nextToken ?? 0);
    return {
      clusters: all.slice(start, start + PAGE).map(({ identifier, arn }) => ({ identifier, arn })),
      ...(start + PAGE < all.length && { nextToken: String(start + PAGE) }),
    };
  }
}

/** What creating, updating and deleting answer: no tags, no multi-Region set where there is none. */
function summary({ tags: _, ...cluster }: StoredCluster): unknown {
  return cluster;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
/** 26 characters, as the service's. */
const madeUp = (index: number): string => ALPHABET.slice(0, 25) + ALPHABET[index % 26]!;

const missing = (identifier: string): AwsFaultError =>
  new AwsFaultError({
    status: 404,
    code: 'ResourceNotFoundException',
    message: `cluster ${identifier} not found`,
  });

const conflict = ({ identifier }: StoredCluster, why: string): AwsFaultError =>
  new AwsFaultError({ status: 409, code: 'ConflictException', message: `cluster ${identifier}: ${why}` });
