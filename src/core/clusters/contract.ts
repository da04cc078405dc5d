/** Clusters as the control plane of Aurora DSQL knows them. Names and states: its API, version 2018-05-10. */

export type ClusterStatus =
  | 'CREATING'
  | 'ACTIVE'
  /** Asleep: wakes on connect. */
  | 'IDLE'
  | 'INACTIVE'
  | 'UPDATING'
  | 'DELETING'
  | 'DELETED'
  | 'FAILED'
  /** A cluster of a multi-Region set that is not yet peered. */
  | 'PENDING_SETUP'
  /** Waits until its peers are deleted too. */
  | 'PENDING_DELETE';

/** A cluster as GetCluster tells it. */
export interface ClusterDescription {
  /** 26 characters. */
  identifier: string;
  arn: string;
  region: string;
  status: ClusterStatus;
  endpoint: string;
  /** The tag `Name`; undefined where there is none. */
  name?: string;
  createdAtMs?: number;
  deletionProtection: boolean;
  tags: Readonly<Record<string, string>>;
  /** Only in a multi-Region set. */
  multiRegion?: { witnessRegion?: string; peerArns: readonly string[] };
}

/** What a user chooses of a new cluster; Region and client token come with the call. */
export interface NewCluster {
  /** Becomes the tag `Name`. */
  name: string;
  deletionProtection: boolean;
  tags?: Readonly<Record<string, string>>;
}

/** A step of a longer operation, told as it begins. */
export interface ClusterProgress {
  text: string;
  region: string;
}

/** The part of the API that the product uses. Rejects with CodedErrors of `./errors`. */
export interface ControlPlane {
  /** All clusters of a Region, each described. */
  list(region: string, signal?: AbortSignal): Promise<ClusterDescription[]>;
  describe(region: string, identifier: string, signal?: AbortSignal): Promise<ClusterDescription>;
  /** Creates one cluster and waits until it is ACTIVE. */
  create(
    region: string,
    cluster: NewCluster,
    onProgress: (progress: ClusterProgress) => void,
    signal?: AbortSignal,
  ): Promise<ClusterDescription>;
  /** Creates two clusters that hold the same data, peers them, and waits until both are ACTIVE. */
  createMultiRegion(
    regions: readonly [string, string],
    witnessRegion: string,
    cluster: NewCluster,
    onProgress: (progress: ClusterProgress) => void,
    signal?: AbortSignal,
  ): Promise<[ClusterDescription, ClusterDescription]>;
  /** Takes deletion protection off a cluster, and leaves it otherwise as it is. */
  unprotect(region: string, identifier: string, signal?: AbortSignal): Promise<void>;
  /** Deletes a cluster and, in a multi-Region set, its peers with it; takes deletion protection off first. Waits until they are gone. */
  delete(
    region: string,
    identifier: string,
    onProgress: (progress: ClusterProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}
