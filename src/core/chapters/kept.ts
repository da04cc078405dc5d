import type { RunResult } from '../stress/contract';
import type { ActionOutcome, CheckOutcome, Step, StepResult, StepStatus } from './contract';
import type { MemorySnapshot } from './memory';
import type { StepFacts } from './standing';

/** A step as it is kept over a restart. `definition` tells whether the chapter's text has changed meanwhile. */
export interface KeptStep extends StepFacts {
  definition: string;
  durationMs?: number;
  interrupted?: boolean;
  actions: (Omit<ActionOutcome, 'action'> & { index: number })[];
  checks: (Omit<CheckOutcome, 'check'> & { index: number })[];
}

/** What is known of one chapter on one cluster. */
export interface KeptChapter {
  memory: MemorySnapshot;
  /** Calls a second of the chapter's stress runs, by name. */
  histories: Record<string, number[]>;
  steps: Record<string, KeptStep>;
}

/** What is known of all chapters on one cluster. */
export interface KeptProgress {
  version: 1;
  clusterId: string;
  chapters: Record<string, KeptChapter>;
}

/** What is known of a step while the program runs. */
export interface StepKnowledge extends StepFacts {
  durationMs?: number;
  /** Its last run ended before its end: it was cancelled, or the program ended. What it left is undone before it runs again. */
  interrupted?: boolean;
  actions: readonly ActionOutcome[];
  checks: readonly CheckOutcome[];
}

/** A single result or answer that is larger is not kept; characters of JSON. */
const MAX_PART = 1_000_000;
const MAX_STEPS = 500;

/**
 * The part of what is known of a step that is worth keeping: a run under way is kept as one that was interrupted, for whoever reads it did not
 * see its end. Results that are too large are left out.
 */
export function keepStep(step: Step, known: StepKnowledge): KeptStep {
  const { status, wasDone, doneAt, seenOpen, durationMs } = known;
  return {
    status: status === 'running' ? 'pending' : status,
    wasDone,
    doneAt,
    seenOpen,
    definition: definitionOf(step),
    ...(durationMs !== undefined && { durationMs }),
    ...((status === 'running' || known.interrupted === true) && { interrupted: true }),
    actions: known.actions.flatMap(({ action, ...outcome }) => {
      const index = step.actions.findIndex(each => each === action);
      return index < 0 ? [] : [{ ...outcome, index, result: keepResult(action.type, outcome.result) }];
    }),
    checks: known.checks.flatMap(({ check, ...outcome }) => {
      const index = step.checks.findIndex(each => each === check);
      return index < 0 ? [] : [{ ...outcome, index }];
    }),
  };
}

/** The step's knowledge again; results of a step whose text has changed are let go, that it was done is not. */
export function recallStep(step: Step, kept: KeptStep): StepKnowledge {
  const { status, wasDone, doneAt, seenOpen, durationMs } = kept;
  const facts = { status, wasDone, doneAt, seenOpen, ...(kept.interrupted === true && { interrupted: true }) };
  if (kept.definition !== definitionOf(step)) return { ...facts, actions: [], checks: [] };
  return {
    ...facts,
    ...(durationMs !== undefined && { durationMs }),
    actions: kept.actions.flatMap(({ index, ...outcome }) => {
      const action = step.actions[index];
      return action ? [{ ...outcome, action }] : [];
    }),
    checks: kept.checks.flatMap(({ index, ...outcome }) => {
      const check = step.checks[index];
      return check ? [{ ...outcome, check }] : [];
    }),
  };
}

/** What fits of a memory into what is kept across restarts. */
export function keepMemory({ plans, answers, runs, variables = {} }: MemorySnapshot): MemorySnapshot {
  return {
    variables: fitting(variables),
    plans: fitting(plans),
    answers: fitting(answers),
    runs: fitting(Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, slim(run)]))),
  };
}

/** Reads what was kept; undefined when the text is not of this form. Parts that are not are left out. */
export function readKept(text: string): KeptProgress | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.version !== 1 || typeof value.clusterId !== 'string') return undefined;
  const chapters: Record<string, KeptChapter> = {};
  for (const [slug, chapter] of Object.entries(isRecord(value.chapters) ? value.chapters : {})) {
    if (!isRecord(chapter)) continue;
    const memory = isRecord(chapter.memory) ? chapter.memory : {};
    chapters[slug] = {
      memory: {
        plans: only(memory.plans, isText),
        answers: only(memory.answers, (answer): answer is unknown => answer !== undefined),
        runs: only(memory.runs, isRun),
        variables: only(memory.variables, isText),
      },
      histories: only(chapter.histories, isNumbers),
      steps: only(chapter.steps, isStep),
    };
  }
  return { version: 1, clusterId: value.clusterId, chapters };
}

