/**
 * The contract between the chapter view (`webview/chapter`) and its host. Everything is plain data, made ready for drawing on the host;
 * events are complete snapshots, because messages to a hidden view are lost.
 */
import type { JobTimelineView } from './job-timeline';
import type { TimelineView } from './sessions-view';
import type { PlanComparisonView } from './plan-view';

/** What the view keeps with `setState`, so that a panel comes back after a restart of the window. */
export interface ChapterViewMemory {
  slug: string;
  scrollTop: number;
}

/** A way to something larger: the results view, the plan viewer, the stress run. */
export type FullView = 'table' | 'plan' | 'stress';

/**
 * Everything the chapter's page draws. Complete in itself: the host sends it whole after every change, and the view keeps nothing of the one before.
 */
export interface ChapterViewState {
  slug: string;
  /** The number in the folder's name. */
  number: number;
  title: string;
  summary: string;
  /** HTML made of the chapter's Markdown; raw HTML in it was escaped. */
  introductionHtml: string;
  steps: StepView[];
  /** The run under way, or nothing. Only one runs at a time in a window. */
  run?: RunView;
  target: TargetView;
  previous?: ChapterLink;
  next?: ChapterLink;
  /** Shown above the steps: why the last request could not be done. */
  notice?: NoticeView;
  /** The checks are being verified. */
  checking: boolean;
  /** An unsaved text of the chapter is shown. */
  draft: boolean;
  /** The step to scroll to and focus; asked for once. */
  reveal?: string;
}

export interface ChapterLink {
  slug: string;
  number: number;
  title: string;
}

/** Where the chapter runs. `state` is that of the local cluster's process; a target in AWS is always `running`. */
export interface TargetView {
  kind: 'local' | 'aws';
  label: string;
  state: 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';
  /** Endpoint and port while it runs. */
  detail?: string;
  scale: 'laptop' | 'full';
  /** What running there is billed for; nothing where it is free. */
  cost?: string;
}

export interface NoticeView {
  severity: 'error' | 'info';
  message: string;
  nextStep?: string;
}

export type StepViewStatus = 'pending' | 'running' | 'done' | 'failed' | 'skipped';

export interface StepView {
  /** Stable id, unique in the chapter. */
  id: string;
  title: string;
  bodyHtml: string;
  status: StepViewStatus;
  /** Why it has this status, where that is not plain; a sentence. */
  note?: string;
  /** Of its last run. */
  durationMs?: number;
  actions: ActionView[];
  checks: CheckView[];
  /** False when the step has nothing to undo, or was not run. */
  canReset: boolean;
  /** Nothing to run and nothing to check. */
  prose: boolean;
  /** It deploys code of the learner's own, which can be opened, compared and replaced. */
  code?: boolean;
}

/** One action that was run, as a line that opens; its result is already cut to what a page can hold. */
export interface ActionView {
  /** `SQL`, `Deploy`, … */
  kind: string;
  /** One line that tells the action from its siblings. */
  title: string;
  ok: boolean;
  durationMs: number;
  result: ResultView;
  error?: ErrorView;
  /** A statement that was refused, as the chapter says: the refusal is what there is to see. */
  refused?: boolean;
  /** The view of its own that the result has. */
  full?: FullView;
  /** The block of the prose that made it, by its `data-block`; without one it stands below the prose. */
  block?: number;
}

export interface ErrorView {
  message: string;
  sqlstate?: string;
  detail?: string;
  hint?: string;
  nextStep?: string;
  /** The end of the function's log. */
  log?: string;
}

/** Values from the database are text and are shown as text, whatever they hold. */
export type ResultView =
  | { type: 'jobs'; jobs: JobTimelineView[] }
  | { type: 'table'; columns: string[]; numeric: boolean[]; rows: (string | null)[][]; tag: string; truncated: boolean }
  | { type: 'plan'; title: string; text: string }
  | { type: 'json'; title: string; text: string }
  | { type: 'text'; text: string }
  /** Transactions stepped line by line; `script` and `order` are what Two Sessions opens. */
  | {
      type: 'interleaving';
      title: string;
      timeline: TimelineView;
      verdict: string;
      held: boolean;
      script: string;
      order: string;
    }
  | { type: 'stress'; stress: StressView }
  /** Runs side by side, in the order given. */
  | { type: 'stress-comparison'; runs: StressView[] }
  | { type: 'heat-map'; map: HeatMapView }
  | { type: 'plan-comparison'; comparison: PlanComparisonResultView };

