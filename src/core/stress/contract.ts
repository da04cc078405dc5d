/** The stress engine's model: what to run, and what came of it. Shared by CLI, sidebar and chapters. */
import type { RunMetrics } from './run-metrics';
import type { BankAudit } from '../bank/invariants';
import type { RetryPolicy } from '../bank/occ-retry';
import type { AccountDistribution } from './accounts';

/** How a worker reaches the database or the function. */
export type Workload =
  /** Transfers through the Lambda Invoke API. */
  | { type: 'lambda-transfer'; functionName: string }
  /** Transfers directly over `pg`; with `recordHistory` each also inserts into `transactions`. */
  | { type: 'sql-transfer'; retry: RetryPolicy; recordHistory?: boolean }
  /** Balances read by key over `pg`; a share of the calls, 0..1, are transfers instead. */
  | { type: 'sql-mix'; transferShare: number; retry: RetryPolicy; recordHistory?: boolean }
  /** The order service over `pg`: create an order, get one, orders of a date range, by weight. */
  | { type: 'order-service'; weights: { create: number; get: number; range: number }; retry: RetryPolicy }
  /** A module of the user's: absolute path of its source; it is bundled and loaded in each worker. */
  | { type: 'custom'; module: string; options?: Record<string, unknown> };

/** A stretch of an open-loop run. */
export interface RateStage {
  /** Calls a second that are started at the stage's end. */
  ratePerSecond: number;
  durationSeconds: number;
  /** `ramp`: from the rate before (0 at first) linearly to this one; `step` (default): this rate all along. */
  approach?: 'ramp' | 'step';
}

/**
 * A run. Closed loop: `calls` calls, at most `inFlight` at a time, each that ends starts the next. Open loop (`stages`): calls start when
 * the schedule says so, and their latency counts from then. Spread over `workers` threads.
 */
export interface RunPlan {
  name: string;
  workload: Workload;
  /** With `stages` or `durationSeconds`: the most that are made. */
  calls: number;
  /** With `stages`: a call that is due while so many are in flight is dropped, and counted as dropped. */
  inFlight: number;
  /** Open loop; closed loop when absent. */
  stages?: RateStage[];
  /** Closed loop: no further call is started after this. */
  durationSeconds?: number;
  /** Closed loop: the next `inFlight` calls start when all of the last batch have ended. */
  batches?: boolean;
  /** Calls started in these first seconds are made, but count in no figure but `warmup` and the ledger. */
  warmupSeconds?: number;
  /** How accounts are chosen; uniform when absent. */
  distribution?: AccountDistribution;
  /** Conditions such as `p99<50ms`, `errors<0.1%`, `balance=exact`; grammar in ./thresholds. */
  thresholds?: string[];
  /** Ends the run as soon as a threshold cannot be met any more, or is not met after the first seconds. */
  abortOnFail?: boolean;
  /** Seconds between two samples of the sum of balances, each in one snapshot; 0: only before and after. */
  balanceEverySeconds?: number;
  workers: number;
  /** Accounts 1..accounts take part; payer and payee differ. */
  accounts: number;
  amount: number;
  /** Same seed, same sequence of account pairs per worker. */
  seed: number;
  /** Hard stop in seconds. */
  maxDurationSeconds: number;
  /** The run ends by itself when for so long every call that ended had not got through to what it calls; 0: never. Default 10, and at once where a local cluster is gone. */
  giveUpAfterSeconds?: number;
  /** `lean` signs and sends with a cached key over a connection pool; `sdk` is `@aws-sdk/client-lambda` as a person uses it. SDK retries are off in both. */
  transport: 'lean' | 'sdk';
}

/** Classes of failed calls. Never one "errors" bucket. */
export type ErrorClass =
  | 'occ-data' // 40001 OC000
  | 'occ-schema' // 40001 OC001
  | 'insufficient-funds'
  | 'throttled'
  | 'timeout'
  | 'function-error' // thrown by the handler, or told in its answer without a reason known here
  | 'auth'
  | 'connection'
  | 'dispatch'
  | 'database'
  | 'other';

