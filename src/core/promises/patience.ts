/** The promise about when to give up: soon enough under endless conflicts. */
import type { Verdict } from './contract';
import type { Bench } from './promise';

/** How long conflicts go on, at most. */
const SIEGE_MS = 15_000;
const SIEGES = 3;

/** Writes both rows over and over while a transfer tries to: a bounded policy gives up (or gets through) long before the siege ends. */
async function besieged({ ground, caller, monotonic }: Bench): Promise<Verdict & { gotThrough?: boolean }> {
  const [payer, payee] = (await ground.accounts(100, 100)) as [number, number];
  let over = false;
  let endsAt = Infinity;
  const rows = [payer, payee, payer, payee];
  // while their connections are opened nobody is in the way: who is called then gets through
  const first = rows.map(id => ground.touch(id));
  const besiege = async (id: number, at: number): Promise<void> => {
    await first[at];
    while (!over && monotonic() < endsAt) await ground.touch(id);
  };
  const siege = Promise.all(rows.map(besiege));
  await Promise.all(first);
  const startedAt = monotonic();
  endsAt = startedAt + SIEGE_MS;
  const answer = await caller
    .patient({ payer_id: payer, payee_id: payee, amount: 10 }, SIEGE_MS + 20_000)
    .finally(() => (over = true));
  const tookMs = monotonic() - startedAt;
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
