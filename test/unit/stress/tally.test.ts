import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accountPart, rowPart, weightOf } from '../../../src/core/bank/books';
import type { BankBooks } from '../../../src/core/bank/invariants';
import type { Ledger, Moves, RunPlan } from '../../../src/core/stress/contract';
import { CallCounters } from '../../../src/core/stress/counters';
import { ledgerOf } from '../../../src/core/stress/ledger';
import type { Transfer } from '../../../src/core/bank/transfer';
import { movesOf, type CallRecord } from '../../../src/core/stress/moves';
import { Tally } from '../../../src/core/stress/tally';

/** A call: how it ended for who made it, and whether it was carried out where nobody told. */
interface Call extends Transfer {
  end: 'acknowledged' | 'lost' | 'under way' | 'refused' | 'read';
  made: boolean;
}

// more accounts than there are parts
const ACCOUNTS = 6_000;
const AMOUNT = 3;
const PLAN: Pick<RunPlan, 'workload' | 'thresholds'> = {
  workload: { type: 'lambda-transfer', functionName: 'f' },
  thresholds: ['ledger=exact'],
};

const account = fc.integer({ min: 1, max: ACCOUNTS });
const someCalls = fc.array(
  fc
    .record({
      payer: account,
      payee: account,
      amount: fc.constant(AMOUNT),
      end: fc.constantFrom<Call['end']>('acknowledged', 'acknowledged', 'lost', 'under way', 'refused', 'read'),
      made: fc.boolean(),
    })
    .filter(({ payer, payee }) => payer !== payee),
  { minLength: 1, maxLength: 60 },
);

const isOpen = ({ end }: Call): boolean => end === 'lost' || end === 'under way';
const carriedOut = (call: Call): boolean => call.end === 'acknowledged' || (isOpen(call) && call.made);

/** What two callers note of them. */
function noted(calls: readonly Call[]): CallRecord {
  const callers = [new CallCounters(), new CallCounters()] as const;
  calls.forEach((call, i) => {
    const caller = callers[i % 2 === 0 ? 0 : 1];
    caller.started(call);
    if (call.end === 'acknowledged') caller.ended({ retries: 0 }, call);
    if (call.end === 'read') caller.ended({ retries: 0, movesNothing: true }, call);
    if (call.end === 'lost') caller.ended({ retries: 0, errorClass: 'connection' }, call);
    if (call.end === 'refused') caller.ended({ retries: 0, errorClass: 'insufficient-funds' }, call);
  });
  return { ...CallCounters.sum(callers), tally: Tally.sum(callers.map(({ tally }) => tally)) };
}

/** The books of a bank of a million in each part, in which this was moved and that was written down. */
function books(moves: readonly Transfer[], rows: readonly Transfer[]): BankBooks {
  const balances = new Map(Array.from({ length: 4_096 }, (_, part) => [part, 1_000_000]));
  const parts = new Map<number, number>();
  const add = (map: Map<number, number>, part: number, by: number): void =>
    void map.set(part, (map.get(part) ?? 0) + by);
  for (const { payer, payee, amount } of moves) {
    add(balances, accountPart(payer), -amount);
    add(balances, accountPart(payee), amount);
  }
  for (const row of rows) add(parts, rowPart(row), 1);
  const placement = (all: readonly Transfer[]): number =>
    all.reduce((sum, { payer, payee, amount }) => sum + amount * (weightOf(payee) - weightOf(payer)), 0);
  return {
    bank: { accounts: ACCOUNTS, sumOfBalances: '4096001024', negativeBalances: 0, placement: placement(moves) },
    history: { rows: 100 + rows.length, placement: placement(rows), parts },
    balances: new Map([...balances].map(([part, sum]) => [part, `${sum}.25`])),
    oneSnapshot: true,
  };
}

/** What is found of calls where this was moved and that was written down; the balances also held to the answers alone. */
function found(calls: CallRecord, moves: readonly Transfer[], rows: readonly Transfer[]): [Ledger?, Moves?, Moves?] {
  const [before, after] = [books([], []), books(moves, rows)];
  const finding = ledgerOf(PLAN, calls, before.history, after.history);
  return [finding.ledger, movesOf(before, after, calls, AMOUNT, finding), movesOf(before, after, calls, AMOUNT)];
}
const exact = (of: ReturnType<typeof found>): unknown[] => of.map(finding => finding?.exact);

describe('calls of unknown outcome', () => {
  it('are never held against an honest bank, whichever of them were carried out', () => {
    fc.assert(
      fc.property(someCalls, calls => {
        const made = calls.filter(carriedOut);
        const of = found(noted(calls), made, made);
        assert.deepEqual(exact(of), [true, true, true]);
        const rules = calls.some(isOpen) ? ['contents', 'rows', 'choice'] : ['contents', 'answers', 'answers'];
        assert.deepEqual(
          of.map(finding => finding?.heldTo),
          rules,
        );
      }),
    );
  });

  it('do not hide a transfer that was acknowledged and made twice or not at all, nor money without a row', () => {
    fc.assert(
      fc.property(someCalls, fc.nat(), (calls, pick) => {
        const sure = calls.filter(({ end }) => end === 'acknowledged');
        const victim = sure[pick % sure.length];
        fc.pre(victim !== undefined && calls.some(isOpen));
        // a call of unknown outcome that took the same way leaves open which of the two it was
        const parts = (call: Transfer): number[] => [accountPart(call.payer), accountPart(call.payee)];
        fc.pre(!calls.filter(isOpen).some(call => parts(call).some(part => parts(victim).includes(part))));
        const record = noted(calls);
        const made = calls.filter(carriedOut);
        const twice = [...made, victim];
        const without = made.filter(call => call !== victim);
        assert.deepEqual(exact(found(record, twice, twice)), [false, false, false]);
        assert.deepEqual(exact(found(record, without, without)), [false, false, false]);
        assert.deepEqual(exact(found(record, twice, made)), [true, false, false]);
        assert.deepEqual(exact(found(record, made, without)), [false, true, true], 'only a row is missing');
      }),
    );
  });

  it('of which nobody knows what they asked for leave as many rows open, and no more', () => {
    const sure = Array.from({ length: 20 }, (_, i): Call => ({
      payer: i + 1,
      payee: i + 2,
      amount: AMOUNT,
      end: 'acknowledged',
      made: true,
    }));
    const strange = (count: number): Transfer[] =>
      Array.from({ length: count }, (_, i) => ({ payer: 500 + i, payee: 900 + i, amount: AMOUNT }));
    const record = { ...noted(sure), unknown: 3 };
    const judged = (...rows: Transfer[]): Ledger | undefined => found(record, rows, rows)[0];
    const held = { acknowledged: 20, unknown: 3, heldTo: 'contents', untold: 3 };
    assert.deepEqual(judged(...sure, ...strange(3)), { ...held, recorded: 23, exact: true });
    const one = { ...held, recorded: 22, exact: false, differs: true };
    assert.deepEqual(judged(...sure.slice(1), ...strange(3)), one, 'one of those acknowledged is missing');
    assert.equal(judged(...sure, ...strange(4))?.exact, false);
    const [, byRows, byAnswers] = found(record, [...sure, ...strange(3)], [...sure, ...strange(3)]);
    assert.deepEqual([byRows?.exact, byRows?.heldTo, byAnswers], [true, 'rows', undefined]);
  });
});
