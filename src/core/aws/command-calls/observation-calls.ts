/**
 * Calls that watch. Sources, seen 2026-11-21: authorization references of CloudWatch (GetMetricData knows no resource), of CloudWatch
 * Logs (events are read on a log group), of the Resource Groups Tagging API (GetResources knows no resource).
 */
import { ARNS } from '../arns';
import type { PlannedCall } from '../calls';

export const METRIC_DATA: PlannedCall = {
  service: 'cloudwatch',
  operation: 'GetMetricData',
  actions: ['cloudwatch:GetMetricData'],
  resources: ['*'],
  why: 'what CloudWatch metered',
  changes: false,
};

export const FILTER_LOG_EVENTS: PlannedCall = {
  service: 'logs',
  operation: 'FilterLogEvents',
  actions: ['logs:FilterLogEvents'],
  resources: [ARNS.logGroup],
  why: "what the function logged, a second's look at a time",
  changes: false,
};

/** Of one Region; a resource that was never tagged is not in it. */
export const TAGGED_RESOURCES: PlannedCall = {
  service: 'tag',
  operation: 'GetResources',
  actions: ['tag:GetResources'],
  resources: ['*'],
  why: 'what carries the tag of the workshop',
  changes: false,
};
