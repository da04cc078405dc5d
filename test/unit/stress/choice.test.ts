import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accountPart } from '../../../src/core/bank/books';
import type { BankBooks } from '../../../src/core/bank/invariants';
import { explainedByChoice } from '../../../src/core/stress/choice';
import type { Moves } from '../../../src/core/stress/contract';
import { CallCounters } from '../../../src/core/stress/counters';
import { OPEN_CALLS, type OpenCall } from '../../../src/core/stress/open-calls';
import type { Transfer } from '../../../src/core/bank/transfer';
import { movesOf, type CallRecord } from '../../../src/core/stress/moves';
import { Tally } from '../../../src/core/stress/tally';

const AMOUNT = 3;
const transfer = (payer: number, payee: number): Transfer => ({ payer, payee, amount: AMOUNT });

/** What so many calls leave at each account. */
function leftBy(calls: readonly OpenCall[]): Map<number, number> {
  const left = new Map<number, number>();
  for (const { payer, payee } of calls) {
    left.set(payer, (left.get(payer) ?? 0) - 1);
    left.set(payee, (left.get(payee) ?? 0) + 1);
  }
  return left;
}
/** Every choice among the calls, tried one by one. */
function explainedByTrying(calls: readonly OpenCall[], left: ReadonlyMap<number, number>): boolean {
  const nonZero = (map: ReadonlyMap<number, number>): string =>
    JSON.stringify([...map].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b));
  const wanted = nonZero(left);
  for (let choice = 0; choice < 2 ** calls.length; choice++)
    if (nonZero(leftBy(calls.filter((_call, i) => choice & (1 << i)))) === wanted) return true;
  return false;
}

const few = fc.integer({ min: 0, max: 5 });
const openCall = fc.record({ payer: few, payee: few });
const someCalls = (maxLength: number) => fc.array(openCall, { maxLength });

/** What a worker has noted of transfers that were acknowledged, and of those that it never heard of. */
function noted(acknowledged: readonly Transfer[], open: readonly Transfer[]): CallCounters {
  const counters = new CallCounters();
  for (const call of [...acknowledged, ...open]) counters.started(call);
  for (const call of acknowledged) counters.ended({ retries: 0 }, call);
  return counters;
}
const recordOf = (...callers: CallCounters[]): CallRecord => ({
  ...CallCounters.sum(callers),
  tally: Tally.sum(callers.map(({ tally }) => tally)),
});
/** The balances after these transfers, held to what was noted. */
function judged(calls: CallRecord, made: readonly Transfer[], placement = 0): Moves | undefined {
  const books = (moves: readonly Transfer[], placed: number): BankBooks => {
    const left = leftBy(moves.map(({ payer, payee }) => ({ payer: accountPart(payer), payee: accountPart(payee) })));
    return {
      bank: { accounts: 10, sumOfBalances: '10000', negativeBalances: 0, placement: placed },
      balances: new Map(Array.from({ length: 10 }, (_, id) => [id, String(1_000 + AMOUNT * (left.get(id) ?? 0))])),
    };
  };
  return movesOf(books([], 0), books(made, placement), calls, AMOUNT);
}

