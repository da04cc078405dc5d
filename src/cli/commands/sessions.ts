import { orderOf, playOrder } from '../../core/sessions/play';
import type { ScriptOrder, SessionScript } from '../../core/sessions/script';
import { unknownScriptStep } from '../../core/sessions/errors';
import { stepsOf } from '../../core/sessions/script';
import { loadSessionPresets, loadSessionScript } from '../../node/sessions/load';
import { targetSessions } from '../../node/sessions/target-sessions';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { Interrupt } from '../interrupt';
import { interleavingLines } from '../terminal/interleaving-text';
import { textTable } from '../terminal/text-table';

export interface SessionsOptions {
  /** Name or number of an order of the script, or names of lines, separated by commas; every order when undefined. */
  order?: string;
  json?: boolean;
}

/** `sessions FILE`: plays a session script's orders. Ends with 1 when an answer is not the expected one. */
export async function sessions(
  name: string,
  openTarget: OpenTarget,
  options: SessionsOptions,
  console: Console,
): Promise<ExitCode> {
  const { script } = loadSessionScript(name, process.cwd());
  const orders = ordersOf(script, options.order);
  const open = targetSessions(await openTarget());
  const interrupt = new Interrupt();
  let held = true;
  try {
    for (const [at, order] of orders.entries()) {
      const run = await playOrder(script, order, { open }, interrupt.signal);
      held &&= run.held;
      if (options.json) console.stdout.write(`${JSON.stringify(run)}\n`);
      else console.stdout.write(`${at > 0 ? '\n' : ''}${interleavingLines(run, console.style).join('\n')}\n`);
    }
  } finally {
    interrupt.dispose();
  }
  return held ? EXIT.ok : EXIT.failed;
}

/** `sessions` alone: what there is to play. */
export function listSessions({ json }: SessionsOptions, console: Console): ExitCode {
  const presets = loadSessionPresets();
  if (json)
    for (const { id, script } of presets)
      console.stdout.write(
        `${JSON.stringify({ id, title: script.title, orders: script.orders.map(order => order.name) })}\n`,
      );
  else
    console.stdout.write(
      `${textTable(
        ['script', 'title', 'orders'],
        presets.map(({ id, script }) => [id, script.title, script.orders.map(order => order.name).join('; ')]),
      ).join('\n')}\n`,
    );
  return EXIT.ok;
}

function ordersOf(script: SessionScript, wanted: string | undefined): ScriptOrder[] {
  if (wanted === undefined) return script.orders;
  const known = stepsOf(script);
  if (!wanted.includes(',')) return [orderOf(script, wanted)];
  const names = wanted.split(',').map(name => name.trim());
  const unknown = names.find(name => !known.has(name));
  if (unknown !== undefined) throw unknownScriptStep(unknown, [...known.keys()]);
  return [{ name: names.join(' '), groups: names.map(name => [name]), expectations: [], line: 1 }];
}
