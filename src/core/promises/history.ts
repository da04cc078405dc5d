/** The promise of chapter 3: one row for a transfer that was made, none for one that was not. */
import type { Verdict } from './contract';
import type { Bench } from './promise';
import { describeStorm, storm } from './storm';

const CALLS = 4;
const ROUNDS = 3;
/** Transfers that are watched, and how many look at the same time: a row that comes late is a round trip late, no longer. */
const WATCHED = 30;
const WATCHERS = 3;
const START = 1_000;

const ONE_FATE =
  'INSERT INTO transactions inside the transfer, between the updates and COMMIT: the row and the balances share one fate.';

/** `quiet`: the rows after one transfer of 10, as they are told. */
function adviceFor(quiet: readonly string[]): string {
  if (quiet.length === 1)
    return 'Record who paid, who was paid and what was moved, in this order: (payer_id, payee_id, amount) VALUES ($1, $2, $3).';
  if (quiet.length > 1 && new Set(quiet).size === 1)
    return 'One INSERT INTO transactions a transfer is enough: between the updates and COMMIT.';
  return ONE_FATE;
}

export async function recordsOnce(bench: Bench): Promise<Verdict> {
  const { ground, caller } = bench;
  const ids = (await ground.accounts(100, 100)) as [number, number];
  const [payer, payee] = ids;
  await caller.transfer(payer, payee, 10);
  await caller.transfer(payer, payee, 1_000);
  await caller.transfer(payer, ground.unknownId(), 10);
  const rows = await ground.history(ids);
  const quiet = rows.map(
    row => `${row.payer === String(payer) && row.payee === String(payee) ? '' : 'wrong accounts, '}${row.amount}`,
  );
  if (quiet.join() !== '10')
    return {
      kept: false,
      observed: `one transfer of 10 was made and two were refused; the history holds ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}${rows.length > 0 ? ` (${quiet.join('; ')})` : ''}`,
      advice: adviceFor(quiet),
    };
  for (let round = 1; round <= ROUNDS; round++) {
    const result = await storm(bench, CALLS);
    const { answers, amounts, ids: pair } = result;
    const written = (await ground.history(pair)).map(row => Number(row.amount)).sort((a, b) => a - b);
    // one without an answer may have been made
    const made = amounts.filter((amount, i) => answers[i]?.accepted || (answers[i]?.hung && written.includes(amount)));
    if (written.join() !== made.join())
      return {
        kept: false,
        observed: `${describeStorm(result)}: ${made.length} rows wanted, ${written.length} written`,
        advice:
          'Insert the row in the transaction that a retry repeats as a whole; a row of its own is written once a try.',
      };
  }
  const apart = await seenApart(bench);
  if (apart !== undefined) return { kept: false, observed: apart, advice: ONE_FATE };
  return { kept: true, observed: 'every transfer that was made has one row, none that was refused' };
}

/**
 * Looks at balance and history in one snapshot, over and over, while transfers are made. What one transaction writes is there as a whole
 * or not at all, so a snapshot that shows the one without the other was taken between two. Nothing where none was seen.
 */
async function seenApart({ ground, caller }: Bench): Promise<string | undefined> {
  const [payer, payee] = (await ground.accounts(START, 0)) as [number, number];
  let over = false;
  let seen: string | undefined;
  const pay = async (): Promise<void> => {
    for (let n = 0; n < WATCHED && !over; n++) await caller.transfer(payer, payee, 1);
  };
  const watch = async (): Promise<void> => {
    while (!over) {
      const { balance, recorded } = await ground.paid(payer);
      if (balance + recorded === START) continue;
      seen ??= `in one snapshot the payer had paid ${START - balance}, and the history said ${recorded}`;
      over = true;
    }
  };
  const end = (): void => void (over = true);
  await Promise.all([pay().finally(end), ...Array.from({ length: WATCHERS }, () => watch().finally(end))]);
  return seen;
}