describe('a choice among the calls of unknown outcome', () => {
  it('explains what any of them leave behind, whichever were made', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(openCall, fc.boolean()), { maxLength: 200 }), calls => {
        const made = calls.flatMap(([call, wasMade]) => (wasMade ? call : []));
        assert.ok(
          explainedByChoice(
            calls.map(([call]) => call),
            leftBy(made),
          ),
        );
      }),
    );
  });

  it('is found where there is one, and only there', () => {
    fc.assert(
      fc.property(someCalls(9), someCalls(4), (calls, others) => {
        const left = leftBy(others);
        assert.equal(explainedByChoice(calls, left), explainedByTrying(calls, left));
      }),
      { numRuns: 500 },
    );
  });

  it('explains no money that came from nowhere', () => {
    assert.equal(explainedByChoice([{ payer: 1, payee: 2 }], new Map([[2, 1]])), false);
  });

  it('finds a transfer that was made twice behind calls that touch both of its accounts', () => {
    const sure = [transfer(1, 2), transfer(3, 4)];
    // one takes from the payer, another gives to the payee: by number each account is as it may be
    const open = [transfer(1, 5), transfer(6, 2)];
    const record = recordOf(noted(sure, open));
    const held = { acknowledged: 2, unknown: 2, heldTo: 'choice' };
    assert.deepEqual(judged(record, [...sure, ...open]), { ...held, exact: true });
    assert.deepEqual(judged(record, [...sure, transfer(1, 2)]), { ...held, exact: false });
    assert.deepEqual(judged(record, [...sure, transfer(1, 5)]), { ...held, exact: true });
    const chain = recordOf(noted(sure, [transfer(1, 5), transfer(5, 2)]));
    assert.equal(judged(chain, [...sure, transfer(1, 2)])?.exact, true, 'two calls that were made do the same');
  });

  it('is not needed where every outcome is known: then the accounts that are off are named', () => {
    const sure = [transfer(1, 2), transfer(3, 4), transfer(5, 4_096)];
    const off = [
      { account: 1, by: -AMOUNT },
      { account: 4_096, by: AMOUNT },
    ];
    const record = recordOf(noted(sure, []));
    const found = judged(record, [...sure, transfer(1, 4_096)], 17);
    assert.deepEqual(found, { acknowledged: 3, exact: false, heldTo: 'answers', off: { worst: off, accounts: 2 } });
    const books = (shift: number): BankBooks => ({
      bank: { accounts: 2, sumOfBalances: '20.50', negativeBalances: 0, placement: 5 },
      balances: new Map([
        [1, (10.25 - shift).toFixed(2)],
        [2, (10.25 + shift).toFixed(2)],
      ]),
    });
    const none = recordOf(new CallCounters());
    assert.equal(movesOf(books(0), books(0), none, AMOUNT)?.exact, true);
    const cents = movesOf(books(0), books(0.4), none, AMOUNT);
    assert.equal(cents?.exact, false, 'cents are not in the placement');
    assert.deepEqual(
      cents.off?.worst.map(({ account, by }) => [account, by.toFixed(2)]),
      [
        [1, '-0.40'],
        [2, '0.40'],
      ],
    );
  });

  it('knows the calls of every worker, also of one on another machine', () => {
    const [here, there, whole] = [noted([], [transfer(1, 5)]), noted([], [transfer(6, 2)]), new CallCounters()];
    whole.absorb([...new Float64Array(there.buffer)]);
    whole.absorb(new Float64Array(noted([transfer(3, 4)], [transfer(7, 8)]).buffer));
    const record = recordOf(here, whole);
    assert.deepEqual(
      [...(record.tally?.openCalls ?? [])].map(({ payer, payee }) => [payer, payee]),
      [
        [1, 5],
        [6, 2],
        [7, 8],
      ],
    );
    assert.equal(judged(record, [transfer(3, 4), transfer(6, 2)])?.exact, true);
    assert.equal(judged(record, [transfer(3, 4), transfer(1, 2)])?.exact, false);
  });

  it('is not asked for where more calls are open than were kept: their numbers are', () => {
    const open = Array.from({ length: OPEN_CALLS + 1 }, () => transfer(1, 2));
    const record = recordOf(noted([], open));
    assert.deepEqual(judged(record, open), { acknowledged: 0, unknown: open.length, exact: true, heldTo: 'bounds' });
    const closed = new CallCounters();
    for (const call of open) {
      closed.started(call);
      closed.ended({ retries: 0 }, call);
    }
    closed.started(transfer(1, 2));
    assert.equal(recordOf(closed).tally?.openCalls.length, 1, 'those that ended have made room');
  });
});
