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
  resources: [ARNS.logStreams],
  why: "what the function logged, a second's look at a time",
  changes: false,
};

/** Billed by the minute while it runs. A log group is named by its ARN, without `:*`. */
export const LIVE_TAIL: PlannedCall = {
  service: 'logs',
  operation: 'StartLiveTail',
  actions: ['logs:StartLiveTail'],
  resources: [ARNS.logGroup],
  why: 'what the function logs, as it comes',
  changes: false,
};

/** `tag:GetResources` says only what the caller may also see by itself. */
export const TAGGED_RESOURCES: PlannedCall = {
  service: 'tag',
  operation: 'GetResources',
  actions: ['tag:GetResources'],
  resources: ['*'],
  why: 'what carries the tag of the workshop',
  changes: false,
};
