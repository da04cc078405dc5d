import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunSnapshot } from '../../../src/core/stress/contract';
import type { EndFindings } from '../../../src/core/stress/threshold-metrics';
import { summarize } from '../../../src/core/stress/latency';
import { evaluateThresholds, parseThreshold, shouldAbort } from '../../../src/core/stress/thresholds';
import { CodedError } from '../../../src/base/errors';

const NOTHING = summarize({ count: 0, min: 0, max: 0, mean: 0, percentile: () => 0 });
const snapshot = (change: Partial<RunSnapshot> = {}): RunSnapshot => ({
  elapsedMs: 10_000,
  measuredMs: 10_000,
  started: 1_010,
  succeeded: 990,
  failed: 10,
  inFlight: 10,
  callsPerSecond: 100,
  errors: { 'occ-data': 8, timeout: 2 },
  retries: 30,
  maxRetries: 4,
  callsWithRetries: 20,
  conflicts: 38,
  latency: { ...NOTHING, count: 1000, p50: 3, p99: 49.9, p999: 80, max: 120 },
  handlerLatency: NOTHING,
  ...change,
});
const holds = (text: string, at = snapshot(), end: EndFindings = {}): boolean | undefined =>
  evaluateThresholds([parseThreshold(text)], at, end)[0]?.passed;

describe('thresholds', () => {
  for (const [text, expected] of [
    ['p99<50ms', true],
    ['p99<49.9ms', false],
    ['p99 <= 49.9', true],
    ['p99<0.04s', false],
    ['p99<50000us', true],
    ['p99.9<=80ms', true],
    ['p999<=80ms', true],
    ['max<0.1s', false],
    ['errors<1%', false],
    ['errors<=1%', true],
    ['errors<10', false],
    ['errors.occ-data<10', true],
    ['errors.occ-data<0.5%', false],
    ['errors.auth=0', true],
    ['rate>98/s', true],
    ['rate>=99', true],
    ['rate>1,000/s', false],
    ['retries.max<=4', true],
    ['conflicts<38', false],
    ['succeeded>=990', true],
    ['dropped=0', true],
    ['handler.p99<1ms', undefined],
    ['balance=exact', undefined],
    ['ledger=exact', undefined],
    ['moves=exact', undefined],
  ] as const)
    it(`${text}: ${String(expected)}`, () => assert.equal(holds(text), expected));

  it('money, ledger and moves are held to be exact', () => {
    const audit = { accounts: 1, sumOfBalances: '1', negativeBalances: 0 };
    assert.equal(holds('balance=exact', snapshot({ balance: { atMs: 1, audit, exact: false } })), false);
    assert.equal(holds('balance = EXACT', snapshot({ balance: { atMs: 1, audit, exact: true } })), true);
    const ledger = { acknowledged: 5, unknown: 0, recorded: 10, exact: false };
    assert.equal(holds('ledger=exact', snapshot(), { ledger }), false);
    const moves = (exact: boolean) => ({ moves: { acknowledged: 5, exact } });
    assert.equal(holds('moves=exact', snapshot(), moves(false)), false);
    assert.equal(holds('moves=exact', snapshot(), moves(true)), true);
  });

  it('says what the figure was', () => {
    const outcomes = evaluateThresholds(['p99<50ms', 'errors<0.1%', 'rate>5/s'].map(parseThreshold), snapshot());
    assert.deepEqual(
      outcomes.map(({ actual }) => actual),
      ['49.9 ms', '1 %', '99/s'],
    );
  });

  for (const [text, problem] of [
    ['p99', /metric, comparison/],
    ['p98<50ms', /there is no figure "p98".*p99/],
    ['p99<50', undefined],
    ['p99<50/s', /is a time: give us, ms or s/],
    ['p99<fast', /"fast" is no number/],
    ['errors<5ms', /counts calls: give a number, or %/],
    ['retries.max<3%', /without a unit/],
    ['balance<3', /balance=exact/],
    ['balance=roughly', /balance=exact/],
    ['errors.oops<1', /no figure/],
    ['', /metric, comparison/],
  ] as const)
    it(`${problem ? 'refuses' : 'takes'} "${text}"`, () => {
      if (!problem) return void parseThreshold(text);
      assert.throws(
        () => parseThreshold(text),
        (error: CodedError) => error.code === 'STRESS_THRESHOLD_INVALID' && problem.test(error.message),
      );
    });

  it('any text is read or refused with its code', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9.]{1,8}[<>=]{1,2}[0-9.,]{1,6}(ms|s|%)?$/)), text => {
        try {
          parseThreshold(text);
        } catch (error) {
          assert.ok(error instanceof CodedError && error.code === 'STRESS_THRESHOLD_INVALID', String(error));
        }
      }),
    );
  });

  it('ends a run at once for what cannot be met any more, later for what may recover, never for what is still to come', () => {
    const aborts = (text: string, measuredMs: number): boolean => {
      const thresholds = [parseThreshold(text)];
      return shouldAbort(thresholds, evaluateThresholds(thresholds, snapshot()), measuredMs);
    };
    assert.equal(aborts('errors<10', 100), true);
    assert.equal(aborts('errors<0.1%', 100), false);
    assert.equal(aborts('errors<0.1%', 2_500), true);
    assert.equal(aborts('p99<1ms', 100), false);
    assert.equal(aborts('p99<1ms', 2_500), true);
    assert.equal(aborts('succeeded>100000', 9_000), false);
    assert.equal(aborts('p99<1s', 9_000), false);
  });
});
