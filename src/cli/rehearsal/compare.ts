/** What was sent against what the script says, in lines that people read. */
import type { ScriptedCall } from './captured';

/** Steps of a script by their id. */
export type Script = Readonly<Record<string, readonly ScriptedCall[]>>;

/**
 * Differences of one step; none when it went by the script.
 * @param anyOrder what is sent at the same time comes in any order.
 */
export function differences(
  sent: readonly ScriptedCall[],
  wanted: readonly ScriptedCall[],
  { anyOrder = false }: { anyOrder?: boolean } = {},
): string[] {
  const left = [...wanted];
  const unknown: ScriptedCall[] = [];
  for (const call of sent) {
    const at = left.findIndex(each => same(each, call));
    if (at >= 0) left.splice(at, 1);
    else unknown.push(call);
  }
  const lines = unknown.flatMap(call => {
    // the same operation with another input is a change, not one call more and one less
    const at = left.findIndex(each => each.call === call.call);
    if (at < 0) return [`sent, and not in the script: ${shownCall(call)}`];
    const [before] = left.splice(at, 1);
    return changes(before!.input, call.input, call.call);
  });
  lines.push(...left.map(call => `in the script, and not sent: ${shownCall(call)}`));
  const turned = sent.findIndex((call, index) => !same(call, wanted[index]));
  if (lines.length === 0 && !anyOrder && turned >= 0)
    lines.push(`in another order: ${shownCall(sent[turned]!)} where the script has ${shownCall(wanted[turned]!)}`);
  return lines;
}

/** `dsql CreateCluster us-east-1: tags.Name was "bank", is absent` */
function changes(before: unknown, now: unknown, path: string, separator = ': '): string[] {
  if (same(before, now)) return [];
  if (!isObject(before) || !isObject(now)) return [`${path} was ${shown(before)}, is ${shown(now)}`];
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].flatMap(name => changes(before[name], now[name], `${path}${separator}${name}`, '.'));
}

const shownCall = ({ call, input }: ScriptedCall): string => `${call} ${JSON.stringify(input)}`;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const shown = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));
