import * as vscode from 'vscode';
import type { Action, ActionOutcome, Check, CheckOutcome, Step, StepResult } from '../../core/chapters/contract';
import { adviceOf, provesState, type StandingNote } from '../../core/chapters/standing';
import { interleavingView } from '../sessions/interleaving-view';
import { STARTER_FUNCTIONS } from '../../core/workspace/solution';
import { codeOf } from '../../core/chapters/step-code';
import type { ActionView, CheckView, FullView, ResultView, StepView } from '../../protocol/chapter-view';
import { renderBlocks } from '../webviews/prose';
import { canReset, isInterrupted, type StepRecord } from './step-records';
import { finishedStressView } from './stress-view';

/** Rows of one result that go to the view. */
const MAX_ROWS = 500;
/** Characters of one text that go to the view. */
const MAX_TEXT = 200_000;

const KINDS: Readonly<Record<Action['type'], string>> = {
  sql: 'SQL',
  explain: 'Explain',
  deploy: 'Deploy',
  'remove-function': 'Remove',
  token: 'Token',
  'compare-runs': 'Compare',
  invoke: 'Invoke',
  'load-accounts': 'Load',
  'wait-for-jobs': 'Wait',
  stress: 'Stress',
  sessions: 'Sessions',
  'heat-map': 'Heat map',
  'conflict-map': 'Heat map',
  'compare-plans': 'Compare',
  measure: 'Measure',
};

export interface StepViewContext {
  /** Calls a second of the stress runs of this window, by the run's name. */
  history: (runName: string) => number[];
  /** The title of an earlier step that is not done. */
  openBefore?: string;
  /** The checks are being verified. */
  checking: boolean;
  /** Another window runs chapters on the cluster: what looks interrupted may be under way there. */
  runsElsewhere: boolean;
  /** Results that have a view of their own. */
  fullView: (result: StepResult) => FullView | undefined;
}

/** A step with what is known of it, ready for drawing. */
export function stepView(step: Step, record: StepRecord, context: StepViewContext): StepView {
  const { status } = record;
  const note = noteOf(record, context);
  const calm = status === 'pending' || status === 'skipped' || record.note === 'built-over';
  const { html, blocks } = renderBlocks(step.body, step.bodyLine);
  return {
    id: step.id,
    title: step.title,
    bodyHtml: html,
    status,
    ...(note && { note }),
    ...(record.durationMs !== undefined && record.actions.length > 0 && { durationMs: record.durationMs }),
    actions: record.actions.map(outcome => actionView(outcome, blocks, context)),
    checks: step.checks.map(check =>
      checkView(
        check,
        record.checks.find(outcome => outcome.check === check),
        calm && record.note !== 'lapsed',
        record.note,
      ),
    ),
    canReset: canReset(step, record),
    prose: step.actions.length === 0 && step.checks.length === 0,
    ...(codeOf(step, STARTER_FUNCTIONS) && { code: true }),
  };
}

/** Why a step has its status, where its word alone would mislead. */
function noteOf(record: StepRecord, { checking, openBefore, runsElsewhere }: StepViewContext): string | undefined {
  const { status, note, verified, wasDone } = record;
  if (status === 'failed' && openBefore !== undefined)
    return vscode.l10n.t('what it needs may be missing: “{0}”, which comes before it, is not done', openBefore);
  if (wasDone && !verified && status !== 'running' && status !== 'skipped')
    return checking ? vscode.l10n.t('done earlier, checking…') : vscode.l10n.t('done earlier, not checked yet');
  if (isInterrupted(record) && !runsElsewhere) return vscode.l10n.t('interrupted before its end: run it again');
  switch (note) {
    case 'built-over':
      return vscode.l10n.t('shown as it was then: a step that was run since has changed what it made');
    case 'lapsed':
      return vscode.l10n.t('was done, but its checks do not hold any more: run it again');
    case 'holds-already':
      return vscode.l10n.t('not run yet; its checks hold already');
    case undefined:
      return undefined;
  }
}

/** Of a step that was not run, what was kept of a run says nothing. */
function checkView(
  check: Check,
  outcome: CheckOutcome | undefined,
  calm: boolean,
  note: StandingNote | undefined,
): CheckView {
  const { describe } = check;
  if (!outcome || (calm && !outcome.held && !provesState(check))) return { describe, expected: '', actual: '' };
  const { held, expected, actual } = outcome;
  const nextStep = adviceOf(outcome, note);
  const next = !calm && nextStep !== undefined && { nextStep };
  return { describe, held, expected, actual, ...next, ...(calm && { calm }) };
}

/** `blocks`: where the prose has code, ascending; an action's line is that of its block or within it. */
function actionView(outcome: ActionOutcome, blocks: readonly number[], context: StepViewContext): ActionView {
  const { action, title, ok, durationMs, error } = outcome;
  const kind = KINDS[action.type];
  const block = blocks.findLast(line => line <= action.line);
  const full = ok ? context.fullView(outcome.result) : undefined;
  const refused = ok && action.type === 'sql' && action.expectError !== undefined;
  const errorText = error !== undefined && outcome.result.type === 'text';
  return {
    kind,
    // the kind stands before it
    title: title.startsWith(`${kind.toLowerCase()} `) ? title.slice(kind.length + 1) : title,
    ok,
    durationMs,
    result: errorText ? { type: 'text', text: '' } : resultView(outcome.result, context),
    ...(error && { error }),
    ...(refused && { refused }),
    ...(full && { full }),
    ...(block !== undefined && { block }),
  };
}

function resultView(result: StepResult, context: StepViewContext): ResultView {
  switch (result.type) {
    case 'table':
      return {
        ...result,
        rows: result.rows.slice(0, MAX_ROWS),
        truncated: result.truncated || result.rows.length > MAX_ROWS,
        numeric: result.columns.map((_, column) => isNumeric(result.rows, column)),
      };
    case 'plan':
      return { type: 'plan', title: result.title, text: cut(result.text) };
    case 'json':
      return { type: 'json', title: result.title, text: cut(JSON.stringify(result.value, null, 2) ?? 'undefined') };
    case 'jobs':
      return result;
    case 'interleaving':
      return interleavingView(result.interleaving, result.script);
    case 'text':
      return { type: 'text', text: cut(result.text) };
    case 'stress':
      return { type: 'stress', stress: finishedStressView(result.result, context.history(result.result.plan.name)) };
    case 'heat-map':
      return { type: 'heat-map', map: result.map };
    case 'plan-comparison': {
      const { type, ...comparison } = result;
      return { type, comparison };
    }
    case 'stress-comparison':
      return { type: 'stress-comparison', runs: result.results.map(run => finishedStressView(run, [])) };
  }
}

function isNumeric(rows: readonly (string | null)[][], column: number): boolean {
  const values = rows.map(row => row[column]).filter(value => value != null);
  return values.length > 0 && values.every(value => /^-?\d+(\.\d+)?$/.test(value));
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n…` : text;
}
