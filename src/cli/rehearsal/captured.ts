/** Calls as a script keeps them: what a change of the product would change, and nothing that differs from run to run. */
import type { AwsCall } from '../../local/aws/contract';

export interface ScriptedCall {
  /** `dsql CreateCluster us-east-1` */
  call: string;
  input: unknown;
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** Where the next page begins. */
const PAGE_TOKEN = /^(nextToken|NextToken|PaginationToken|Marker)$/;
/** Members whose numbers are times, or sizes of what is bundled. */
const MEASURED = /^(StartTime|EndTime|startTime|endTime|ZipFile)$/;

/**
 * Each different call once, in the order of first appearance: how often a state is looked at, or load is made, is no part of a script.
 * @param names texts that are made up anew for each run, and what stands for them.
 */
export function scripted(calls: readonly AwsCall[], names: Readonly<Record<string, string>>): ScriptedCall[] {
  const known = new Map<string, ScriptedCall>();
  for (const { service, operation, region, input } of calls) {
    if (isMoreMetrics(service, input)) continue;
    const call = { call: `${service} ${operation} ${region}`, input: settled(input, names) };
    const key = JSON.stringify(call);
    if (!known.has(key)) known.set(key, call);
  }
  return [...known.values()];
}

/** How many pages figures have depends on how long the run took. */
const isMoreMetrics = (service: string, input: AwsCall['input']): boolean =>
  service === 'monitoring' && input.NextToken !== undefined;

function settled(value: unknown, names: Readonly<Record<string, string>>, member = '', inPayload = false): unknown {
  if (typeof value === 'string') {
    if (PAGE_TOKEN.test(member)) return '<page>';
    // UUIDs first: a short name may stand by chance within their digits.
    const settledIds = value.replace(UUID, id => names[id] ?? '<uuid>');
    return Object.entries(names).reduce((text, [from, to]) => text.replaceAll(from, to), settledIds);
  }
  if (typeof value === 'number') return inPayload || MEASURED.test(member) ? '<number>' : value;
  if (Array.isArray(value)) return value.map(item => settled(item, names, member, inPayload));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, settled(item, names, name, inPayload || name === 'Payload')]),
  );
}