const STATUSES: readonly StepStatus[] = ['pending', 'done', 'failed', 'skipped'];
const RESULTS: Readonly<Record<string, (result: Record<string, unknown>) => boolean>> = {
  table: ({ columns, rows }) => Array.isArray(columns) && Array.isArray(rows) && rows.every(Array.isArray),
  plan: ({ text, title }) => typeof text === 'string' && typeof title === 'string',
  json: ({ title }) => typeof title === 'string',
  text: ({ text }) => typeof text === 'string',
  stress: ({ result }) => isRun(result),
  interleaving: ({ interleaving, script }) =>
    typeof script === 'string' &&
    isRecord(interleaving) &&
    Array.isArray(interleaving.sessions) &&
    Array.isArray(interleaving.lines) &&
    interleaving.lines.every(line => isRecord(line) && isRecord(line.answer)),
  'stress-comparison': ({ results }) => Array.isArray(results) && results.every(isRun),
};

function isStep(value: unknown): value is KeptStep {
  if (!isRecord(value)) return false;
  const { status, wasDone, doneAt, seenOpen, definition, actions, checks, durationMs } = value;
  return (
    STATUSES.some(known => known === status) &&
    typeof wasDone === 'boolean' &&
    typeof doneAt === 'number' &&
    typeof seenOpen === 'boolean' &&
    typeof definition === 'string' &&
    (durationMs === undefined || typeof durationMs === 'number') &&
    Array.isArray(actions) &&
    actions.every(isAction) &&
    Array.isArray(checks) &&
    checks.every(isCheck)
  );
}

function isAction(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.result)) return false;
  const { index, title, ok, durationMs, result, error } = value;
  const fits = RESULTS[String(result.type)] ?? (() => true);
  return (
    typeof index === 'number' &&
    typeof title === 'string' &&
    typeof ok === 'boolean' &&
    typeof durationMs === 'number' &&
    fits(result) &&
    (error === undefined || (isRecord(error) && typeof error.message === 'string'))
  );
}

const isCheck = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value.index === 'number' &&
  typeof value.held === 'boolean' &&
  typeof value.expected === 'string' &&
  typeof value.actual === 'string';

const isText = (value: unknown): value is string => typeof value === 'string';

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(each => typeof each === 'number');

const isRun = (value: unknown): value is RunResult =>
  isRecord(value) &&
  isRecord(value.plan) &&
  typeof value.plan.name === 'string' &&
  isRecord(value.latency) &&
  isRecord(value.errors) &&
  isRecord(value.before) &&
  isRecord(value.after) &&
  typeof value.succeeded === 'number';

function only<T>(value: unknown, fits: (each: unknown) => each is T): Record<string, T> {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).slice(0, MAX_STEPS);
  return Object.fromEntries(entries.filter((entry): entry is [string, T] => fits(entry[1])));
}

/** Tokens are never kept, not even their readable parts. */
function keepResult(action: string, result: StepResult): StepResult {
  if (action === 'token') return { type: 'text', text: '(a token is not kept: run the step again to see one)' };
  const slimmed =
    result.type === 'stress'
      ? { ...result, result: slim(result.result) }
      : result.type === 'stress-comparison'
        ? { ...result, results: result.results.map(slim) }
        : result;
  return size(slimmed) <= MAX_PART ? slimmed : { type: 'text', text: '(too large to be kept: run the step again)' };
}

/** A run without its curves, where they are large. */
function slim(run: RunResult): RunResult {
  if (size(run) <= MAX_PART / 4) return run;
  const figures = { ...run };
  for (const curve of ['series', 'distribution', 'balanceSamples', 'ledger'] as const) delete figures[curve];
  return figures;
}

const fitting = <T>(parts: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => size(part) <= MAX_PART));

const size = (value: unknown): number => JSON.stringify(value)?.length ?? 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Actions and checks without their places: text above a step may grow. FNV-1a of the JSON. */
function definitionOf({ actions, checks, undo }: Step): string {
  const text = JSON.stringify([actions, checks, undo], (key, value: unknown) => (key === 'line' ? undefined : value));
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return `${text.length}-${hash.toString(16)}`;
}
