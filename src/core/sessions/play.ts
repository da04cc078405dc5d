import type { Interleaving, LineOutcome } from './contract';
import { unknownOrder } from './errors';
import { Interleaver, type InterleaverOptions } from './interleaver';
import { judge } from './judge';
import type { ScriptOrder, SessionScript } from './script';

/** The order of that name, or of that number from 1; the first when none is asked for. @throws CodedError `SESSION_ORDER_UNKNOWN` */
export function orderOf(script: SessionScript, name?: string): ScriptOrder {
  const [first] = script.orders;
  const found =
    name === undefined ? first : (script.orders.find(order => order.name === name) ?? script.orders[Number(name) - 1]);
  if (!found)
    throw unknownOrder(
      name ?? '',
      script.orders.map(order => order.name),
    );
  return found;
}

/** Sets up, runs an order from its first line to its last, removes what was set up, and judges. Leaves no connection, whatever happens. */
export async function playOrder(
  script: SessionScript,
  order: ScriptOrder,
  options: InterleaverOptions & { onLine?: (line: LineOutcome) => void },
  signal: AbortSignal,
): Promise<Interleaving> {
  const interleaver = new Interleaver(script, options);
  let played: Interleaving;
  try {
    await interleaver.start(signal);
    for (const group of order.groups) for (const line of await interleaver.run(group, signal)) options.onLine?.(line);
    played = judge(script, order, interleaver.lines, interleaver.lines.at(-1)?.committed);
  } catch (error) {
    await interleaver.close().catch(() => undefined);
    throw error;
  }
  await interleaver.close();
  return played;
}
