import type { LineOutcome } from '../../src/core/sessions/contract';
import { judge } from '../../src/core/sessions/judge';
import { timelineOf } from '../../src/core/sessions/timeline';
import { loadSessionPresets } from '../../src/node/sessions/load';
import type { ScriptLineView, SessionsViewState } from '../../src/protocol/sessions-view';
import { beforeLostUpdate, lostUpdate } from '../support/interleavings';

export const HOSTILE = '<img src=x onerror="document.title=`owned`">';
const { script } = loadSessionPresets()[0]!;

/** The view after so many lines of the first order. */
export function stateAfter(count: number, changes: Partial<SessionsViewState> = {}): SessionsViewState {
  const lines: LineOutcome[] = lostUpdate.slice(0, count);
  const order = script.orders[0]!;
  const over = count === lostUpdate.length;
  const { verdict } = judge(script, order, lines, undefined);
  const next = order.groups[count]?.[0];
  return {
    source: { kind: 'preset', id: '01-lost-update' },
    title: script.title,
    summary: script.summary,
    postgres: script.postgres,
    profileId: 'local',
    connection: 'Local cluster',
    phase: over ? 'finished' : count === 0 ? 'ready' : 'paused',
    columns: script.sessions.map(({ name, steps }) => ({
      name,
      transaction: 'open',
      status: 'transaction open, with its snapshot',
      lines: steps.map(({ name: step, sql }): ScriptLineView => {
        const ran = lines.find(line => line.step === step);
        if (!ran) return { step, sql, state: 'waiting' };
        return {
          step,
          sql,
          state: ran.answer.error ? 'failed' : 'done',
          answer: ran.answer.error?.message ?? ran.answer.tag,
        };
      }),
    })),
    orders: script.orders.map(({ name, groups }) => ({ name, steps: groups.flat().join(' ') })),
    order: order.name,
    ...(next !== undefined && { nextStep: next }),
    initial: ['1 | 100'],
    timeline: timelineOf(['A', 'B'], lines, beforeLostUpdate),
    ...(over && { verdict: { text: verdict, held: true, unmet: [] } }),
    announcement: lines.at(-1)?.sql ?? '',
    ...changes,
  };
}
