import type { PresetView, StressForm } from '../../protocol/stress-view';
import { ALL_POLICIES, DEFAULT_FORM } from './form';

const preset = (id: string, name: string, description: string, changes: Partial<StressForm>): PresetView => ({
  id,
  name,
  description,
  own: false,
  form: { ...DEFAULT_FORM, name: id, ...changes },
});

/** The workshop's own runs. */
export const WORKSHOP_PRESETS: readonly PresetView[] = [
  preset(
    'ten-thousand',
    'Chapter 2: 10,000 transfers, 1,000 in flight',
    'Ten thousand transfers between a thousand accounts through the Lambda function that retries conflicts.',
    {},
  ),
  preset(
    'ten-thousand-without-retries',
    'Chapter 2 without retries',
    'The same calls through the function of chapter 1: every lost conflict is a failed call, and no money is lost.',
    { handler: 'without-retries', thresholds: 'balance=exact' },
  ),
  preset(
    'million',
    'Chapter 4: 1,000,000 transfers, 10,000 in flight',
    'A million transfers over a million accounts. Takes minutes on a laptop; loading the accounts comes first.',
    {
      calls: 1_000_000,
      inFlight: 10_000,
      accounts: 1_000_000,
      balanceEverySeconds: 10,
      maxDurationSeconds: 3_600,
    },
  ),
  preset(
    'sustained',
    'Sustained rate: 300 a second for a minute',
    'An open loop: calls start by the clock, whether or not earlier ones have ended, and latency counts from then.',
    {
      loop: 'open',
      calls: 100_000,
      ratePerSecond: 300,
      rampSeconds: 10,
      durationSeconds: 60,
      thresholds: 'p99<250ms, errors<0.1%, balance=exact',
    },
  ),
  preset(
    'retry-lab',
    'Retry lab: every policy on a hot set',
    'Half of the transfers touch ten accounts. One run with each retry policy, then all of them side by side.',
    {
      workload: 'sql-transfer',
      retryPolicy: ALL_POLICIES,
      calls: 2_000,
      inFlight: 50,
      choice: 'hot-set',
      hotAccounts: 10,
      hotPercent: 50,
      thresholds: 'balance=exact',
    },
  ),
];
