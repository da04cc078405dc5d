/** The stress engine's model: what to run, and what came of it. Shared by CLI, sidebar and chapters. */

/** How a worker reaches the database or the function. */
export type Workload =
  /** Transfers through the Lambda Invoke API. */
  | { type: 'lambda-transfer'; functionName: string }
  /** Transfers directly over `pg`; with `recordHistory` each also inserts into `transactions`. */
  | { type: 'sql-transfer'; retry: RetryPolicy; recordHistory?: boolean };

/** Retries after SQLSTATE 40001: the whole transaction, exponential backoff with jitter. */
export interface RetryPolicy {
  /** Tries in all; 1 means no retry. */
  maxAttempts: number;
  baseDelayMs: number;
  maxDelayMs: number;
  /** Share of the delay that is random: 0 none, 1 full jitter. */
  jitter: number;
}

/** A closed-loop run: `calls` calls, at most `inFlight` at a time, spread over `workers` threads. */
export interface RunPlan {
  name: string;
  workload: Workload;
  calls: number;
  inFlight: number;
  workers: number;
  /** Accounts 1..accounts take part; payer and payee differ. */
  accounts: number;
  amount: number;
  /** Same seed, same sequence of account pairs per worker. */
  seed: number;
  /** Hard stop in seconds. */
  maxDurationSeconds: number;
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
  | 'function-error'
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
  /** Event loop time per ended call, over all workers: close to the CPU time, while the machine is not overbooked. */
  activeMicrosecondsPerCall: number;
  /** True when the generator was probably slower than what it measured. */
  saturated: boolean;
}

/** A complete snapshot of a run: while it goes on and at its end. */
export interface RunSnapshot {
  elapsedMs: number;
  started: number;
  succeeded: number;
  failed: number;
  inFlight: number;
  /** Calls that ended in the last second. */
  callsPerSecond: number;
  errors: Partial<Record<ErrorClass, number>>;
  /** Retries the handler or the client reported. */
  retries: number;
  maxRetries: number;
  /** Calls that needed at least one retry. */
  callsWithRetries: number;
  /** Client end-to-end. */
  latency: LatencySummary;
  /** Duration the handler reported; count 0 when it reported none. */
  handlerLatency: LatencySummary;
  /** Calls that failed because the last allowed try met a conflict too. */
  exhausted?: number;
  generator?: GeneratorHealth;
}

/** Sum of balances and rows before and after; the money invariant. */
export interface BankAudit {
  accounts: number;
  /** Decimal integer text: never lose precision. */
  sumOfBalances: string;
  negativeBalances: number;
}

/** The result of a run. */
export interface RunResult extends RunSnapshot {
  plan: RunPlan;
  status: 'completed' | 'cancelled' | 'timed-out' | 'failed';
  /** Succeeded calls per second over the whole run. */
  throughput: number;
  before: BankAudit;
  after: BankAudit;
  /** True when the sum of balances is the same before and after. */
  moneyConserved: boolean;
  /** Why the run failed as a whole. */
  failure?: string;
}
