import type { ScriptLineView, SessionColumnView, SessionsViewState, VerdictView } from '../../protocol/sessions-view';
import { showAnswer } from './judge';
import type { ScriptStep } from './script';
import type { SessionStage } from './stage';
import { rowTexts, timelineOf } from './timeline';
import { verdictOf } from './verdict';

/** What the view draws of a stage. */
export type StageView = Pick<
  SessionsViewState,
  | 'title'
  | 'summary'
  | 'postgres'
  | 'phase'
  | 'columns'
  | 'orders'
  | 'order'
  | 'nextStep'
  | 'initial'
  | 'timeline'
  | 'verdict'
  | 'announcement'
>;

/** What the view of Two Sessions draws, made anew of the stage each time; connection and file are added by the host. */
export function stageView(stage: SessionStage): StageView {
  const { script, order, nextGroup, initial, lines } = stage;
  const { title, summary, postgres } = script;
  const verdict = verdictView(stage);
  return {
    title: title || 'Two sessions',
    summary,
    postgres,
    phase: stage.phase,
    columns: script.sessions.map(({ name, steps }) => column(stage, name, steps)),
    orders: script.orders.map(({ name, groups }) => ({
      name,
      steps: groups.map(group => (group.length > 1 ? `(${group.join(' ')})` : group.join(''))).join(' '),
    })),
    order: order.name,
    ...(nextGroup.length > 0 && { nextStep: nextGroup.join(' ') }),
    ...(initial && { initial: initial.error === undefined ? rowTexts(initial.rows) : [initial.error] }),
    timeline: timelineOf(
      script.sessions.map(({ name }) => name),
      lines,
      initial,
    ),
    ...(verdict && { verdict }),
    announcement: announcementOf(stage, verdict),
  };
}

function column(stage: SessionStage, name: string, steps: readonly ScriptStep[]): SessionColumnView {
  const next = stage.nextOf(name);
  const transaction = stage.transaction(name);
  const words = { idle: 'no transaction', open: 'transaction open', failed: 'transaction failed, to be rolled back' };
  return {
    name,
    transaction,
    status:
      transaction === 'open' && stage.hasSnapshot(name) ? 'transaction open, with its snapshot' : words[transaction],
    lines: steps.map(({ name: step, sql }): ScriptLineView => {
      const outcome = stage.lines.findLast(line => line.step === step);
      if (stage.running.includes(step)) return { step, sql, state: 'running' };
      if (outcome)
        return { step, sql, state: outcome.answer.error ? 'failed' : 'done', answer: showAnswer(outcome.answer) };
      return { step, sql, state: step === next ? 'next' : 'waiting' };
    }),
  };
}

/** The author's words where the order is over and went as expected; else what the answers alone say. */
function verdictView(stage: SessionStage): VerdictView | undefined {
  if (stage.lines.length === 0) return undefined;
  const { result } = stage;
  if (!result) return stage.nextGroup.length > 0 ? undefined : { text: verdictOf(stage.lines), unmet: [] };
  return {
    text: result.verdict,
    ...(result.expectations.length > 0 && { held: result.held }),
    unmet: result.expectations.filter(({ held }) => !held).map(({ expected, actual }) => ({ expected, actual })),
  };
}

function announcementOf(stage: SessionStage, verdict: VerdictView | undefined): string {
  const last = stage.lines.at(-1);
  if (!last) return stage.phase === 'starting' ? 'Setting up' : '';
  const text = `${last.session}: ${last.sql}. ${showAnswer(last.answer)}.`;
  return verdict ? `${text} ${verdict.text}` : text;
}
