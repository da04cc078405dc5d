import { randomUUID } from 'node:crypto';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DSQLClient,
  GetClusterCommand,
  paginateListClusters,
  UpdateClusterCommand,
  type GetClusterCommandOutput,
} from '@aws-sdk/client-dsql';
import type { Closeable } from '../../base/lifecycle';
import { CodedError } from '../../base/errors';
import type {
  ClusterDescription,
  ClusterProgress,
  ClusterStatus,
  ControlPlane,
  NewCluster,
} from '../../core/clusters/contract';
import { workshopTags } from '../../core/aws/tags';
import { clusterErrors } from '../../core/clusters/errors';
import { clusterHost } from '../../core/connections/endpoint';
import { controlRequests, pollPauseMs } from '../aws-requests';
import type { KeyProvider } from '../target';
import { clusterCallError, type ClusterCall } from './service-errors';
import { pause } from './pause';

export interface ControlPlaneOptions {
  credentials: KeyProvider;
  /** Of a stand-in, by Region; AWS's own when undefined. */
  endpoint?: (region: string) => string;
  /** Between two looks at a cluster's state. */
  pollMs?: number;
  /** How long a cluster may take to become ACTIVE, or to go. */
  timeoutMs?: number;
}

/** GetCluster is asked for so many clusters at a time. */
const PARALLEL_READS = 5;
type OnProgress = (progress: ClusterProgress) => void;

/** The control plane by the SDK's client, one for each Region in use. The SDK retries what may be retried; creations carry a token. */
export function createControlPlane(options: ControlPlaneOptions): ControlPlane & Closeable {
  return new SdkControlPlane(options);
}

class SdkControlPlane implements ControlPlane, Closeable {
  private readonly clients = new Map<string, DSQLClient>();

  constructor(private readonly options: ControlPlaneOptions) {}

  async list(region: string, signal?: AbortSignal): Promise<ClusterDescription[]> {
    const identifiers = await this.call({ action: 'dsql:ListClusters', region, signal }, async client => {
      const found: string[] = [];
      // the paginator takes no signal: each page is one short call
      for await (const page of paginateListClusters({ client }, {})) {
        signal?.throwIfAborted();
        for (const { identifier } of page.clusters ?? []) if (identifier) found.push(identifier);
      }
      return found;
    });
    const described: ClusterDescription[] = [];
    for (let index = 0; index < identifiers.length; index += PARALLEL_READS) {
      const group = identifiers.slice(index, index + PARALLEL_READS);
      const answers = await Promise.all(group.map(identifier => this.find(region, identifier, signal)));
      described.push(...answers.filter(answer => answer !== undefined));
    }
    return described;
  }

  async describe(region: string, identifier: string, signal?: AbortSignal): Promise<ClusterDescription> {
    return this.call({ action: 'dsql:GetCluster', region, identifier, signal }, async client =>
      description(region, await client.send(new GetClusterCommand({ identifier }), { abortSignal: signal })),
    );
  }

  async create(
    region: string,
    cluster: NewCluster,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ): Promise<ClusterDescription> {
    const { identifier } = await this.begin(region, cluster, undefined, onProgress, signal);
    try {
      return await this.untilActive(region, identifier, onProgress, signal);
    } catch (error) {
      // these name it themselves
      const known = error instanceof CodedError && /^(CANCELLED|CLUSTER_SLOW|CLUSTER_NOT_ACTIVE)$/.test(error.code);
      throw known ? error : clusterErrors.createdUnseen({ identifier, region }, error);
    }
  }

  async createMultiRegion(
    [first, second]: readonly [string, string],
    witnessRegion: string,
    cluster: NewCluster,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ): Promise<[ClusterDescription, ClusterDescription]> {
    const made: { identifier: string; region: string }[] = [];
    try {
      const one = await this.begin(first, cluster, { witnessRegion }, onProgress, signal);
      made.push({ identifier: one.identifier, region: first });
      const two = await this.begin(second, cluster, { witnessRegion, clusters: [one.arn] }, onProgress, signal);
      made.push({ identifier: two.identifier, region: second });
      onProgress({ text: `Peering ${one.identifier} with ${two.identifier}`, region: first });
      await this.update(first, one.identifier, signal, {
        multiRegionProperties: { witnessRegion, clusters: [two.arn] },
      });
      return await Promise.all([
        this.untilActive(first, one.identifier, onProgress, signal),
        this.untilActive(second, two.identifier, onProgress, signal),
      ]);
    } catch (error) {
      throw made.length === 0 ? error : clusterErrors.halfMade(made, error);
    }
  }

  unprotect(region: string, identifier: string, signal?: AbortSignal): Promise<void> {
    return this.update(region, identifier, signal, { deletionProtectionEnabled: false });
  }

  async delete(region: string, identifier: string, onProgress: OnProgress, signal?: AbortSignal): Promise<void> {
    const cluster = await this.describe(region, identifier, signal);
    const set = [{ region, identifier }, ...peersOf(cluster)].map(member => ({
      ...member,
      state: 'there' as 'there' | 'unprotected' | 'going',
    }));
    try {
      for (const member of set) {
        const found = await this.find(member.region, member.identifier, signal);
        if (!found || found.status.endsWith('DELETE') || found.status.startsWith('DELET')) {
          member.state = 'going';
          continue;
        }
        if (found.deletionProtection) {
          onProgress({ text: `Taking deletion protection off ${member.identifier}`, region: member.region });
          await this.unprotect(member.region, member.identifier, signal);
          member.state = 'unprotected';
        }
        onProgress({ text: `Deleting ${member.identifier}`, region: member.region });
        const { region: at, identifier: id } = member;
        await this.call({ action: 'dsql:DeleteCluster', region: at, identifier: id, signal }, client =>
          client.send(new DeleteClusterCommand({ identifier: id, clientToken: randomUUID() }), { abortSignal: signal }),
        );
        member.state = 'going';
      }
      await Promise.all(set.map(member => this.untilGone(member.region, member.identifier, signal)));
    } catch (error) {
      if (error instanceof CodedError && error.code === 'CANCELLED') throw error;
      throw clusterErrors.halfDeleted(set, error);
    }
  }

