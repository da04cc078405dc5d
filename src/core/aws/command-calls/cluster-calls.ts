/**
 * Calls to Aurora DSQL's control plane. Sources: CreateCluster and UpdateCluster in the API reference name the permissions each needs;
 * the operations table of the service's authorization reference (list_dsql) the others. Seen 2026-11-21.
 */
import { ARNS } from '../arns';
import type { Permission, PlannedCall } from '../calls';
import { CREATED_BY_TAG } from '../tags';

/** Creation is allowed only with the tag that the teardown finds it by. Keys on creation: list_dsql, “aws:RequestTag/${TagKey}”. */
export const TAGGED_ON_CREATION = { StringEquals: { [`aws:RequestTag/${CREATED_BY_TAG.key}`]: CREATED_BY_TAG.value } };
/** Only what carries the tag of the workshop. */
export const TAGGED_ALREADY = { StringEquals: { [`aws:ResourceTag/${CREATED_BY_TAG.key}`]: CREATED_BY_TAG.value } };

const WITNESS = { StringEquals: { 'dsql:WitnessRegion': '{witnessRegion}' } };

/** The first cluster of an account has DSQL make its service-linked role, by the caller's permission. UG:working-with-service-linked-roles */
const SERVICE_LINKED_ROLE: Permission = {
  actions: ['iam:CreateServiceLinkedRole'],
  resources: ['arn:aws:iam::{account}:role/aws-service-role/dsql.amazonaws.com/AWSServiceRoleForAuroraDsql'],
  conditions: { StringEquals: { 'iam:AWSServiceName': 'dsql.amazonaws.com' } },
};

const LIST_CLUSTERS: PlannedCall = {
  service: 'dsql',
  operation: 'ListClusters',
  actions: ['dsql:ListClusters'],
  resources: ['*'],
  why: 'which clusters there are',
  changes: false,
};

const getCluster = (why: string, resources: readonly string[] = [ARNS.cluster]): PlannedCall => ({
  service: 'dsql',
  operation: 'GetCluster',
  actions: ['dsql:GetCluster'],
  resources,
  why,
  changes: false,
});

const createCluster = (more: Partial<PlannedCall> & Pick<PlannedCall, 'why' | 'resources'>): PlannedCall => ({
  service: 'dsql',
  operation: 'CreateCluster',
  actions: ['dsql:CreateCluster', 'dsql:TagResource'],
  conditions: TAGGED_ON_CREATION,
  changes: true,
  ...more,
  also: [...(more.also ?? []), SERVICE_LINKED_ROLE],
});

/** PutWitnessRegion is asked in the cluster's Region and in the witness's. */
const witness = (cluster: string): Permission => ({
  actions: ['dsql:PutWitnessRegion'],
  resources: [cluster, ARNS.anyWitnessCluster],
  conditions: WITNESS,
});

export const CREATE_CLUSTER: readonly PlannedCall[] = [
  createCluster({ why: 'makes the cluster', resources: [ARNS.anyCluster] }),
  getCluster('until it is ACTIVE', [ARNS.anyCluster]),
];

export const CREATE_CLUSTER_PAIR: readonly PlannedCall[] = [
  createCluster({
    why: 'makes the first cluster, with its witness',
    resources: [ARNS.anyCluster],
    also: [{ actions: ['dsql:PutMultiRegionProperties'], resources: [ARNS.anyCluster] }, witness(ARNS.anyCluster)],
  }),
  createCluster({
    why: 'makes the second, peer of the first',
    resources: [ARNS.anySecondCluster],
    also: [
      { actions: ['dsql:PutMultiRegionProperties'], resources: [ARNS.anySecondCluster] },
      { actions: ['dsql:AddPeerCluster'], resources: [ARNS.anySecondCluster, ARNS.anyCluster] },
      witness(ARNS.anySecondCluster),
    ],
  }),
  {
    service: 'dsql',
    operation: 'UpdateCluster',
    actions: ['dsql:UpdateCluster', 'dsql:PutMultiRegionProperties', 'dsql:GetCluster'],
    resources: [ARNS.anyCluster],
    why: 'makes the second a peer of the first',
    changes: true,
    also: [
      { actions: ['dsql:AddPeerCluster'], resources: [ARNS.anyCluster, ARNS.anySecondCluster] },
      // asked of each update of peers, also where none is removed; the service asks for this pattern
      { actions: ['dsql:RemovePeerCluster'], resources: ['arn:aws:dsql:*:{account}:cluster/*'] },
      witness(ARNS.anyCluster),
    ],
  },
  getCluster('until both are ACTIVE', [ARNS.anyCluster, ARNS.anySecondCluster]),
];

export const FIND_CLUSTERS: readonly PlannedCall[] = [
  LIST_CLUSTERS,
  getCluster('name, state and endpoint of each', [ARNS.anyCluster]),
];

const unprotecting = (resources: readonly string[], why: string): PlannedCall => ({
  service: 'dsql',
  operation: 'UpdateCluster',
  actions: ['dsql:UpdateCluster', 'dsql:GetCluster'],
  resources,
  why,
  changes: true,
});

/** Of a stack: CloudFormation does not take the protection off. */
export const UNPROTECT_CLUSTER: readonly PlannedCall[] = [
  getCluster('whether its cluster is protected against deletion'),
  unprotecting([ARNS.cluster], 'takes deletion protection off its cluster, where it is on and you agree'),
];

const deletion = (resources: readonly string[]): PlannedCall[] => [
  getCluster('what it is, and whether it has peers', resources),
  unprotecting(resources, 'takes deletion protection off, where it is on'),
  {
    service: 'dsql',
    operation: 'DeleteCluster',
    actions: ['dsql:DeleteCluster'],
    resources,
    why: 'deletes it with everything in it',
    changes: true,
  },
  getCluster('until it is gone', resources),
];

export const DELETE_CLUSTER: readonly PlannedCall[] = deletion([ARNS.cluster]);
/** Of a set of two Regions: each member is asked for, unprotected and deleted. */
export const DELETE_CLUSTER_PAIR: readonly PlannedCall[] = deletion([ARNS.cluster, ARNS.secondCluster]);

/** Of a teardown: whichever clusters carry the tag. */
export const DELETE_TAGGED_CLUSTERS: readonly PlannedCall[] = deletion([ARNS.anyCluster]).map(call =>
  call.changes ? { ...call, conditions: TAGGED_ALREADY } : call,
);
