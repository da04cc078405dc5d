/** What finds and removes everything that the workshop made, in one Region. Sources as of the calls themselves; IAM: list_awsidentityandaccessmanagementiam, seen 2026-11-21. */
import { ARNS } from '../arns';
import type { PlannedCall } from '../calls';
import { DELETE_TAGGED_CLUSTERS, FIND_CLUSTERS, TAGGED_ALREADY } from './cluster-calls';
import { LIST_FUNCTIONS, REMOVE_FUNCTION } from './function-calls';
import { METRIC_DATA, TAGGED_RESOURCES } from './observation-calls';

export const FIND_EVERYTHING: readonly PlannedCall[] = [
  TAGGED_RESOURCES,
  ...FIND_CLUSTERS,
  LIST_FUNCTIONS,
  { ...METRIC_DATA, why: 'how much each cluster stores, for its cost' },
];

export const TEAR_DOWN: readonly PlannedCall[] = [
  ...FIND_EVERYTHING,
  {
    ...REMOVE_FUNCTION,
    resources: [ARNS.anyFunction],
    conditions: TAGGED_ALREADY,
    why: 'deletes each function that carries the tag',
  },
  {
    service: 'logs',
    operation: 'DeleteLogGroup',
    actions: ['logs:DeleteLogGroup'],
    resources: ['arn:aws:logs:{region}:{account}:log-group:/aws/lambda/*'],
    why: 'deletes the logs of those functions',
    changes: true,
  },
  ...DELETE_TAGGED_CLUSTERS,
];
