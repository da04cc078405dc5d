import type {
  Action,
  ActionOutcome,
  Check,
  CheckOutcome,
  Step,
  StepResult,
  StepStatus,
} from '../../core/chapters/contract';
import type { ActionView, CheckView, ResultView, StepView } from '../../protocol/chapter-view';
import { renderProse } from '../webviews/prose';
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
  'heat-map': 'Heat map',
  'conflict-map': 'Heat map',
  'compare-plans': 'Compare',
  measure: 'Measure',
};

/** What is known of a step in this window. */
export interface StepRecord {
  status: StepStatus;
  actions: readonly ActionOutcome[];
  checks: readonly CheckOutcome[];
  durationMs?: number;
}

export interface StepViewContext {
  /** Calls a second of the stress runs of this window, by the run's name. */
  history: (runName: string) => number[];
}

/** A step with what is known of it, ready for drawing. */
export function stepView(step: Step, record: StepRecord | undefined, context: StepViewContext): StepView {
  return {
    id: step.id,
    title: step.title,
    bodyHtml: renderProse(step.body),
    status: record?.status ?? 'pending',
    ...(record?.durationMs !== undefined && { durationMs: record.durationMs }),
    actions: (record?.actions ?? []).map(outcome => actionView(outcome, context)),
    checks: step.checks.map(check =>
      checkView(
        check,
        record?.checks.find(outcome => outcome.check === check),
      ),
    ),
    canReset: step.undo.length > 0,
  };
}

function checkView(check: Check, outcome: CheckOutcome | undefined): CheckView {
  if (!outcome) return { describe: check.describe, expected: '', actual: '' };
  return { describe: check.describe, held: outcome.held, expected: outcome.expected, actual: outcome.actual };
}

function actionView(outcome: ActionOutcome, context: StepViewContext): ActionView {
  const { action, ok, durationMs, error } = outcome;
  const errorText = error !== undefined && outcome.result.type === 'text';
  return {
    kind: KINDS[action.type],
    title: outcome.title,
    ok,
    durationMs,
    result: errorText ? { type: 'text', text: '' } : resultView(outcome.result, context),
    ...(error && { error }),
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
