/** The promises about when to give up: soon enough under endless conflicts, at once after any other error. */
import type { Verdict } from './contract';
import type { Bench } from './promise';

/** How long conflicts go on, at most. */
export const SIEGE_MS = 15_000;
const SIEGES = 3;
const SAMPLES = 5;
/** What a failed transfer may take: a good one's time, this many times over, and some noise. */
const MAX_RATIO = 2.5;
const NOISE_MS = 6;
const LOOKS = 4;
/** Nobody retries within less. */
const WORTH_A_LOOK_MS = 30;

const tooSlow = (ms: number, goodMs: number): boolean => ms > goodMs * MAX_RATIO + NOISE_MS;

/** Writes both rows over and over while a transfer tries to: a bounded policy gives up (or gets through) long before the siege ends. */
async function besieged({ ground, caller, monotonic }: Bench): Promise<Verdict & { gotThrough?: boolean }> {
  const [payer, payee] = (await ground.accounts(100, 100)) as [number, number];
  const startedAt = monotonic();
  const elapsed = (): number => monotonic() - startedAt;
  let over = false;
  const besiege = async (id: number): Promise<void> => {
    while (!over && elapsed() < SIEGE_MS) await ground.touch(id);
  };
  const siege = Promise.all([payer, payee, payer, payee].map(besiege));
  const answer = await caller
    .patient({ payer_id: payer, payee_id: payee, amount: 10 }, SIEGE_MS + 20_000)
    .finally(() => (over = true));
  const tookMs = elapsed();
  await siege;
  const seconds = (tookMs / 1000).toFixed(1);
  if (answer.hung || tookMs >= SIEGE_MS)
    return {
      kept: false,
      observed: `under conflicts without end it still tried after ${seconds} s`,
      advice:
        'Bound the attempts (ten, say) and the time they may take together: an endless loop turns a conflict into a timeout, and a timeout into a doubt.',
    };
  const balances = await ground.balances([payer, payee]);
  const wanted = answer.accepted ? '90,110' : '100,100';
  if (balances.join() !== wanted)
    return {
      kept: false,
      observed: `under conflicts it answered ${answer.accepted ? 'success' : `“${answer.said}”`}, yet the balances are ${balances.join(' and ')}`,
      advice:
        'A conflict applied nothing: answer success only after COMMIT succeeded, and failure only when it did not.',
    };
  return {
    kept: true,
    gotThrough: answer.accepted,
    observed: `under conflicts without end it ${answer.accepted ? 'got through' : 'gave up'} after ${seconds} s`,
  };
}

/** Who got through a gap in the siege has shown nothing about giving up: once more. */
export async function givesUp(bench: Bench): Promise<Verdict> {
  for (let siege = 1; ; siege++) {
    const { gotThrough, ...verdict } = await besieged(bench);
    if (!gotThrough || siege === SIEGES) return verdict;
  }
}

/** A repeated failure takes as often as long; the fastest of several calls tells them apart, whatever else the machine does. */
export async function retriesConflictsOnly({ ground, caller }: Bench): Promise<Verdict> {
  const full = ground.largestBalance;
  const [payer, payee, other] = (await ground.accounts(100_000, 0, full ?? 0)) as [number, number, number];
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
  /** On a busy machine five calls may all be slow: a suspicion is looked at again before it is spoken. */
  const failing = async (to: number, amount: number): Promise<{ ms: number; retries: number }> => {
    let found = await fastest(to, amount);
    for (let look = 1; look < LOOKS && found.retries === 0 && tooSlow(found.ms, good.ms); look++) {
      const again = await fastest(to, amount);
      found = { ms: Math.min(found.ms, again.ms), retries: again.retries };
    }
    /** Nor does a good transfer that the machine held up excuse a slow failure. */
    for (let look = 1; look < LOOKS && found.ms > WORTH_A_LOOK_MS && !tooSlow(found.ms, good.ms); look++) {
      const { ms } = await fastest(payee, 1);
      good = { ...good, ms: Math.min(good.ms, ms) };
    }
    return found;
  };
  const failures = [
    { what: 'a transfer without funds', ...(await failing(payee, 1_000_000_000)) },
    ...(full === undefined
      ? []
      : [{ what: 'a credit that the database refuses (22003)', ...(await failing(other, 1)) }]),
  ];
  for (const { what, ms, retries } of failures) {
    if (retries === 0 && !tooSlow(ms, good.ms)) continue;
    return {
      kept: false,
      observed: `${what} takes ${ms.toFixed(0)} ms, a good one ${good.ms.toFixed(0)} ms${retries > 0 ? `; it tells of ${retries} retries` : ''}: it is tried again and again`,
      advice:
        'Retry SQLSTATE 40001 and nothing else: no other error promises that nothing was applied, and most will not go away.',
    };
  }
  return {
    kept: true,
    observed: `failures that are no conflicts are answered at once (${failures.map(({ ms }) => `${ms.toFixed(0)} ms`).join(', ')})`,
  };
}
