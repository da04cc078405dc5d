import type { RetryPolicy } from '../bank/occ-retry';

/** A retry policy that somebody published, or that a lesson needs. */
export interface NamedRetryPolicy {
  id: 'none' | 'immediate' | 'full-jitter' | 'connector' | 'mcp-skill';
  name: string;
  /** One sentence: what it does, and what it is good or bad for. */
  description: string;
  policy: RetryPolicy;
  source: string;
  /** ISO date on which the source was read. */
  asOf: string;
}

/** The policies one can choose by name, from no retry at all to patient. */
export const RETRY_POLICIES: readonly NamedRetryPolicy[] = [
  {
    id: 'none',
    name: 'No retry',
    description: 'The first conflict fails the call: shows how many there are.',
    policy: { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 },
    source: 'the workshop before chapter 2',
    asOf: '2025-11-30',
  },
  {
    id: 'immediate',
    name: 'Immediately',
    description: 'Tries again at once: quick on quiet rows, and on a hot row those who collided meet again.',
    // the workshop repeats for ever; a run must end
    policy: { maxAttempts: 1_000, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 },
    source: 'DAT401 README, chapter 2 (repeats for ever; here at most 1,000 tries)',
    asOf: '2025-11-30',
  },
  {
    id: 'full-jitter',
    name: 'Capped exponential, full jitter',
    description: 'A random wait below a bound that doubles from 5 ms up to 500 ms: spreads those who collided.',
    policy: { maxAttempts: 10, baseDelayMs: 5, maxDelayMs: 500, jitter: 1 },
    source: 'AWS Architecture Blog, "Exponential Backoff And Jitter", full jitter; figures of chapter 2',
    asOf: '2025-11-30',
  },
  {
    id: 'connector',
    name: 'AWS connector for node-postgres',
    description: 'Three retries after 1, 2 and 4 ms, each up to a quarter longer: meant for conflicts that are rare.',
    policy: { maxAttempts: 4, baseDelayMs: 1, maxDelayMs: 100, jitter: 0.25, jitterShape: 'added' },
    source: '@aws/aurora-dsql-node-postgres-connector 0.1.9, occ-retry, defaults of transaction()',
    asOf: '2026-08-07',
  },
  {
    id: 'mcp-skill',
    name: 'AWS MCP skill',
    description:
      'Five tries, 50 ms doubled up to 5 s, each up to 50 ms longer: patient, and slow on the first conflict.',
    policy: { maxAttempts: 5, baseDelayMs: 50, maxDelayMs: 5_000, jitter: 1, jitterShape: 'added-base' },
    source: 'awslabs/mcp, Aurora DSQL skill, transaction retry',
    asOf: '2026-08-07',
  },
];

/** The policy with this id, or nothing. */
export function retryPolicy(id: string): NamedRetryPolicy | undefined {
  return RETRY_POLICIES.find(policy => policy.id === id);
}

/** The named policy that says the same as this one, or nothing: for showing a plan. */
export function namedPolicyOf(policy: RetryPolicy): NamedRetryPolicy | undefined {
  const key = (p: RetryPolicy): string =>
    [p.maxAttempts, p.baseDelayMs, p.maxDelayMs, p.jitter, p.jitterShape ?? 'within'].join();
  return RETRY_POLICIES.find(named => key(named.policy) === key(policy));
}
