/** The promise that only conflicts are tried again: what fails for another reason is tried once. */
import type { Verdict } from './contract';
import type { Bench } from './promise';

/** Calls of one kind. The least that any of them gave counts: what others do meanwhile can only add. */
const SAMPLES = 5;
/** What a failed transfer may take: a good one's time, this many times over, and some noise. */
const MAX_RATIO = 2.5;
const NOISE_MS = 6;
const LOOKS = 4;
/** Nobody retries within less. */
const WORTH_A_LOOK_MS = 30;

/** A transfer that fails, and would fail again. */
interface Failure {
  what: string;
  to: number;
  amount: number;
}

/** How a failure was found to be repeated; nothing when it was not. `how` goes on from what failed. */
type Suspicion = { how: string } | undefined;

const ADVICE =
  'Retry SQLSTATE 40001 and nothing else: no other error promises that nothing was applied, and most will not go away.';

/** Attempts are counted where the cluster tells how many transactions were undone; elsewhere their time tells. */
export async function retriesConflictsOnly(bench: Bench): Promise<Verdict> {
  const { ground } = bench;
  const full = ground.largestBalance;
  const [payer, payee, other] = (await ground.accounts(100_000, 0, full ?? 0)) as [number, number, number];
  const failures: Failure[] = [
    { what: 'a transfer without funds', to: payee, amount: 1_000_000_000 },
    ...(full === undefined ? [] : [{ what: 'a credit that the database refuses (22003)', to: other, amount: 1 }]),
  ];
  const judge = (await ground.undone()) === undefined ? await byTime(bench, payer, payee) : byCount(bench, payer);
  for (const failure of failures) {
    const suspicion = await judge(failure);
    if (suspicion) return { kept: false, observed: `${failure.what} ${suspicion.how}`, advice: ADVICE };
  }
  const what = failures.length === 1 ? '1 failure that is no conflict was' : '2 failures that are no conflicts were';
  return { kept: true, observed: `${what} tried once each` };
}

/** Each attempt that fails leaves one undone transaction; an attempt that decides before it writes leaves none. */
const byCount =
  ({ ground, caller }: Bench, payer: number) =>
  async ({ to, amount }: Failure): Promise<Suspicion> => {
    let attempts = Infinity;
    for (let n = 0; n < SAMPLES && attempts > 1; n++) {
      const before = (await ground.undone()) ?? 0;
      const { accepted, retries = 0 } = await caller.transfer(payer, to, amount);
      attempts = Math.min(attempts, ((await ground.undone()) ?? 0) - before);
      if (!accepted && retries > 0) return { how: `tells of ${retries} retries: it is tried again and again` };
    }
    return attempts > 1 ? { how: `is tried ${attempts} times` } : undefined;
  };

/** A repeated failure takes as often as long; the fastest of several calls tells them apart, whatever else the machine does. */
async function byTime(
  { caller }: Bench,
  payer: number,
  payee: number,
): Promise<(failure: Failure) => Promise<Suspicion>> {
  const fastest = async (to: number, amount: number): Promise<{ ms: number; retries: number }> => {
    let ms = Infinity;
    let retries = 0;
    for (let n = 0; n < SAMPLES; n++) {
      const answer = await caller.transfer(payer, to, amount);
      ms = Math.min(ms, answer.durationMs);
      retries = Math.max(retries, answer.accepted ? 0 : (answer.retries ?? 0));
    }
    return { ms, retries };
  };
  let good = await fastest(payee, 1);
  return async ({ to, amount }) => {
    let found = await fastest(to, amount);
    // on a busy machine five calls may all be slow: a suspicion is looked at again before it is spoken
    for (let look = 1; look < LOOKS && found.retries === 0 && tooSlow(found.ms, good.ms); look++) {
      const again = await fastest(to, amount);
      found = { ms: Math.min(found.ms, again.ms), retries: again.retries };
    }
    // nor does a good transfer that the machine held up excuse a slow failure
    for (let look = 1; look < LOOKS && found.ms > WORTH_A_LOOK_MS && !tooSlow(found.ms, good.ms); look++) {
      const { ms } = await fastest(payee, 1);
      good = { ...good, ms: Math.min(good.ms, ms) };
    }
    const { ms, retries } = found;
    if (retries === 0 && !tooSlow(ms, good.ms)) return undefined;
    const told = retries > 0 ? `; it tells of ${retries} retries` : '';
    return {
      how: `takes ${ms.toFixed(0)} ms, a good one ${good.ms.toFixed(0)} ms${told}: it is tried again and again`,
    };
  };
}

const tooSlow = (ms: number, goodMs: number): boolean => ms > goodMs * MAX_RATIO + NOISE_MS;
