/** The promises under concurrency. Conflicts are real: several calls write the same two rows. */
import type { Verdict } from './contract';
import type { Bench } from './promise';
import { adviceFor, describeStorm, driftOf, isExact, storm } from './storm';

const LOST_UPDATE_CALLS = 6;
const LOST_UPDATE_ROUNDS = 3;
/**
 * With n writers of the same rows one loses at most n - 1 times: each loss needs somebody else's commit, and each commits once. Four
 * writers therefore ask for three retries, whatever the backoff.
 */
const RETRY_CALLS = 4;
const MIN_RETRY_ROUNDS = 3;
/** Quick transfers seldom meet: they are sent again until so many conflicts were met, or for so long. */
const ENOUGH_RETRIES = 20;
const RETRY_ROUNDS_MS = 2_000;

const SPENDERS = 4;
const SPENDING_ROUNDS = 3;

export async function losesNoUpdate(bench: Bench): Promise<Verdict> {
  let accepted = 0;
  for (let round = 1; round <= LOST_UPDATE_ROUNDS; round++) {
    const result = await storm(bench, LOST_UPDATE_CALLS, true);
    accepted += result.answers.filter(answer => answer.accepted).length;
    if (isExact(result)) continue;
    const [x, y] = result.actual.map(Number) as [number, number];
    const drift = driftOf(result);
    return {
      kept: false,
      observed: `${describeStorm(result)}: balances ${x} and ${y}, wanted ${result.expected.join(' and ')}${drift === 0 ? '' : `; ${Math.abs(drift)} ${drift < 0 ? 'vanished' : 'were made'}`}`,
      advice: adviceFor(
        result,
        'Let the database compute: SET balance = balance - $1. A balance that is read first must be read inside the same transaction, and again in every retry.',
      ),
    };
  }
  return {
    kept: true,
    observed: `${LOST_UPDATE_ROUNDS} times ${LOST_UPDATE_CALLS} transfers at once, ${accepted} accepted, every balance exact`,
  };
}

/** Everybody wants the payer's last 100. Whoever asks for the balance outside the transaction, or not again in a retry, spends it twice. */
export async function spendsOnce({ ground, caller }: Bench): Promise<Verdict> {
  for (let round = 1; round <= SPENDING_ROUNDS; round++) {
    const [payer, ...payees] = (await ground.accounts(100, ...Array.from({ length: SPENDERS }, () => 0))) as [
      number,
      ...number[],
    ];
    const answers = await Promise.all(
      payees.map(payee_id => caller.contended({ payer_id: payer, payee_id, amount: 100 })),
    );
    const [left, ...received] = await ground.balances([payer, ...payees]);
    const paid = received.filter(balance => balance !== '0').length;
    if (Number(left) >= 0 && paid <= 1) continue;
    const accepted = answers.filter(answer => answer.accepted).length;
    return {
      kept: false,
      observed: `${SPENDERS} transfers of the same 100 at once, ${accepted} accepted: ${paid} payees have the money, and the payer has ${left}`,
      advice:
        'Decide on the balance inside the transaction that takes it, in every retry anew: UPDATE … RETURNING balance, and ROLLBACK when it is negative.',
    };
  }
  return { kept: true, observed: `${SPENDING_ROUNDS} times ${SPENDERS} wanted the same 100, and at most one got it` };
}

export async function retriesConflicts(bench: Bench): Promise<Verdict> {
  const startedAt = bench.monotonic();
  let retries = 0;
  for (
    let round = 1;
    round <= MIN_RETRY_ROUNDS || (retries < ENOUGH_RETRIES && bench.monotonic() - startedAt < RETRY_ROUNDS_MS);
    round++
  ) {
    const result = await storm(bench, RETRY_CALLS);
    const refused = result.answers.filter(answer => !answer.accepted);
    if (refused.length > 0)
      return {
        kept: false,
        observed: describeStorm(result),
        advice: refused.every(answer => answer.conflict)
          ? 'Run the whole transaction again, from BEGIN, when it fails with 40001: at least three times, with a growing random pause.'
          : refused.every(({ hung }) => hung)
            ? 'Who has met a conflict rolls back, begins anew, and has it done within seconds: bound the attempts, and the time they may take together.'
            : 'After 40001 roll back and begin anew: nothing inside the failed transaction can be repeated.',
      };
    if (!isExact(result))
      return {
        kept: false,
        observed: `${describeStorm(result)}: balances ${result.actual.join(' and ')}, wanted ${result.expected.join(' and ')}`,
        advice: adviceFor(
          result,
          'A retry is the whole transaction with fresh reads: what was read before the conflict is out of date.',
        ),
      };
    retries += result.answers.reduce((sum, answer) => sum + (answer.retries ?? 0), 0);
  }
  const told = retries > 0 ? `${retries} conflicts were tried again` : 'all were accepted';
  return {
    kept: true,
    observed: `${RETRY_CALLS} transfers at once on two accounts, several times: ${told}, every balance exact`,
  };
}

export async function reportsRetries({ ground, caller }: Bench): Promise<Verdict> {
  const [payer, payee] = (await ground.accounts(100, 100)) as [number, number];
  const { accepted, retries, said } = await caller.transfer(payer, payee, 1);
  if (accepted && retries !== undefined)
    return { kept: true, observed: `a quiet transfer answered retries: ${retries}` };
  return {
    kept: false,
    observed: accepted ? 'the answer of a transfer holds no whole number "retries"' : `a transfer was refused: ${said}`,
    advice: 'Answer how often the transaction was repeated: { balance, retries }. The stress run adds them up.',
  };
}
