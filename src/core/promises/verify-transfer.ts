import { HungCall, TransferCaller } from './caller';
import type { PromiseOptions, PromiseOutcome, PromisePorts, PromiseReport, Verdict } from './contract';
import { cancelled, notAnswering } from './errors';
import { hungVerdict } from './failure';
import { TestGround } from './ground';
import { CONNECTIONS, promisesOf, type Bench, type TransferPromise } from './promise';

/** A first call may start an environment, and may meet a schema conflict after a GRANT. */
const FIRST_CALL_DEADLINE_MS = 30_000;
const FIRST_CALLS = 3;

/**
 * Puts the promises of a set to the test, one after the other, on accounts of its own, which it removes. Takes some seconds. All are
 * tested, whatever the earlier ones gave; only a function that hangs ends the test early. The balances of other accounts are as before.
 * @throws CodedError `PROMISES_NO_ACCOUNTS`, `PROMISES_DISTURBED`, `PROMISES_NO_FUNCTION`, `CANCELLED`, or what Lambda's API refuses a call with
 */
export async function verifyTransfer(ports: PromisePorts, options: PromiseOptions): Promise<PromiseReport> {
  const { functionName, set, only, signal, onOutcome, monotonic = () => performance.now() } = options;
  const startedAt = monotonic();
  const ground = await TestGround.open(ports.database);
  const caller = new TransferCaller(ports.lambda, functionName, signal, monotonic);
  const outcomes: PromiseOutcome[] = [];
  try {
    const bench: Bench = { ground, caller, monotonic };
    await makesPlainTransfer(bench);
    for (const promise of promisesOf(set, only)) {
      if (signal?.aborted) throw cancelled();
      const begun = monotonic();
      const { id, title, verdict, hung } = await put(promise, bench);
      if (!verdict.kept) await ground.assertUndisturbed();
      const outcome = { id, title, ...verdict, durationMs: monotonic() - begun };
      outcomes.push(outcome);
      onOutcome?.(outcome);
      // a function that hangs is slow to ask, and says nothing new
      if (hung) break;
    }
  } finally {
    await ground.clear().catch(() => undefined);
  }
  return { functionName, set, outcomes, durationMs: monotonic() - startedAt };
}

/** A call that hangs breaks another promise than the one whose test met it: connections are not given back. */
async function put(
  { id, title, test }: TransferPromise,
  bench: Bench,
): Promise<{ id: string; title: string; verdict: Verdict; hung: boolean }> {
  try {
    return { id, title, verdict: await test(bench), hung: false };
  } catch (error) {
    if (!(error instanceof HungCall)) throw error;
    return { ...CONNECTIONS, verdict: hungVerdict(error), hung: true };
  }
}

/** Without one transfer that goes through, every promise would fail for the same reason; that reason is told once. It also warms the function. */
async function makesPlainTransfer({ ground, caller }: Bench): Promise<void> {
  const [payer_id, payee_id] = (await ground.accounts(100, 100)) as [number, number];
  for (let left = FIRST_CALLS; ; left--) {
    const answer = await caller.patient({ payer_id, payee_id, amount: 1 }, FIRST_CALL_DEADLINE_MS);
    if (answer.accepted) return;
    if (!answer.conflict || left === 0) throw notAnswering(caller.functionName, answer.said);
  }
}

/** The promises that were not kept, in the order in which they were tested. */
export const brokenPromises = ({ outcomes }: PromiseReport): PromiseOutcome[] => outcomes.filter(({ kept }) => !kept);

/** `Broken: … Observed: … Do: …` */
export function describeBroken(outcome: PromiseOutcome): string {
  return outcome.kept
    ? `${outcome.title}: ${outcome.observed}`
    : `Broken promise “${outcome.title}”: ${outcome.observed}. ${outcome.advice}`;
}
