/**
 * The contract between the stress views (`webview/stress`: the side bar and the report panel) and their host. Plain data, made on the
 * host. Messages to a hidden view are lost, so `state` is complete, and a tick names where its points begin: a view that lacks some asks
 * for the state again.
 */

import type { FieldLimit, FormVerdict, NumberField, PresetView, StressForm } from './stress-form';

/** The most runs that are shown side by side. */
export const MAX_COMPARED = 6;

export interface TargetChoice {
  id: string;
  name: string;
  kind: 'local' | 'aws';
  /** One line: where it is, or that it starts on demand. */
  detail: string;
}

export interface PolicyChoice {
  id: string;
  name: string;
  description: string;
}

/** Points of a run over time, as columns of one length. `null`: no figure for that moment. */
export interface SeriesColumns {
  atMs: number[];
  succeeded: number[];
  failed: number[];
  conflicts: number[];
  retries: number[];
  inFlight: number[];
  target: (number | null)[];
  p50: (number | null)[];
  p90: (number | null)[];
  p99: (number | null)[];
  /** Sum of balances less that before the run, in units. */
  drift: (number | null)[];
}

export type SeriesName = keyof SeriesColumns;

/** The series a view has is good when its epoch is the same; points are appended from `from` on. */
export interface SeriesUpdate {
  epoch: number;
  from: number;
  columns: SeriesColumns;
}

/** One percentile: the client's end to end, the handler's own, and what lies between, in milliseconds. */
export interface LatencyRow {
  name: string;
  clientMs: number;
  /** Where the handler reports its own time. */
  handlerMs?: number;
  overheadMs?: number;
}

export interface CountRow {
  label: string;
  count: number;
  /** An example of what was counted. */
  detail?: string;
}

/** A threshold as it was written, and the figure it is held to with its unit. */
export interface ThresholdView {
  threshold: string;
  /** Nothing while there is no figure yet. */
  passed?: boolean;
  actual: string;
}

/** Good, to be looked at, or bad: never by colour alone, the text says it too. */
export type Tone = 'good' | 'warn' | 'bad' | 'neutral';

export interface VerdictView {
  tone: Tone;
  text: string;
  /** In two words, where there is room for no more. */
  short?: string;
}

/** The figures of a run at one moment, and at its end. */
export interface RunFigures {
  elapsedMs: number;
  started: number;
  succeeded: number;
  failed: number;
  inFlight: number;
  /** Ended in the last second; over the whole run once it has ended. */
  callsPerSecond: number;
  /** Attempts that met a conflict, whether retried or not. */
  conflicts: number;
  /** Open loop. */
  targetPerSecond?: number;
  dropped?: number;
  retries: number;
  maxRetries: number;
  callsWithRetries: number;
  exhausted?: number;
  warmupCalls?: number;
  /** Open loop: starts of the warm-up that were due while the limit in flight was reached; absent: none. */
  warmupDropped?: number;
  /** Empty while no call has ended. */
  latency: LatencyRow[];
  /** Mean of the client's latency in ms; absent while no call has ended. */
  meanMs?: number;
  errors: CountRow[];
  /** Accounts by the conflicts that calls met which touched them. */
  hotKeys: CountRow[];
  /** Calls by their number of retries. */
  retryCounts: CountRow[];
  thresholds: ThresholdView[];
  generator?: VerdictView;
  balance?: VerdictView;
  /** While no call gets through. */
  outage?: VerdictView;
  /** Only at the end: acknowledged transfers against the rows of `transactions`, and against the balances. */
  ledger?: VerdictView;
  moves?: VerdictView;
  /** Only at the end: how far latencies are not those of the transfers. */
  cautions?: string[];
  /** Only at the end: what the run comes to on AWS, estimated. */
  cost?: [name: string, text: string];
}

export type RunStatus = 'completed' | 'cancelled' | 'timed-out' | 'failed' | 'aborted' | 'unreachable';

/** What is under way in the window. */
export interface LiveRun {
  id: string;
  name: string;
  targetName: string;
  /** `chapter`: a chapter's step makes it. */
  origin: 'sidebar' | 'chapter';
  phase: 'preparing' | 'running' | 'finishing';
  /** What is being done while it prepares; while it runs, what ends it. */
  text: string;
  /** 0..1 where known. */
  fraction?: number;
  /** What `fraction` is a share of: whichever of the run's ends is nearer, as `10,000 calls` or `10 min`. */
  fractionOf?: string;
  stopping: boolean;
  /** Which of a series of runs this is. */
  ordinal?: { number: number; of: number };
  figures?: RunFigures;
}

/** A line of the history. */
export interface RunRow {
  id: string;
  name: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  targetName: string;
  origin: 'sidebar' | 'chapter';
  status: RunStatus;
  verdict: VerdictView;
  throughput: number;
  /** Absent where no call ended. */
  p99Ms?: number;
  /** From its first call on. */
  elapsedMs: number;
  failed: number;
  calls: number;
  /** What it comes to on AWS, estimated: `12,300 DPU, $0.10`. */
  cost: string;
}

export interface NoticeView {
  tone: Tone;
  message: string;
  nextStep?: string;
  /** The run it tells of, to be opened. */
  runId?: string;
}

