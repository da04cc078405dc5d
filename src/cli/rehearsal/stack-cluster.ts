import { clusterHost } from '../../core/connections/endpoint';
import type { DsqlService, StoredCluster } from '../../local/aws/services/dsql';
import type { WantedResource } from '../../local/aws/stacks/resources';
import type { MadeResource } from '../../local/aws/stacks/template';
import { tagsOf, type ResourceKind } from './resource-kind';

/** Clusters by the control plane's own calls, as CloudFormation's resource makes them. */
export function clusterKind(dsql: DsqlService): ResourceKind {
  const asked = (operation: string, region: string, input: Readonly<Record<string, unknown>>): StoredCluster =>
    JSON.parse(String(dsql.answer({ service: 'dsql', region, operation, input }).body)) as StoredCluster;
  return {
    make: wanted =>
      described(
        asked('CreateCluster', wanted.region, { ...settingsOf(wanted), tags: tagsOf(wanted.properties) }),
        wanted.region,
      ),
    update: (identifier, wanted) =>
      described(asked('UpdateCluster', wanted.region, { identifier, ...settingsOf(wanted) }), wanted.region),
    remove: (identifier, region) => {
      const cluster = dsql.clusters.get(identifier);
      if (!cluster) return 'gone';
      if (cluster.deletionProtectionEnabled)
        return { refused: `cluster ${identifier}: deletion protection is enabled` };
      if (!cluster.status.includes('DELET')) asked('DeleteCluster', region, { identifier });
      // one of a pair goes when the other is to go, too
      let before: string;
      do {
        before = cluster.status;
        asked('GetCluster', region, { identifier });
      } while (dsql.clusters.has(identifier) && cluster.status !== before);
      return dsql.clusters.has(identifier) ? 'going' : 'gone';
    },
  };
}

function settingsOf({ properties }: WantedResource): Record<string, unknown> {
  const { DeletionProtectionEnabled, MultiRegionProperties } = properties;
  const { WitnessRegion, Clusters } = (MultiRegionProperties ?? {}) as { WitnessRegion?: string; Clusters?: string[] };
  return {
    deletionProtectionEnabled: DeletionProtectionEnabled,
    ...(MultiRegionProperties !== undefined && {
      multiRegionProperties: { witnessRegion: WitnessRegion, ...(Clusters && { clusters: Clusters }) },
    }),
  };
}

const described = ({ identifier, arn, endpoint }: StoredCluster, region: string): MadeResource => ({
  physicalId: identifier,
  attributes: {
    Identifier: identifier,
    ResourceArn: arn,
    Endpoint: endpoint ?? clusterHost(identifier, region),
  },
});
