import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Ledger, SeriesPoint } from '../../../src/core/stress/contract';
import { HotKeys } from '../../../src/core/stress/hot-keys';
import { CallCounters } from '../../../src/core/stress/counters';
import type { Transfer } from '../../../src/core/bank/transfer';
import { PLACEMENT_MODULUS, placementShift, weightOf } from '../../../src/core/bank/books';
import { movesOf } from '../../../src/core/stress/moves';
import { ledgerOf } from '../../../src/core/stress/ledger';
import { RecentIds } from '../../../src/core/stress/recent-ids';
import { seededRandom } from '../../../src/core/stress/random';
import { SeriesRecorder } from '../../../src/core/stress/series';

const point = (second: number, succeeded: number, p99: number): SeriesPoint => ({
  atMs: second * 1000,
  succeeded,
  failed: 1,
  conflicts: 2,
  retries: 1,
  dropped: 3,
  inFlight: second,
  ...{ p50: 1, p90: 1, p95: 1, p99, max: p99 },
});

describe('what a run keeps in bounded memory', () => {
  it('a series keeps at most its number of points, and every call in it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 16 }), (seconds, half) => {
        const series = new SeriesRecorder(2 * half);
        for (let i = 1; i <= seconds; i++) series.push(point(i, i, i === 7 ? 900 : 5));
        const points = series.all();
        assert.ok(points.length <= 2 * half);
        const sum = (of: (p: SeriesPoint) => number): number => points.reduce((total, p) => total + of(p), 0);
        assert.equal(
          sum(p => p.succeeded),
          (seconds * (seconds + 1)) / 2,
        );
        assert.equal(
          sum(p => p.dropped),
          3 * seconds,
        );
        assert.equal(points.at(-1)?.atMs, seconds * 1000);
        assert.equal(points.at(-1)?.inFlight, seconds);
        if (seconds >= 7) assert.equal(Math.max(...points.map(p => p.p99)), 900, 'a bad second is never averaged away');
        points.forEach((p, i) => i > 0 && assert.ok(p.atMs > (points[i - 1]?.atMs ?? 0)));
      }),
    );
  });

  it('the rate asked for in merged seconds is that of all of them, and not of those that only came after the end', () => {
    const series = new SeriesRecorder(4);
    for (let i = 1; i <= 7; i++) series.push({ ...point(i, 1, 5), targetPerSecond: i * 10 });
    series.extend({ ...point(7.05, 1, 5), targetPerSecond: 0 });
    assert.deepEqual(
      series.all().map(({ atMs, targetPerSecond }) => [atMs, targetPerSecond]),
      [
        [2_000, 15],
        [4_000, 35],
        [6_000, 55],
        [7_050, 70],
      ],
    );
  });

  it('hot keys are found in a million others, over workers, and never counted too high', () => {
    const random = seededRandom(5);
    const truth = new Map<number, number>();
    const workers = [new HotKeys(), new HotKeys()];
    for (let i = 0; i < 60_000; i++) {
      const key = random() < 0.3 ? 1 + Math.floor(random() * 3) : 100 + Math.floor(random() * 1_000_000);
      workers[i % 2]?.add(key, 1);
      truth.set(key, (truth.get(key) ?? 0) + 1);
    }
    const top = HotKeys.top(workers);
    assert.ok(top.length <= 20);
    assert.deepEqual(new Set(top.slice(0, 3).map(({ account }) => account)), new Set([1, 2, 3]));
    for (const { account, conflicts } of top) assert.ok(conflicts <= (truth.get(account) ?? 0));
    const hottest = top[0];
    assert.ok((hottest?.conflicts ?? 0) > 0.9 * (truth.get(hottest?.account ?? 0) ?? 0));
  });

  it('a key that becomes hot late drives out what is cold, and is not driven out by it', () => {
    const keys = new HotKeys();
    for (let key = 1; key <= 512; key++) keys.add(key, 2);
    for (let i = 0; i < 1_000; i++) {
      keys.add(9_999, 1);
      keys.add(10_000 + i, 1);
    }
    assert.deepEqual(HotKeys.top([keys], 1), [{ account: 9_999, conflicts: 1_000 }]);
  });

  it('of keys as hot as each other the lower ones come first, and what is not certain is none', () => {
    const keys = new HotKeys();
    for (const key of [9, 3, 7]) keys.add(key, 2);
    keys.add(5, 0);
    assert.deepEqual(
      HotKeys.top([keys]).map(({ account }) => account),
      [3, 7, 9],
    );
  });

  it('few keys are counted exactly, through shared memory', () => {
    const writer = new HotKeys();
    const reader = new HotKeys(writer.buffer);
    for (const [key, times] of [
      [7, 3],
      [9, 1],
      [7, 2],
    ] as const)
      writer.add(key, times);
    assert.deepEqual(HotKeys.top([reader]), [
      { account: 7, conflicts: 5 },
      { account: 9, conflicts: 1 },
    ]);
  });

  it('recent ids forget the oldest', () => {
    const ids = new RecentIds(2);
    assert.equal(ids.pick(Math.random), undefined);
    for (const id of ['a', 'b', 'c']) ids.add(id);
    const random = seededRandom(1);
    assert.deepEqual(new Set(Array.from({ length: 50 }, () => ids.pick(random))), new Set(['b', 'c']));
  });
});