/** The side bar. */
export interface StressSidebarState {
  surface: 'sidebar';
  targets: TargetChoice[];
  policies: PolicyChoice[];
  presets: PresetView[];
  limits: Record<NumberField, FieldLimit>;
  /** The preset that was chosen last, and the form as it was left. */
  presetId?: string;
  form: StressForm;
  verdict: FormVerdict;
  live?: LiveRun;
  series?: SeriesUpdate;
  history: RunRow[];
  /** Files of the history that could not be read. */
  unreadable: number;
  notice?: NoticeView;
  /** Only where a run on AWS was watched in this window. */
  cloudWatch?: WatchedRunView;
}

/** A figure of the run beside CloudWatch's; texts with their units. */
export interface CloudWatchRow {
  name: string;
  own?: string;
  cloudWatch?: string;
  difference?: string;
  meaning: string;
  tone: Tone;
}

/** CloudWatch's minutes on the run's own time axis, as columns of one length. `null`: nothing there (yet). */
export interface MinuteColumns {
  /** Milliseconds from the run's start, clipped to the run. */
  fromMs: number[];
  toMs: number[];
  /** A second of the run. */
  conflicts: (number | null)[];
  transactions: (number | null)[];
  /** Milliseconds. */
  commitMs: (number | null)[];
  durationMs: (number | null)[];
  concurrent: (number | null)[];
}

/** What CloudWatch says of a run. */
export interface CloudWatchView {
  /** `local`: there is none; `unknown`: the run does not say where it was made; `idle`: nobody has looked yet. */
  status: 'local' | 'unknown' | 'idle' | 'watching' | 'complete' | 'gave-up' | 'stopped' | 'failed';
  /** How much is there and how late it is, in sentences. */
  text: string;
  /** It may be asked (again). */
  canLook: boolean;
  problem?: { message: string; nextStep?: string };
  rows: CloudWatchRow[];
  minutes?: MinuteColumns;
  notes: string[];
}

/** CloudWatch of the run that is watched now, or was last in this window. */
export interface WatchedRunView {
  id: string;
  name: string;
  view: CloudWatchView;
}

/** A finished run in full. */
export interface RunReport {
  id: string;
  name: string;
  startedAt: string;
  targetName: string;
  status: RunStatus;
  failure?: string;
  verdict: VerdictView;
  figures: RunFigures;
  series: SeriesColumns;
  /** [percentile, milliseconds], ascending. */
  distribution: [number, number][];
  handlerDistribution: [number, number][];
  /** What was run, name and value. */
  plan: [string, string][];
  money: [string, string][];
  cloudWatch?: CloudWatchView;
}

/** A figure of several runs, beside each other. */
export interface ComparisonRow {
  name: string;
  values: string[];
  /** Against the first run: `+12.3 %`; empty for the first, and where it says nothing. */
  changes: string[];
  /** Whether that change is for the better. */
  tones: Tone[];
}

export interface StressComparison {
  /** Those of one name are told apart by their number. */
  names: string[];
  /** Settings that differ; with none the runs are of the same configuration. */
  differences: { name: string; values: string[] }[];
  verdict: VerdictView;
  rows: ComparisonRow[];
}

/** The report panel: one run, or several side by side. */
export interface StressReportState {
  surface: 'report';
  runs: RunReport[];
  comparison?: StressComparison;
  /** Ids that are not in the history any more. */
  missing: string[];
}

export type StressState = StressSidebarState | StressReportState;

/** What the views keep with `setState`: the report panel its runs, the side bar how it was left. */
export interface StressViewMemory {
  runIds?: string[];
  sidebar?: SidebarMemory;
}

/** How the side bar was left. */
export interface SidebarMemory {
  /** Sections of the form that stand open. */
  open: string[];
  /** Runs that are ticked for a comparison. */
  ticked: string[];
  /** Runs of the history that are shown. */
  shown: number;
  scrollTop: number;
}

/** The run under way, several times a second. */
export interface StressTick {
  live: LiveRun;
  series: SeriesUpdate;
}

/** What a view may ask of the host. */
export interface StressHostSide {
  requests: {
    load: (params: Record<string, never>) => StressState;
    /** Keeps the form over restarts and says what is wrong with it. */
    check: (params: { form: StressForm; presetId: string | null }) => FormVerdict;
    start: (params: { form: StressForm }) => void;
    prepare: (params: { form: StressForm }) => void;
    stop: (params: Record<string, never>) => void;
    savePreset: (params: { form: StressForm }) => void;
    renamePreset: (params: { id: string }) => void;
    deletePreset: (params: { id: string }) => void;
    chooseModule: (params: Record<string, never>) => string | null;
    openRun: (params: { id: string }) => void;
    deleteRun: (params: { id: string }) => void;
    compare: (params: { ids: string[] }) => void;
    export: (params: { id: string }) => void;
    exportComparison: (params: { ids: string[] }) => void;
    /** Puts a run's plan into the form of the side bar. */
    reuse: (params: { id: string }) => void;
    dismissNotice: (params: Record<string, never>) => void;
    /** Asks CloudWatch about a finished run. */
    lookAtCloudWatch: (params: { id: string }) => void;
    stopCloudWatch: (params: { id: string }) => void;
  };
  events: {
    state: StressState;
    tick: StressTick;
  };
}

/** What the host may ask of a view: nothing; it is drawn from events. */
export interface StressViewSide {
  requests: Record<never, never>;
  events: Record<never, never>;
}
