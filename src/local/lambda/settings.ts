/** What the Lambda host is told by whoever starts it, and the messages between the two processes. */
import os from 'node:os';
import type { LocalPrincipal } from '../../protocol/local-cluster';
import type { IamPrincipal } from '../identity/principals';

/** How code inside an execution environment reaches the cluster. */
export interface ClusterRoute {
  /** Host name handlers are given: `localhost`. */
  endpoint: string;
  /** Where the gateway really listens, on loopback. */
  gatewayPort: number;
  /** Unix socket on which the gateway listens too; absent where there is none. */
  gatewaySocket?: string;
  /** `<id>.dsql.<region>.on.aws`. */
  clusterHost: string;
  /** PEM file of the cluster's CA. */
  caFile: string;
}

/** Bounds of the service. Every one has a default in `DEFAULT_LIMITS`. */
export interface LambdaLimits {
  /** Execution environments in all; each function may always have one, so that functions may call each other. */
  maxEnvironments: number;
  /**
   * Environments of one function that are started as soon as calls wait. More follow one by one, and only beside environments that
   * wait for something else than the processor.
   */
  eagerEnvironments: number;
  /** Environments of one function on managed instances, each a thread that runs many invocations at a time. */
  managedEnvironments: number;
  /** Environments that may be in INIT at the same time. */
  maxParallelInits: number;
  /** Invocations that may wait for an environment; more are answered with 429. */
  maxQueuedInvocations: number;
  /** An environment idle for so long is retired. */
  idleTimeoutMs: number;
  /** INIT may take so long, or as long as the function's timeout if that is more. */
  initTimeoutMs: number;
  /** Delays before a failed asynchronous invocation is run again, as Lambda does: twice, after one and two minutes. */
  asyncRetryDelaysMs: number[];
}

/**
 * More environments than this per core only add warm-ups: on 2 cores 8 of them served 1.3 to 1.6 times the calls a second of 24, at half
 * the CPU a call.
 */
const ENVIRONMENTS_PER_CORE = 4;
/**
 * As many as keep the cores busy: a call of the bank spends most of its time in the gateway and in PostgreSQL. On 2 cores 4 of them
 * took three quarters of the CPU a call of 8 while they were cold, and nine tenths warm: each loads the handler and has it compiled.
 */
const EAGER_ENVIRONMENTS_PER_CORE = 2;

export const DEFAULT_LIMITS: LambdaLimits = {
  maxEnvironments: Math.min(24, Math.max(8, ENVIRONMENTS_PER_CORE * os.availableParallelism())),
  eagerEnvironments: Math.max(4, EAGER_ENVIRONMENTS_PER_CORE * os.availableParallelism()),
  // Lambda's runtime has one worker thread for each vCPU
  managedEnvironments: Math.max(1, os.availableParallelism()),
  maxParallelInits: 4,
  maxQueuedInvocations: 20_000,
  idleTimeoutMs: 300_000,
  initTimeoutMs: 10_000,
  asyncRetryDelaysMs: [60_000, 120_000],
};

/** Everything the host process needs. Sent over IPC, never on the command line: it holds secrets. */
export interface HostSettings {
  port: number;
  /** Folder of the functions. They are kept across restarts. */
  dataDir: string;
  region: string;
  accountId: string;
  /** Who may call the API, each for what its policies allow it. A function runs as the one whose ARN is its role. */
  principals: IamPrincipal[];
  /** As whom a function runs whose role is of another account, and so none of them. */
  executionRole: LocalPrincipal;
  cluster: ClusterRoute;
  limits: LambdaLimits;
}

export type ToHost = { type: 'start'; settings: HostSettings } | { type: 'close' };
export type FromHost =
  { type: 'ready'; port: number } | { type: 'failed'; code: string; message: string } | { type: 'log'; text: string };
