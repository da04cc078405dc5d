/** A cluster as the control plane answers it; times in seconds since the epoch. */
export interface StoredCluster {
  identifier: string;
  arn: string;
  status: string;
  creationTime: number;
  deletionProtectionEnabled: boolean;
  tags: Record<string, string>;
  multiRegionProperties?: { witnessRegion?: string; clusters: string[] };
  encryptionDetails: { encryptionType: string; encryptionStatus: string };
  endpoint: string;
}

/**
 * One state further, as after a while: made and updated clusters become ACTIVE, those of a set once they are peered from both sides;
 * deleted ones go, those of a set once all are deleted.
 */
export function advance(cluster: StoredCluster, clusters: Map<string, StoredCluster>): void {
  const peers = (cluster.multiRegionProperties?.clusters ?? [])
    .filter(arn => arn !== cluster.arn)
    .flatMap(arn => clusters.get(arn.split('/')[1] ?? '') ?? []);
  switch (cluster.status) {
    case 'DELETING':
      clusters.delete(cluster.identifier);
      return;
    case 'PENDING_DELETE':
      if (peers.every(({ status }) => status === 'PENDING_DELETE' || status === 'DELETING'))
        cluster.status = 'DELETING';
      return;
    case 'PENDING_SETUP':
      if (peers.some(peer => peer.multiRegionProperties?.clusters.includes(cluster.arn))) cluster.status = 'CREATING';
      return;
    default:
      cluster.status = 'ACTIVE';
  }
}
