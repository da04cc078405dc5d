import type { RunPlan } from './contract';
import { retryPolicy } from './retry-policies';

/** A plan with a name to choose it by. */
export interface StressPreset {
  id: string;
  /** Another name by which it is asked for. */
  alias?: string;
  title: string;
  description: string;
  plan: RunPlan;
  /**
   * Who offers it, where not both do: the side bar deploys functions of its own and makes several runs of one form; the command line
   * knows plans that the form has no fields for.
   */
  only?: 'window' | 'command-line';
  /** In the window: the workshop's function that is deployed and called; default the one that retries. */
  handler?: 'with-retries' | 'without-retries' | 'with-history';
  /** In the window: one run with each retry policy. */
  everyPolicy?: boolean;
}

const FULL_JITTER = retryPolicy('full-jitter')?.policy ?? {
  maxAttempts: 10,
  baseDelayMs: 5,
  maxDelayMs: 500,
  jitter: 1,
};
/** What an order service is asked for, in parts of a hundred. */
export const ORDER_WEIGHTS = { create: 50, get: 48, range: 2 } as const;

const CHAPTERS = {
  amount: 1,
  seed: 20251201,
  workers: 2,
  accounts: 1_000,
  balanceEverySeconds: 1,
  maxDurationSeconds: 600,
  transport: 'lean',
} as const;
const TEN_THOUSAND = {
  ...CHAPTERS,
  workload: { type: 'lambda-transfer', functionName: 'transfer' },
  calls: 10_000,
  inFlight: 1_000,
  batches: true,
} as const;

/** The workshop's runs, and one for each thing that the engine can do beyond them: one table for the side bar and the command line. */
export const STRESS_PRESETS: readonly StressPreset[] = [
  {
    id: 'ten-thousand',
    alias: '10k',
    title: 'Chapter 2: 10,000 transfers, 1,000 in flight',
    description:
      'As the original workshop ran it: ten thousand transfers between a thousand accounts, in ten batches of a thousand, through the function that retries conflicts.',
    plan: { ...TEN_THOUSAND, name: 'ten-thousand', thresholds: ['errors<0.1%', 'balance=exact'] },
  },
  {
    id: 'ten-thousand-without-retries',
    title: 'Chapter 2 without retries',
    description:
      'The same calls through the function of chapter 1: every lost conflict is a failed call, and no money is lost.',
    plan: { ...TEN_THOUSAND, name: 'ten-thousand-without-retries', thresholds: ['balance=exact'] },
    only: 'window',
    handler: 'without-retries',
  },
  {
    id: 'million',
    title: 'Chapter 4: 1,000,000 transfers, 10,000 in flight',
    description:
      'A million transfers over a million accounts, from 50 workers. Takes minutes on a laptop; loading the accounts comes first.',
    plan: {
      ...CHAPTERS,
      name: 'million',
      workload: { type: 'lambda-transfer', functionName: 'transfer' },
      calls: 1_000_000,
      inFlight: 10_000,
      workers: 50,
      accounts: 1_000_000,
      thresholds: ['errors<0.1%', 'balance=exact'],
      balanceEverySeconds: 10,
      maxDurationSeconds: 7_200,
    },
  },
  {
    id: 'sustained',
    title: 'Sustained rate: 300 a second for a minute',
    description:
      'An open loop: calls start by the clock, whether or not earlier ones have ended, and latency counts from then.',
    plan: {
      ...CHAPTERS,
      name: 'sustained',
      workload: { type: 'lambda-transfer', functionName: 'transfer' },
      calls: 100_000,
      inFlight: 1_000,
      stages: [
        { ratePerSecond: 300, durationSeconds: 10, approach: 'ramp' },
        { ratePerSecond: 300, durationSeconds: 50, approach: 'step' },
      ],
      thresholds: ['p99<250ms', 'errors<0.1%', 'balance=exact'],
    },
  },
  {
    id: 'ramp',
    title: 'A ramp to 500 transfers a second',
    description:
      'Open loop: calls start when they are due, so that a stall shows in the latency of all that it held up.',
    plan: {
      ...CHAPTERS,
      name: 'ramp',
      workload: { type: 'lambda-transfer', functionName: 'transfer' },
      calls: 100_000,
      inFlight: 1_000,
      stages: [
        { ratePerSecond: 500, durationSeconds: 20, approach: 'ramp' },
        { ratePerSecond: 500, durationSeconds: 20, approach: 'step' },
      ],
      warmupSeconds: 2,
    },
  },
  {
    id: 'hot-rows',
    title: 'A few accounts that everybody wants',
    description: 'Straight over SQL by Zipf’s law: shows which rows meet the conflicts, and what retries cost.',
    plan: {
      ...CHAPTERS,
      name: 'hot-rows',
      workload: { type: 'sql-transfer', retry: FULL_JITTER, recordHistory: true },
      calls: 5_000,
      inFlight: 32,
      distribution: { type: 'zipf', exponent: 1.1 },
      thresholds: ['balance=exact', 'ledger=exact'],
    },
    only: 'command-line',
  },
  {
    id: 'read-mix',
    title: 'Nine reads to one transfer',
    description: 'Straight over SQL: balances read by key beside transfers.',
    plan: {
      ...CHAPTERS,
      name: 'read-mix',
      workload: { type: 'sql-mix', transferShare: 0.1, retry: FULL_JITTER },
      calls: 20_000,
      inFlight: 32,
    },
  },
  {
    id: 'orders',
    title: 'The order service',
    description: 'Orders created (3 inserts), read (2 selects), and read by time (1 and up to 100 selects).',
    plan: {
      ...CHAPTERS,
      name: 'orders',
      workload: { type: 'order-service', weights: ORDER_WEIGHTS, retry: FULL_JITTER },
      calls: 5_000,
      inFlight: 16,
    },
  },
  {
    id: 'retry-lab',
    title: 'Retry lab: every policy on a hot set',
    description:
      'Half of the transfers touch ten accounts. One run with each retry policy, then all of them side by side.',
    plan: {
      ...CHAPTERS,
      name: 'retry-lab',
      workload: { type: 'sql-transfer', retry: FULL_JITTER },
      calls: 2_000,
      inFlight: 50,
      distribution: { type: 'hot-set', accounts: 10, share: 0.5 },
      thresholds: ['balance=exact'],
    },
    only: 'window',
    everyPolicy: true,
  },
];

/** The presets that one of the two offers. */
export const presetsFor = (place: 'window' | 'command-line'): StressPreset[] =>
  STRESS_PRESETS.filter(({ only }) => only === undefined || only === place);

/** The preset with this id, or with this other name, of the command line. */
export const stressPreset = (id: string): StressPreset | undefined =>
  presetsFor('command-line').find(preset => preset.id === id || preset.alias === id);
