import type { RunPlan } from './contract';
import { retryPolicy } from './retry-policies';

/** A plan with a name to choose it by. */
export interface StressPreset {
  id: string;
  title: string;
  description: string;
  plan: RunPlan;
}

const FULL_JITTER = retryPolicy('full-jitter')?.policy ?? {
  maxAttempts: 10,
  baseDelayMs: 5,
  maxDelayMs: 500,
  jitter: 1,
};
const CHAPTERS = { amount: 1, seed: 20251201, maxDurationSeconds: 7_200, transport: 'lean' } as const;

/** The workshop's runs, and one for each thing that the engine can do beyond them. */
export const STRESS_PRESETS: readonly StressPreset[] = [
  {
    id: '10k',
    title: '10,000 transfers, 1,000 at a time',
    description:
      'As the original workshop ran it: through the function, over 1,000 accounts, in ten batches of a thousand.',
    plan: {
      ...CHAPTERS,
      name: '10k',
      workload: { type: 'lambda-transfer', functionName: 'transfer' },
      calls: 10_000,
      inFlight: 1_000,
      batches: true,
      workers: 2,
      accounts: 1_000,
    },
  },
  {
    id: 'million',
    title: '1,000,000 transfers over 1,000,000 accounts',
    description: "Chapter 4's run: 10,000 at a time, over 50 workers.",
    plan: {
      ...CHAPTERS,
      name: 'million',
      workload: { type: 'lambda-transfer', functionName: 'transfer' },
      calls: 1_000_000,
      inFlight: 10_000,
      workers: 50,
      accounts: 1_000_000,
      balanceEverySeconds: 10,
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
        { ratePerSecond: 500, durationSeconds: 20 },
      ],
      warmupSeconds: 2,
      workers: 2,
      accounts: 1_000,
      balanceEverySeconds: 1,
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
      workers: 2,
      accounts: 1_000,
      balanceEverySeconds: 1,
      thresholds: ['balance=exact', 'ledger=exact'],
    },
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
      workers: 2,
      accounts: 1_000,
    },
  },
  {
    id: 'orders',
    title: 'The order service',
    description: 'Orders created (3 inserts), read (2 selects), and read by time (1 and up to 100 selects).',
    plan: {
      ...CHAPTERS,
      name: 'orders',
      workload: { type: 'order-service', weights: { create: 50, get: 48, range: 2 }, retry: FULL_JITTER },
      calls: 5_000,
      inFlight: 16,
      workers: 2,
      accounts: 1_000,
    },
  },
];

/** The preset with this id. */
export const stressPreset = (id: string): StressPreset | undefined => STRESS_PRESETS.find(preset => preset.id === id);