  close(): Promise<void> {
    for (const client of this.clients.values()) client.destroy();
    this.clients.clear();
    return Promise.resolve();
  }

  private begin(
    region: string,
    { name, deletionProtection, tags }: NewCluster,
    multiRegionProperties: { witnessRegion: string; clusters?: string[] } | undefined,
    onProgress: OnProgress,
    signal: AbortSignal | undefined,
  ): Promise<{ identifier: string; arn: string }> {
    onProgress({ text: `Creating ${name}`, region });
    return this.call({ action: 'dsql:CreateCluster', region, signal }, async client => {
      const answer = await client.send(
        new CreateClusterCommand({
          deletionProtectionEnabled: deletionProtection,
          tags: { ...tags, ...workshopTags({ name }) },
          clientToken: randomUUID(),
          multiRegionProperties,
        }),
        { abortSignal: signal },
      );
      return { identifier: answer.identifier ?? '', arn: answer.arn ?? '' };
    }).catch((error: unknown) => {
      // its client token makes retries one request, and the last of them may have been heard
      if (error instanceof CodedError && error.code === 'CLUSTER_API_UNREACHABLE')
        throw clusterErrors.createdPerhaps(name, region, error);
      throw error;
    });
  }

  private async update(
    region: string,
    identifier: string,
    signal: AbortSignal | undefined,
    change: Omit<ConstructorParameters<typeof UpdateClusterCommand>[0], 'identifier' | 'clientToken'>,
  ): Promise<void> {
    await this.call({ action: 'dsql:UpdateCluster', region, identifier, signal }, client =>
      client.send(new UpdateClusterCommand({ identifier, clientToken: randomUUID(), ...change }), {
        abortSignal: signal,
      }),
    );
  }

  private async untilActive(
    region: string,
    identifier: string,
    onProgress: OnProgress,
    signal: AbortSignal | undefined,
  ): Promise<ClusterDescription> {
    let told: ClusterStatus | undefined;
    return this.until(identifier, signal, async () => {
      const found = await this.describe(region, identifier, signal);
      if (found.status !== told) onProgress({ text: `${identifier} is ${found.status}`, region });
      told = found.status;
      if (found.status === 'FAILED' || found.status.startsWith('DELET')) throw clusterErrors.notActive(found);
      return found.status === 'ACTIVE' ? found : undefined;
    });
  }

  private async untilGone(region: string, identifier: string, signal: AbortSignal | undefined): Promise<void> {
    await this.until(identifier, signal, async () => {
      const found = await this.find(region, identifier, signal);
      return !found || found.status === 'DELETED' ? true : undefined;
    });
  }

  private async until<T>(
    identifier: string,
    signal: AbortSignal | undefined,
    look: () => Promise<T | undefined>,
  ): Promise<T> {
    const { pollMs = pollPauseMs(), timeoutMs = 15 * 60_000 } = this.options;
    for (const deadline = performance.now() + timeoutMs; ;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      if (performance.now() >= deadline) throw clusterErrors.slow([identifier], timeoutMs);
      await pause(pollMs, signal);
    }
  }

  /** Undefined when it is not there. */
  private async find(
    region: string,
    identifier: string,
    signal?: AbortSignal,
  ): Promise<ClusterDescription | undefined> {
    try {
      return await this.describe(region, identifier, signal);
    } catch (error) {
      if (error instanceof CodedError && error.code === 'CLUSTER_MISSING') return undefined;
      throw error;
    }
  }

  private async call<T>(context: ClusterCall, work: (client: DSQLClient) => Promise<T>): Promise<T> {
    try {
      return await work(this.client(context.region));
    } catch (error) {
      throw clusterCallError(error, context);
    }
  }

  private client(region: string): DSQLClient {
    let client = this.clients.get(region);
    if (!client) {
      const { credentials, endpoint } = this.options;
      client = new DSQLClient({
        ...{ region, credentials, endpoint: endpoint?.(region) },
        ...{ maxAttempts: 4, requestHandler: controlRequests() },
      });
      this.clients.set(region, client);
    }
    return client;
  }
}

function description(region: string, answer: GetClusterCommandOutput): ClusterDescription {
  const { identifier = '', arn = '', status = 'CREATING', tags = {}, multiRegionProperties: multi } = answer;
  const peerArns = (multi?.clusters ?? []).filter(peer => peer !== arn);
  return {
    identifier,
    arn,
    region,
    status,
    endpoint: answer.endpoint ?? clusterHost(identifier, region),
    name: tags.Name,
    createdAtMs: answer.creationTime?.getTime(),
    deletionProtection: answer.deletionProtectionEnabled ?? false,
    tags,
    ...(multi && { multiRegion: { witnessRegion: multi.witnessRegion, peerArns } }),
  };
}

/** `arn:aws:dsql:<region>:<account>:cluster/<id>` */
function peersOf({ multiRegion }: ClusterDescription): { region: string; identifier: string }[] {
  return (multiRegion?.peerArns ?? []).flatMap(arn => {
    const [, region, identifier] = /^arn:[^:]+:dsql:([^:]+):\d*:cluster\/(.+)$/.exec(arn) ?? [];
    return region && identifier ? [{ region, identifier }] : [];
  });
}