/** Counts over two names as rows of cells, `values[row][column]`; a map of one row has an empty row name. */
export interface HeatMapView {
  title: string;
  /** What rows, columns and cells are: `moment`, `key range`, `rows written`. */
  rowName: string;
  columnName: string;
  valueName: string;
  rows: string[];
  columns: string[];
  values: number[][];
}

/** Two plans of one statement side by side; figures ready for reading. */
export interface PlanComparisonResultView extends Pick<PlanComparisonView, 'verdict' | 'better' | 'facts'> {
  before: NamedPlanText;
  after: NamedPlanText;
}

/** One line of a step's table of checks: what was expected and what was found, as text. */
export interface CheckView {
  describe: string;
  /** Nothing until the check has run. */
  held?: boolean;
  /** The step was not done, or a later one has changed what it made: not holding is nothing to worry about. */
  calm?: boolean;
  expected: string;
  actual: string;
  /** What to do, where it did not hold and that is not plain. */
  nextStep?: string;
}

/** The figures of a stress run, while it goes on or at its end. */
export interface StressView {
  name: string;
  status: 'running' | 'completed' | 'cancelled' | 'timed-out' | 'failed' | 'aborted' | 'unreachable';
  calls: number;
  succeeded: number;
  failed: number;
  inFlight: number;
  elapsedMs: number;
  /** Succeeded calls a second, over the whole run or in the last second while it goes on. */
  callsPerSecond: number;
  retries: number;
  maxRetries: number;
  callsWithRetries: number;
  /** Client end-to-end latency in milliseconds. */
  latency: PercentilesView;
  errors: { class: string; label: string; count: number }[];
  /** Only at the end. */
  money?: { conserved: boolean; before: string; after: string };
  /** Calls a second so far, one value a second, oldest first; at most 120. */
  history: number[];
  failure?: string;
  /** Only at the end: what the run comes to on AWS, estimated. */
  cost?: [name: string, text: string];
}

/** Latency in milliseconds. */
export interface PercentilesView {
  min: number;
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

/** What goes on right now. */
export interface RunView {
  /** `run`: actions and checks; `reset`: undo. */
  activity: 'run' | 'reset';
  stepId?: string;
  text: string;
  /** 0..1 where known. */
  fraction?: number;
  stress?: StressView;
  /** Jobs that are waited for. */
  jobs?: JobTimelineView[];
  cancelling: boolean;
}

export interface NamedPlanText {
  title: string;
  text: string;
}

/** Open at the place, compare with the solution, apply it, put one's own back. */
export type StepCodeRequest = 'open' | 'diff' | 'apply' | 'undo';

/** What the view may ask of the host. */
export interface ChapterHostSide {
  requests: {
    /** The whole state; the view's first call. */
    load: (params: Record<string, never>) => ChapterViewState;
    runStep: (params: { stepId: string }) => void;
    runAll: (params: Record<string, never>) => void;
    resetStep: (params: { stepId: string }) => void;
    resetChapter: (params: Record<string, never>) => void;
    skipStep: (params: { stepId: string; skipped: boolean }) => void;
    /** Verifies the checks now. */
    check: (params: Record<string, never>) => void;
    /** Opens the result of a step's action in a view of its own. `action`: its place in the step's actions. */
    openResult: (params: { stepId: string; action: number }) => void;
    /** Asks the user where chapters run. */
    chooseTarget: (params: Record<string, never>) => void;
    /** Opens the IAM policy that running the chapter in AWS needs. */
    showPolicy: (params: Record<string, never>) => void;
    cancel: (params: Record<string, never>) => void;
    /** Shows another chapter in the same panel. */
    openChapter: (params: { slug: string }) => void;
    startCluster: (params: Record<string, never>) => void;
    copy: (params: { text: string }) => void;
    /** Opens two plans in the plan viewer, compared. */
    openPlanComparison: (params: { before: NamedPlanText; after: NamedPlanText }) => void;
    /** Opens a session script in Two Sessions, with this order chosen. */
    openSessions: (params: { script: string; order: string }) => void;
    /** What is done with a step's code in the learner's folder. */
    stepCode: (params: { stepId: string; what: StepCodeRequest }) => void;
    showLog: (params: Record<string, never>) => void;
  };
  events: {
    /** The whole state, after each change. */
    state: ChapterViewState;
    /** The run under way alone, several times a second; `state` follows at its end. */
    progress: RunView;
  };
}

/** What the host may ask of the view: nothing yet; the view is drawn from events. */
export interface ChapterViewSide {
  requests: Record<never, never>;
  events: Record<never, never>;
}
