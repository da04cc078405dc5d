import type { AccountDistribution } from '../stress/accounts';
import type { RateStage } from '../stress/contract';
import type { RetryPolicy } from '../bank/occ-retry';
import { RETRY_POLICIES, retryPolicy } from '../stress/retry-policies';
import { scaled } from './checks';
import type { Action, ScaledNumber } from './contract';
import { malformed, type ChapterPosition } from './errors';

type Scaled = number | ScaledNumber;

interface DistributionFields {
  type: AccountDistribution['type'];
  accounts?: number;
  share?: number;
  exponent?: number;
}

/** Fields of a `yaml stress` block, as the schema lets them through. */
export interface StressFields {
  name: string;
  function?: string;
  workload?: 'sql-transfer';
  /** A policy's id. */
  retry?: string;
  calls: Scaled;
  inFlight: Scaled;
  accounts: Scaled;
  workers?: number;
  amount?: number;
  distribution?: DistributionFields;
  durationSeconds?: number;
  stages?: RateStage[];
}

/** A stress run of a chapter: through a function, or straight over SQL with a retry policy. */
export function stressAction(value: StressFields, at: ChapterPosition): Action {
  const { name, workload, amount = 1, workers = 2, distribution, durationSeconds, stages } = value;
  const functionName = value.function;
  if ((functionName === undefined) === (workload === undefined))
    throw malformed(at, 'what is driven is not clear', 'either "function" or "workload: sql-transfer"');
  if (functionName !== undefined && value.retry !== undefined)
    throw malformed(at, '"retry" with a function', '"retry" with "workload: sql-transfer"; a function brings its own');
  return {
    type: 'stress',
    name,
    ...(functionName !== undefined && { functionName }),
    ...(workload !== undefined && { direct: { workload, ...policy(value.retry ?? 'none', at) } }),
    calls: scaled(value.calls),
    inFlight: scaled(value.inFlight),
    workers,
    accounts: scaled(value.accounts),
    amount,
    ...(distribution && { distribution: distributionOf(distribution, at) }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(stages && { stages }),
    line: at.line,
  };
}

function policy(name: string, at: ChapterPosition): { retry: RetryPolicy; policy: string } {
  const known = retryPolicy(name);
  if (!known) throw malformed(at, `no retry policy is called "${name}"`, RETRY_POLICIES.map(({ id }) => id).join(', '));
  return { retry: known.policy, policy: name };
}

/** Holds a distribution to what its type needs. */
function distributionOf(value: DistributionFields, at: ChapterPosition): AccountDistribution {
  const { type, accounts, share, exponent } = value;
  if (type === 'hot-set') {
    if (accounts === undefined || share === undefined)
      throw malformed(at, 'a hot set of nothing', '"accounts" and "share"');
    return { type, accounts, share };
  }
  if (type === 'zipf') {
    if (exponent === undefined || exponent <= 0) throw malformed(at, 'Zipf without an exponent', '"exponent" above 0');
    return { type, exponent };
  }
  return { type };
}
