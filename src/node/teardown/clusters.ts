import { randomUUID } from 'node:crypto';
import {
  DeleteClusterCommand,
  DSQLClient,
  GetClusterCommand,
  paginateListClusters,
  UpdateClusterCommand,
  type GetClusterCommandOutput,
} from '@aws-sdk/client-dsql';
import type { UsageMeter } from '../../core/cost/metered';
import type { FoundResource, Standing } from '../../core/teardown/contract';
import type { Access } from './access';
import { isMissing } from './call-errors';
import type { KindOfResource } from './kind';

const DAY_MS = 86_400_000;

/** Clusters by the control plane of Aurora DSQL. */
export class Clusters implements KindOfResource {
  constructor(
    private readonly access: Access,
    private readonly meter: UsageMeter,
  ) {}

  /** All clusters of the Region, ours or not, without what they store. */
  async list(region: string, signal?: AbortSignal): Promise<FoundResource[]> {
    const client = this.access.client(DSQLClient, region);
    const identifiers = await this.access.call({ action: 'dsql:ListClusters', region, signal }, async () => {
      const found: string[] = [];
      for await (const page of paginateListClusters({ client }, {}))
        for (const { identifier } of page.clusters ?? []) found.push(identifier ?? '');
      return found;
    });
    const found: FoundResource[] = [];
    for (const identifier of identifiers) {
      const answer = await this.describe(region, identifier, signal);
      if (answer && answer.status !== 'DELETED') found.push(resource(region, answer));
    }
    return found;
  }

  /** One of another Region: the peer of a cluster of ours. Undefined when it is not there. */
  async find(arn: string, signal?: AbortSignal): Promise<FoundResource | undefined> {
    const [, , , region = ''] = arn.split(':');
    const answer = await this.describe(region, arn.split('/').at(-1) ?? '', signal);
    return answer && answer.status !== 'DELETED' ? resource(region, answer) : undefined;
  }

  /** What CloudWatch says it stores; undefined where that cannot be had. */
  async storedBytes({ region, name }: FoundResource, signal?: AbortSignal): Promise<number | undefined> {
    const toMs = Date.now();
    const range = { fromMs: toMs - DAY_MS, toMs, periodMs: 3_600_000 };
    try {
      return (await this.meter.usage({ region, identifier: name }, range, signal)).storageBytes.at(-1)?.value;
    } catch {
      return undefined;
    }
  }

  async tags({ region, name }: FoundResource, signal?: AbortSignal): Promise<Record<string, string> | undefined> {
    const answer = await this.describe(region, name, signal);
    return answer && (answer.tags ?? {});
  }

  async begin({ region, name }: FoundResource, told: (text: string) => void, signal?: AbortSignal): Promise<void> {
    const client = this.access.client(DSQLClient, region);
    const cluster = await this.describe(region, name, signal);
    if (!cluster || isGoing(cluster)) return;
    if (cluster.deletionProtectionEnabled) await this.takeProtectionOff(region, name, told, signal);
    told(`Deleting the cluster ${name} in ${region}`);
    await this.access.call<unknown>(
      { action: 'dsql:DeleteCluster', region, signal },
      () =>
        client.send(new DeleteClusterCommand({ identifier: name, clientToken: randomUUID() }), { abortSignal: signal }),
      error => isMissing(error) || undefined,
    );
  }

  /** Nothing where it is not protected any more, or not there. */
  async unprotect({ region, name }: FoundResource, told: (text: string) => void, signal?: AbortSignal): Promise<void> {
    const cluster = await this.describe(region, name, signal);
    if (cluster?.deletionProtectionEnabled) await this.takeProtectionOff(region, name, told, signal);
  }

  private async takeProtectionOff(
    region: string,
    identifier: string,
    told: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const client = this.access.client(DSQLClient, region);
    told(`Taking deletion protection off ${identifier}`);
    await this.access.call({ action: 'dsql:UpdateCluster', region, signal }, () =>
      client.send(
        new UpdateClusterCommand({ identifier, deletionProtectionEnabled: false, clientToken: randomUUID() }),
        {
          abortSignal: signal,
        },
      ),
    );
  }

  async look({ region, name }: FoundResource, signal?: AbortSignal): Promise<Standing> {
    const answer = await this.describe(region, name, signal);
    if (!answer || answer.status === 'DELETED') return { state: 'gone' };
    if (answer.status === 'FAILED') return { state: 'failed', reason: 'the cluster is FAILED' };
    return { state: isGoing(answer) ? 'going' : 'there' };
  }

  private async describe(
    region: string,
    identifier: string,
    signal?: AbortSignal,
  ): Promise<GetClusterCommandOutput | undefined> {
    const client = this.access.client(DSQLClient, region);
    const answer = await this.access.call<GetClusterCommandOutput | 'missing'>(
      { action: 'dsql:GetCluster', region, signal },
      () => client.send(new GetClusterCommand({ identifier }), { abortSignal: signal }),
      error => (isMissing(error) ? 'missing' : undefined),
    );
    return answer === 'missing' ? undefined : answer;
  }
}

const isGoing = ({ status }: GetClusterCommandOutput): boolean => status === 'DELETING' || status === 'PENDING_DELETE';

function resource(region: string, answer: GetClusterCommandOutput): FoundResource {
  const {
    identifier = '',
    arn = '',
    tags = {},
    creationTime,
    deletionProtectionEnabled,
    multiRegionProperties,
  } = answer;
  const peers = (multiRegionProperties?.clusters ?? []).filter(peer => peer !== arn);
  return {
    kind: 'cluster',
    arn,
    name: identifier,
    region,
    tags,
    ...(tags.Name !== undefined && { title: tags.Name }),
    ...(creationTime && { createdAtMs: creationTime.getTime() }),
    ...(deletionProtectionEnabled && { protected: true }),
    ...(peers.length > 0 && { peers }),
  };
}
