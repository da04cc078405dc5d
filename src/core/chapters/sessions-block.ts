import type { CodedError } from '../../base/errors';
import { orderOf, playOrder } from '../sessions/play';
import { judgeOne } from '../sessions/judge';
import { readExpectation } from '../sessions/expectation';
import { readSessionScript } from '../sessions/read-script';
import { ScriptReader } from '../sessions/script-reader';
import type { Interleaving } from '../sessions/contract';
import type { Expectation, SessionScript } from '../sessions/script';
import type { Action, Check, CheckOutcome, StepResult } from './contract';
import { asExpected, malformed, type ChapterPosition } from './errors';
import type { InfoString } from './info-string';
import { notKept } from './outcome-error';
import type { Stage } from './stage';

type SessionsAction = Extract<Action, { type: 'sessions' }>;
type SessionsCheck = Extract<Check, { type: 'sessions' }>;

/** A ```` ```sessions run name=… [order=…] ```` block: the script itself. */
export function inlineSessions(info: InfoString, text: string, at: ChapterPosition): SessionsAction {
  const name = info.options.get('name');
  if (!name) throw malformed(at, 'the sessions block has no name', 'name=<name>, under which checks find the run');
  const order = info.options.get('order');
  try {
    orderOf(readSessionScript(text), order);
  } catch (error) {
    throw malformed(at, (error as Error).message, asExpected(error as CodedError, 'a session script'));
  }
  return { type: 'sessions', name, source: { text }, ...(order !== undefined && { order }), line: at.line };
}

/** The expectation of a check, `b4 error 40001 OC000`. */
export function expectationOf(text: string, at: ChapterPosition): Expectation {
  try {
    return readExpectation(new ScriptReader(text));
  } catch (error) {
    throw malformed(at, (error as Error).message, asExpected(error as CodedError, 'an expectation'));
  }
}

/** Plays an order of a script and remembers what came of it. */
export async function runSessions(action: SessionsAction, stage: Stage): Promise<StepResult> {
  const { ports, memory, signal, progress, directory } = stage;
  const { text, script } = await scriptOf(action, stage, directory);
  const order = orderOf(script, action.order);
  const total = order.groups.flat().length;
  let done = 0;
  const onLine = ({ session, sql }: { session: string; sql: string }): void =>
    progress({ text: `${session}: ${sql.replace(/\s+/g, ' ')}`, fraction: ++done / total });
  const interleaving = await playOrder(script, order, { open: () => ports.sessions.open(), onLine }, signal);
  memory.answers.set(action.name, interleaving);
  return { type: 'interleaving', interleaving, script: text };
}

async function scriptOf(
  action: SessionsAction,
  { ports }: Stage,
  directory: string,
): Promise<{ text: string; script: SessionScript }> {
  const text =
    'text' in action.source ? action.source.text : await ports.sessions.load(action.source.script, directory);
  return { text, script: readSessionScript(text) };
}

/** Holds one answer of a run to what was expected; without an expectation, everything that the script expects. */
export function verifySessions(check: SessionsCheck, answer: unknown): Omit<CheckOutcome, 'check'> {
  if (!isInterleaving(answer)) return notKept(check.describe, 'not played in this session');
  if (check.expect) return judgeOne(check.expect, answer.lines);
  const unmet = answer.expectations.filter(({ held }) => !held);
  return {
    held: unmet.length === 0,
    expected: answer.expectations.map(({ expected }) => expected).join('; '),
    actual:
      unmet.length === 0 ? 'as expected' : unmet.map(({ expected, actual }) => `${expected}: ${actual}`).join('; '),
  };
}

function isInterleaving(value: unknown): value is Interleaving {
  const { lines, expectations } = (value ?? {}) as Partial<Interleaving>;
  return Array.isArray(lines) && Array.isArray(expectations);
}