describe('where money lies', () => {
  const transfer = fc
    .record({
      payer: fc.integer({ min: 1, max: 2_000 }),
      payee: fc.integer({ min: 1, max: 2_000 }),
      amount: fc.integer({ min: 1, max: 1_000 }),
    })
    .filter(({ payer, payee }) => payer !== payee);
  /** As the database counts it. */
  const placementAfter = (transfers: readonly Transfer[]): number =>
    transfers.reduce(
      (sum, { payer, payee, amount }) => (sum + amount * (weightOf(payee) - weightOf(payer))) % PLACEMENT_MODULUS,
      0,
    );
  const at = (placement?: number) => ({ bank: { accounts: 400, placement } });

  it('is where the acknowledged transfers of all workers put it, and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(transfer, { minLength: 1, maxLength: 50 }), fc.nat(), (transfers, pick) => {
        const workers = [new CallCounters(), new CallCounters()] as const;
        transfers.forEach((each, i) => {
          const worker = workers[i % 2 === 0 ? 0 : 1];
          if (i % 3 === 0) {
            worker.warmupStarted();
            worker.warmupEnded({ retries: 0 }, each);
          } else {
            worker.started();
            worker.ended({ retries: 0 }, each);
          }
        });
        // a call that was refused moves nothing
        workers[0].started();
        workers[0].ended({ retries: 0, errorClass: 'insufficient-funds' }, { payer: 1, payee: 2, amount: 5 });
        const counters = CallCounters.sum(workers);
        const found = (applied: readonly Transfer[]): boolean | undefined =>
          movesOf(at(77), at(77 + placementAfter(applied)), counters, 1)?.exact;
        const one = transfers[pick % transfers.length] as Transfer;
        assert.equal(found(transfers), true);
        assert.equal(found([...transfers, one]), false, 'one was applied twice');
        assert.equal(found(transfers.filter(each => each !== one)), false, 'one was not applied');
        assert.equal(
          found([...transfers.filter(each => each !== one), { ...one, payer: one.payee, payee: one.payer }]),
          false,
        );
      }),
    );
  });

  it('shows two transfers that were not made, whichever they are', () => {
    // 1² + 8² = 4² + 7²: by the squares of the ids these would make up for each other
    const shift = [
      { payer: 1, payee: 4, amount: 1 },
      { payer: 8, payee: 7, amount: 1 },
    ].reduce((sum, each) => sum + placementShift(each), 0);
    assert.notEqual(shift % PLACEMENT_MODULUS, 0);
  });

  it('is left open where it was not counted, or answers were lost', () => {
    const counters = new CallCounters();
    const told = () => movesOf(at(1), at(1), CallCounters.sum([counters]), 1);
    assert.deepEqual(told(), { acknowledged: 0, exact: true, heldTo: 'answers' });
    assert.equal(movesOf(at(1), at(), CallCounters.sum([counters]), 1), undefined);
    counters.started();
    assert.equal(told(), undefined, 'it is still under way');
    counters.ended({ retries: 0, errorClass: 'connection' }, { payer: 1, payee: 2, amount: 1 });
    assert.equal(told(), undefined);
  });
});