/** Percentiles of a latency distribution, in milliseconds, from a merged histogram. */
export interface LatencySummary {
  count: number;
  min: number;
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

/** How the generator itself is doing. A run whose generator was the bottleneck says so. */
export interface GeneratorHealth {
  /** Sockets over all workers; calls in flight beyond them wait in the generator, and the wait counts into their latency. */
  connections: number;
  /** 99th percentile and maximum of the worst worker's event loop delay. */
  eventLoopDelayP99Ms: number;
  eventLoopDelayMaxMs: number;
  /** Share of time the busiest worker's event loop worked, 0..1. */
  utilization: number;
  /** Time per ended call in which event loops had work, over all workers. */
  activeMicrosecondsPerCall: number;
  /** CPU time of the whole process per ended call: far below the one before where the machine has too little of it. Absent where generators are elsewhere. */
  cpuMicrosecondsPerCall?: number;
  /**
   * Share of the mean latency, 0..1, in which answers waited for others that their worker read in the same turn of its event loop. They may
   * have waited longer, for the turn itself. Absent in results of earlier releases.
   */
  answerDelayShare?: number;
  /**
   * Share of the mean latency, 0..1, in which calls waited for the event loop of the worst worker to be free: it was busy, or stood still. Worked
   * out from how late its timer was. Absent in results of earlier releases.
   */
  loopWaitShare?: number;
  /** True when the generator was probably slower than what it measured. */
  saturated: boolean;
  /** Open loop: the most by which a call was sent later than it was due; it counts into that call's latency. */
  sendDelayMaxMs?: number;
}

/** A complete snapshot of a run: while it goes on and at its end. */
export interface RunSnapshot {
  elapsedMs: number;
  /**
   * Of a run whose generators report late: up to when all of them have, from the run's start; every figure but `elapsedMs` is as of then.
   * Absent where figures are those of now, and at the end.
   */
  reportedToMs?: number;
  /** Time in which calls count: without the warm-up, and up to what was reported. */
  measuredMs?: number;
  started: number;
  succeeded: number;
  failed: number;
  inFlight: number;
  /** Calls that ended in the last second; of a result: a second, on average over the time in which calls count. */
  callsPerSecond: number;
  errors: Partial<Record<ErrorClass, number>>;
  /** What the first failed call of each class was told, one line; classes of which nothing was told are absent. */
  errorMessages?: Partial<Record<ErrorClass, string>>;
  /** Retries the handler or the client reported. */
  retries: number;
  maxRetries: number;
  /** Calls that needed at least one retry. */
  callsWithRetries: number;
  /** Attempts that met a conflict, whether retried or not. */
  conflicts?: number;
  /** Client end-to-end. */
  latency: LatencySummary;
  /** Duration the handler reported; count 0 when it reported none. */
  handlerLatency: LatencySummary;
  /** Calls that failed because the last allowed try met a conflict too. */
  exhausted?: number;
  generator?: GeneratorHealth;
  /** Client end-to-end less what the handler reported, per call. */
  overheadLatency?: LatencySummary;
  /** Figures of the last whole second; absent of a result. */
  window?: SeriesPoint;
  /** Open loop: starts that were due while `inFlight` calls were out. */
  dropped?: number;
  /** Open loop: the rate the schedule asks for now; absent of a result. */
  targetPerSecond?: number;
  /** Calls by number of retries; the last entry holds all beyond. */
  retryCounts?: number[];
  /** The accounts that met most conflicts, most first; at most 20. A conflict counts for both accounts of its pair. */
  hotKeys?: HotKey[];
  /** The last sample of the sum of balances. */
  balance?: BalanceSample;
  /** Calls made while warming up. `dropped`: open loop, those that were not made, see `dropped`; absent: none. */
  warmup?: { started: number; succeeded: number; failed: number; dropped?: number };
  thresholds?: ThresholdOutcome[];
  /** For how long no call has got through; absent while calls do. */
  outageMs?: number;
}

/** One second of a run. */
export interface SeriesPoint {
  /** End of the second, milliseconds from the run's start. */
  atMs: number;
  succeeded: number;
  failed: number;
  /**
   * Attempts that met a conflict, whether retried or not, of the calls that ended in this second: a function tells how often it retried, not when, and
   * only with its answer.
   */
  conflicts: number;
  /** Of the calls that ended in this second. */
  retries: number;
  dropped: number;
  inFlight: number;
  /** Open loop: the rate asked for, on average over the second, as far as the schedule goes. */
  targetPerSecond?: number;
  /** Client end-to-end latency of calls that ended in this second, milliseconds; 0 where none is known. */
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  max: number;
}

/** An account, and how often calls that touched it met a conflict. */
export interface HotKey {
  account: number;
  conflicts: number;
}

/** The bank in one snapshot while a run goes on. */
export interface BalanceSample {
  atMs: number;
  audit: BankAudit;
  /** Same accounts, same sum, nothing below zero, compared with before the run. */
  exact: boolean;
}

/** A threshold and what became of it. */
export interface ThresholdOutcome {
  /** As it was written. */
  threshold: string;
  /** Nothing before there is a figure to hold it to. */
  passed?: boolean;
  /** The figure, as text with its unit. */
  actual: string;
}

/** Transfers that were acknowledged against rows in `transactions`. */
export interface Ledger {
  /** Calls that answered success, warm-up included. */
  acknowledged: number;
  /** Calls whose answer was never seen: each may or may not have been applied. */
  unknown: number;
  /** Rows that the run added to `transactions`. */
  recorded: number;
  /** acknowledged <= recorded <= acknowledged + unknown, and the rows say what was, or may have been, moved. */
  exact: boolean;
  /** There are as many rows as there should be, but they name other accounts or amounts, or earlier ones were changed. */
  differs?: true;
  /** `number`: what the rows say could not be judged. Absent in results of earlier releases. */
  heldTo?: 'contents' | 'number';
  /** Calls of unknown outcome of which it is not known what they asked for either: as many rows may say anything. */
  untold?: number;
}

/** Whether every account holds what the transfers of a run leave it. */
export interface Moves {
  /** Transfers that were acknowledged, warm-up included. */
  acknowledged: number;
  /** Calls whose answer was never seen; absent: none. */
  unknown?: number;
  exact: boolean;
  /**
   * The rule: `answers`, no outcome is unknown, and each account holds what the acknowledged transfers make it hold; `rows`, each balance has changed
   * by what the rows of one snapshot say, and these are in order; `choice`, each of 4,096 parts of the accounts holds what acknowledged transfers make it
   * hold, and some of the calls of unknown outcome, each made once or not at all; `bounds`, the same but for any number of such calls into and out of
   * it, where there are too many to keep. Absent in results of earlier releases: `answers`.
   */
  heldTo?: 'answers' | 'rows' | 'choice' | 'bounds';
  /** By `answers`, where each account can be told: those that hold another sum, by how much of money; the worst of them, and how many there are. */
  off?: { worst: { account: number; by: number }[]; accounts: number };
}

/** Where a run was made. */
export interface RunTarget {
  /** `local`, or the name of the connection or target. */
  name: string;
  kind: 'local' | 'aws';
  region: string;
  /** Host name of the cluster. */
  endpoint: string;
  /** What the target puts before the names of functions; absent: nothing. */
  functionPrefix?: string;
}

/** The result of a run. */
export interface RunResult extends RunSnapshot {
  plan: RunPlan;
  /** Absent in results of earlier releases. */
  target?: RunTarget;
  /** `aborted`: a threshold failed and the plan says to stop then. `unreachable`: no call got through for as long as the plan allows. */
  status: 'completed' | 'cancelled' | 'timed-out' | 'failed' | 'aborted' | 'unreachable';
  /** Succeeded calls a second, on average over the time in which calls count. */
  throughput: number;
  before: BankAudit;
  after: BankAudit;
  /** True when the sum of balances is the same before and after. */
  moneyConserved: boolean;
  /** Legs of generators in Lambda that the run gave up: nobody can reach them, and they go on to their ends. Absent: none. */
  legsLeft?: number;
  /** Why the run failed as a whole. */
  failure?: string;
  /** When the clock began that `elapsedMs` and `atMs` count from, workers ready and the bank counted: ISO 8601, UTC. */
  startedAt?: string;
  /** What CloudWatch said of the run's minutes, where it was asked. */
  cloudWatch?: RunMetrics;
  /** One point a second; of long runs neighbouring seconds are merged, so that there are at most 3,600. */
  series?: SeriesPoint[];
  /** Cumulative distributions as [percentile, milliseconds], as HDR plotters take them. */
  distribution?: { latency: [number, number][]; handlerLatency: [number, number][] };
  balanceSamples?: BalanceSample[];
  /** Where the workload records its transfers. */
  ledger?: Ledger;
  /** Of transfers: the balances, account by account, against those that were acknowledged; absent where nobody can tell. */
  moves?: Moves;
  /** Why transfers could not be held against `transactions`, as a sentence; absent where there is a ledger, or nothing to hold. */
  ledgerUnseen?: string;
  /** Names of other runs that windows and terminals of this machine made on the same target meanwhile: what they moved is in the books too. */
  alongside?: string[];
}
