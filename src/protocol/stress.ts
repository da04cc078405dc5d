/**
 * The contract between the stress controller and its worker threads. The controller assigns, starts and stops; a worker counts into
 * shared memory (`counters`) and records into histograms whose storage both threads share, so that the controller reads a complete
 * state at any time, also of a worker that is busy or has died.
 */

/** Static AWS credentials. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Where the Lambda API is. Without `endpoint`: AWS, `lambda.<region>.amazonaws.com`. */
export interface LambdaTarget {
  /** Origin, `http://localhost:3001`. */
  endpoint?: string;
  region: string;
  credentials: AwsCredentials;
}

/** Where the database is, and as whom to connect. Tokens are minted per connection. */
export interface DatabaseTarget {
  host: string;
  port: number;
  /** IP address that connections go to in place of the host's own. */
  hostaddr?: string;
  region: string;
  /** `admin`, or a database role that the credentials' principal was granted. */
  user: string;
  /** PEM file of the CA; absent: the system's roots. The certificate and host name are always verified. */
  caFile?: string;
  credentials: AwsCredentials;
}

/** Retries after conflicts; `RetryPolicy` in core/stress says what each figure means. */
export interface RetrySettings {
  maxAttempts: number;
  baseDelayMs: number;
  maxDelayMs: number;
  jitter: number;
  jitterShape?: 'within' | 'added' | 'added-base';
}

/** What a worker drives. */
export type Drive =
  | {
      type: 'lambda';
      functionName: string;
      transport: 'lean' | 'sdk';
      /** Sockets of this worker; calls beyond them wait inside the worker and the wait counts into their latency. */
      connections: number;
      target: LambdaTarget;
    }
  | {
      type: 'sql';
      retry: RetrySettings;
      /** Also insert into `transactions`. */
      recordHistory: boolean;
      /** Share of the calls that are transfers, the others read a balance; default 1. */
      transferShare?: number;
      target: DatabaseTarget;
    }
  | {
      type: 'orders';
      weights: { create: number; get: number; range: number };
      retry: RetrySettings;
      target: DatabaseTarget;
    }
  | {
      /** A user's module, bundled; `CustomWorkload` in src/stress/custom says what it is made of. */
      type: 'custom';
      file: string;
      options: Record<string, unknown>;
      database: DatabaseTarget;
      lambda?: LambdaTarget;
    };

/** How accounts are chosen; `AccountDistribution` in core/stress says what each means. */
export type AccountChoice =
  { type: 'uniform' } | { type: 'hot-set'; accounts: number; share: number } | { type: 'zipf'; exponent: number };

/** When a worker starts its calls. */
export type Pace =
  /** `inFlight` at a time. */
  | { type: 'closed'; batches: boolean; durationMs?: number }
  /** By a schedule, of which this worker makes the calls worker, worker + workers… */
  | {
      type: 'open';
      stages: { ratePerSecond: number; durationSeconds: number; approach?: 'ramp' | 'step' }[];
    };

/** One worker's share of a run. */
export interface Assignment {
  drive: Drive;
  pace: Pace;
  /** This worker's number, from 0, and how many there are. */
  worker: number;
  workers: number;
  calls: number;
  inFlight: number;
  accounts: number;
  distribution: AccountChoice;
  amount: number;
  warmupMs: number;
  /** Seed of this worker's own sequence. */
  seed: number;
  /** Layout: `CallCounters` in core/stress. */
  counters: SharedArrayBuffer;
  /** Layout: `HotKeys` in core/stress. */
  hotKeys: SharedArrayBuffer;
  /** Layout: `ErrorSamples` in core/stress. */
  errorSamples: SharedArrayBuffer;
  /** Where workers that share a machine wait for each other between batches; layout: `BatchBarrier` in stress. */
  barrier?: SharedArrayBuffer;
}

/** What the controller adds to a share: the memory it reads. */
export type AssignmentMemory = 'counters' | 'hotKeys' | 'errorSamples' | 'barrier';

/** A worker's live histograms, in microseconds. `H` is the histogram of `node:perf_hooks`, whose clones share their counts. */
export interface Recordings<H> {
  latency: H;
  handlerLatency: H;
  /** Client end-to-end less the handler's own time. */
  overheadLatency: H;
  /** Latencies by the second in which they were seen; `windowSeconds` (shared memory) tells which second each holds. */
  windows: H[];
  windowSeconds: Int32Array;
  /** Shared memory: what was counted in the second of each window, `WINDOW_COUNTS` figures each. */
  windowCounts: Float64Array;
}

/** What a worker serves. */
export interface StressWorkerSide<H> {
  requests: {
    /** Opens connections. The run's clock starts when every worker is prepared. */
    prepare(assignment: Assignment): Recordings<H>;
    /** Makes the calls; returns when the last one has ended or was abandoned by `stop`. `startAt`: the run's start, on the clock that the process's threads share. */
    run(params: { startAt: number }): null;
    /** Starts no further call, waits at most `graceMs` for those in flight, then abandons them. */
    stop(params: { graceMs: number }): null;
  };
  events: object;
}

/** What the controller serves: nothing, it only asks. */
export interface StressControllerSide {
  requests: object;
  events: object;
}