describe('the ledger', () => {
  const counters = {
    started: 12,
    succeeded: 8,
    failed: 2,
    warmup: { started: 3, succeeded: 2, failed: 0 },
    acknowledged: 10,
    unknown: 1,
    placementShift: 0,
  };
  const sql = {
    workload: {
      type: 'sql-transfer',
      retry: { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 },
      recordHistory: true,
    },
  } as const;
  const lambda = { workload: { type: 'lambda-transfer', functionName: 'f' } } as const;

  it('allows exactly what is unknown: lost answers and calls that were given up', () => {
    const exact = (recorded: number): boolean | undefined =>
      ledgerOf(sql, counters, { rows: 100 }, { rows: 100 + recorded }).ledger?.exact;
    assert.deepEqual([9, 10, 13, 14, 15].map(exact), [false, true, true, true, false]);
    assert.equal(ledgerOf(sql, counters, { rows: 100 }, { rows: 110 }).ledger?.unknown, 4);
  });

  it('is exact only where its rows name the accounts and amounts of the acknowledged transfers', () => {
    const known = { ...counters, unknown: 0, started: 10, warmup: { started: 2, succeeded: 2, failed: 0 } };
    const shift = placementShift({ payer: 46_340, payee: 2_147_483_647, amount: 999_999 });
    const from = PLACEMENT_MODULUS - 7;
    const ledger = (placement: number | undefined, of = known): Ledger | undefined =>
      ledgerOf(sql, { ...of, placementShift: shift }, { rows: 100, placement: from }, { rows: 110, placement }).ledger;
    const right = (from + shift) % PLACEMENT_MODULUS;
    const held = { acknowledged: 10, unknown: 0, recorded: 10, heldTo: 'contents' };
    assert.deepEqual(ledger(right), { ...held, exact: true });
    const wrong = ledger(right - 1);
    assert.deepEqual(wrong, { ...held, exact: false, differs: true });
    assert.deepEqual(
      ledger(undefined),
      { ...held, exact: true, heldTo: 'number' },
      'rows of other columns are only counted',
    );
    assert.equal(ledger(right - 1, counters)?.exact, true, 'lost answers leave open which transfers were made');
  });

  it('is kept for a function that records, or of which it is asked', () => {
    const [five, more] = [{ rows: 5 }, { rows: 25 }];
    assert.equal(ledgerOf(lambda, counters, five, five).ledger, undefined);
    assert.equal(ledgerOf({ ...lambda, thresholds: ['ledger=exact'] }, counters, five, five).ledger?.exact, false);
    assert.equal(ledgerOf(lambda, counters, five, more).ledger?.exact, false);
    assert.equal(ledgerOf(lambda, counters, undefined, more).ledger, undefined);
  });

  it('says when it cannot see, also when it is asked for', () => {
    const blind = { workload: { ...sql.workload, recordHistory: false }, thresholds: ['ledger=exact'] };
    const told = (...of: Parameters<typeof ledgerOf>): string => ledgerOf(...of).ledgerUnseen ?? '';
    const five = { rows: 5 };
    assert.match(told(blind, counters, five, five), /^The ledger cannot see this run: the workload records no history/);
    assert.equal(ledgerOf(blind, counters, five, five).ledger, undefined, 'nothing is claimed to be missing');
    assert.match(told(lambda, counters, five, five), /the function added no row/);
    assert.match(told(lambda, counters, undefined, five), /could not be read/);
    assert.deepEqual(ledgerOf(lambda, { ...counters, acknowledged: 0 }, five, five), {}, 'no row was to come');
    assert.deepEqual(ledgerOf(sql, counters, { rows: 100 }, { rows: 110 }).ledgerUnseen, undefined);
    assert.deepEqual(ledgerOf(blind, { ...counters, acknowledged: 0 }, five, five), {}, 'nothing to see');
  });
});
