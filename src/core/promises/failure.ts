/** The promises about what happens when something goes wrong in the middle. */
import type { HungCall } from './caller';
import type { Verdict } from './contract';
import type { Bench } from './promise';

const FAILURES = 12;

/** A payee whose balance cannot grow makes the credit fail after the debit, or the debit pointless before it. */
export async function leavesNoHalfTransfer({ ground, caller }: Bench): Promise<Verdict> {
  const { largestBalance } = ground;
  if (largestBalance === undefined)
    return { kept: true, observed: 'not tested: the type of accounts.balance has no largest value' };
  const ids = await ground.accounts(100, largestBalance, 100);
  const [payer, full, other] = ids as [number, number, number];
  const failing = await caller.transfer(payer, full, 10);
  const after = await ground.balances(ids);
  const observed = `crediting 10 to a full account fails; afterwards the payer's 100 is ${after[0]}, the payee's balance ${after[1] === largestBalance ? 'unchanged' : 'changed'}`;
  if (after[0] !== '100' || after[1] !== largestBalance)
    return {
      kept: false,
      observed,
      advice: 'Put both updates between BEGIN and COMMIT on one connection, and ROLLBACK on any error.',
    };
  if (failing.accepted)
    return {
      kept: false,
      observed: 'a credit that the database refused was answered as done',
      advice: 'Let the error reach the caller: do not swallow it.',
    };
  const next = await caller.transfer(payer, other, 10);
  const settled = await ground.balances(ids);
  if (!next.accepted || settled[0] !== '90' || settled[2] !== '110')
    return {
      kept: false,
      observed: `right after a failed transfer a good one of 10 left 100 and 100 as ${settled[0]} and ${settled[2]} (wanted 90 and 110)${next.accepted ? '' : `: ${next.said}`}`,
      advice:
        'ROLLBACK before the connection goes back to the pool: the next transfer must not inherit a failed transaction.',
    };
  return { kept: true, observed: 'a credit that failed took the debit back, and the next transfer went through' };
}

/** A connection that is not given back is missed at the next call, or when the pool is empty. */
export async function returnsConnections({ ground, caller }: Bench): Promise<Verdict> {
  const { largestBalance } = ground;
  const ids = await ground.accounts(100, 100, largestBalance ?? 100);
  const [payer, payee, full] = ids as [number, number, number];
  for (let n = 1; n <= FAILURES; n++) {
    const fails = n % 2 === 0 && largestBalance !== undefined ? { payee: full, amount: 10 } : { payee, amount: 1_000 };
    await caller.transfer(payer, fails.payee, fails.amount);
  }
  // accounts of its own: what the failures did to the others is another promise
  const [fresh, other] = (await ground.accounts(100, 100)) as [number, number];
  const good = await caller.transfer(fresh, other, 10);
  if (good.accepted)
    return { kept: true, observed: `${FAILURES} transfers failed one after the other, and the next one went through` };
  return leaked(FAILURES, `a good transfer was not made: ${good.said}`);
}

/** What a call without an answer says about this promise, whichever test made it. */
export const hungVerdict = ({ failuresBefore, said }: HungCall): Verdict =>
  leaked(failuresBefore, `a call got ${said}`);

function leaked(failures: number, then: string): Verdict {
  return {
    kept: false,
    observed: `after ${failures} failed ${failures === 1 ? 'transfer' : 'transfers'} ${then}`,
    advice: 'Give the connection back in finally { client.release() }: whatever happens, not only when all is well.',
  };
}
