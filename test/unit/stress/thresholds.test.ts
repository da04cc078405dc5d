import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunSnapshot } from '../../../src/core/stress/contract';
import { ERROR_CLASSES } from '../../../src/core/stress/classify';
import { METRIC_NAMES, type EndFindings } from '../../../src/core/stress/threshold-metrics';
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

describe('thresholds at their boundary', () => {
  const share = (failed: number, of: number): RunSnapshot => snapshot({ failed, succeeded: of - failed });

  it('a share is compared as it is, not as it is rounded', () => {
    for (const [failed, of] of [
      [1, 1_000],
      [3, 3_000],
      [7, 7_000],
      [123, 123_000],
    ] as const) {
      assert.equal(holds('errors<0.1%', share(failed, of)), false);
      assert.equal(holds('errors<=0.1%', share(failed, of)), true);
      assert.equal(holds('errors=0.1%', share(failed, of)), true);
      assert.equal(holds('errors<0.1%', share(failed, of + 1)), true);
      assert.equal(holds('errors<=0.1%', share(failed, of - 1)), false);
    }
  });

  it('a time is the same in every unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000_000 }), microseconds => {
        const p99 = microseconds / 1000;
        const at = snapshot({ latency: { ...NOTHING, count: 1, p99 } });
        const seconds = `${Math.floor(microseconds / 1e6)}.${String(microseconds % 1_000_000).padStart(6, '0')}`;
        for (const limit of [`${microseconds}us`, `${p99}ms`, `${p99}`, `${seconds}s`]) {
          assert.equal(holds(`p99<${limit}`, at), false, limit);
          assert.equal(holds(`p99<=${limit}`, at), true, limit);
        }
      }),
    );
  });

  it('what is shown never contradicts what is said of it', () => {
    const shown = (text: string, at: RunSnapshot): string => evaluateThresholds([parseThreshold(text)], at)[0]!.actual;
    assert.equal(shown('errors<0.1%', share(1, 1_001)), '0.0999 %');
    assert.equal(shown('errors<=0.1%', share(1, 1_000)), '0.1 %');
    assert.equal(shown('rate>=99/s', snapshot({ measuredMs: 10_000.01 })), '98.9999/s');
    assert.equal(shown('mean<50ms', snapshot({ latency: { ...NOTHING, count: 1, mean: 49.9999 } })), '49.9999 ms');
  });

  it('a comma groups thousands, and nothing else', () => {
    assert.equal(holds('succeeded>=1,000', snapshot({ succeeded: 1_000 })), true);
    assert.equal(holds('succeeded>=1_000_000', snapshot({ succeeded: 999_999 })), false);
    for (const text of ['p99<1,5ms', 'errors<0,1%', 'rate>10,00/s', 'calls>1,0000', 'calls>,1'])
      assert.throws(() => parseThreshold(text), /is no number/, text);
  });

  const latency = { ...NOTHING, count: 1000, min: 5, mean: 5, p50: 5, p90: 5, p95: 5, p99: 5, p999: 5, max: 5 };
  const FIVE = snapshot({
    ...{ succeeded: 5, failed: 5, started: 10, dropped: 5, exhausted: 5, callsWithRetries: 5 },
    ...{ retries: 5, maxRetries: 5, conflicts: 5, measuredMs: 1_000 },
    ...{ latency, handlerLatency: latency, overheadLatency: latency },
    errors: Object.fromEntries(ERROR_CLASSES.map(name => [name, 5])),
  });
  const named = METRIC_NAMES.flatMap(name => {
    if (name.startsWith('(')) return [];
    return name === 'errors.<class>' ? ERROR_CLASSES.map(of => `errors.${of}`) : [name];
  });
  const latencies = ['min', 'mean', 'avg', 'p50', 'median', 'p90', 'p95', 'p99', 'p99.9', 'p999', 'max'];
  const prefixed = latencies.flatMap(name => [name, `handler.${name}`, `overhead.${name}`]);
  for (const name of new Set([...named, ...prefixed].filter(name => !/^(balance|ledger|moves|calls)$/.test(name))))
    it(`${name} is read, and held exactly`, () => {
      const judged = ['<', '<=', '=', '==', '!=', '>=', '>'].map(sign => holds(`${name}${sign}5`, FIVE));
      assert.deepEqual(judged, [false, true, true, true, false, true, false]);
    });
});

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
    const said = (text: string, end: EndFindings = {}, at = snapshot()): string =>
      evaluateThresholds([parseThreshold(text)], at, end)[0]!.actual;
    // a share of those that were due, which is more than those that were made
    assert.equal(said('dropped<1%', {}, snapshot({ started: 300, dropped: 100 })), '25 %');
    assert.equal(said('dropped<1%', {}, snapshot({ started: 0 })), 'nothing measured');
    assert.equal(said('errors<1%', {}, snapshot({ succeeded: 0, failed: 0 })), 'nothing measured');
    assert.equal(said('ledger=exact'), 'not counted');
    const ledger = { acknowledged: 1_005, unknown: 0, recorded: 1_005, exact: true };
    assert.equal(said('ledger=exact', { ledger }), 'exact: 1,005 acknowledged, 1,005 recorded');
    assert.equal(
      said('ledger=exact', { ledger: { ...ledger, unknown: 2, exact: false, differs: true } }),
      'not exact: 1,005 acknowledged, 1,005 recorded with other accounts or amounts, 2 unknown',
    );
    assert.equal(
      said('moves=exact', { moves: { acknowledged: 7, exact: true, heldTo: 'rows' } }),
      'exact by the rows of one snapshot: balances against 7 acknowledged transfers',
    );
    assert.equal(
      said('moves=exact', { moves: { acknowledged: 7, exact: false } }),
      'not exact: balances against 7 acknowledged transfers',
    );
  });

  describe('where there is little to measure', () => {
    // by threshold: no call was started, none was answered, all failed
    const all: [string, ...(boolean | undefined)[]][] = [
      ['p99<50ms', undefined, undefined, true],
      ['handler.p99<50ms', undefined, undefined, undefined],
      ['errors=0', undefined, undefined, false],
      ['errors<0.1%', undefined, undefined, false],
      ['errors.timeout=0', undefined, undefined, true],
      ['succeeded>=1', undefined, undefined, false],
      ['succeeded>99%', undefined, undefined, false],
      ['exhausted=0', undefined, undefined, true],
      ['retried<1%', undefined, undefined, true],
      ['dropped=0', undefined, true, true],
      ['dropped<1%', undefined, true, true],
      ['retries=0', undefined, undefined, true],
      ['retries.max<=3', undefined, undefined, true],
      ['conflicts=0', undefined, undefined, true],
      ['calls=0', undefined, undefined, false],
      ['calls>=1', undefined, undefined, true],
      ['rate>0', undefined, false, false],
      ['rate<1/s', undefined, true, true],
      ['balance=exact', undefined, undefined, undefined],
    ];
    const none = { errors: {}, retries: 0, maxRetries: 0, callsWithRetries: 0, conflicts: 0, dropped: 0 };
    const runs = [
      snapshot({ ...none, started: 0, succeeded: 0, failed: 0, latency: NOTHING }),
      snapshot({ ...none, started: 20, succeeded: 0, failed: 0, latency: NOTHING }),
      snapshot({ ...none, started: 20, succeeded: 0, failed: 20, errors: { connection: 20 } }),
    ];
    for (const [text, ...expected] of all)
      it(`${text}: ${expected.join(', ')}`, () =>
        assert.deepEqual(
          runs.map(at => holds(text, at)),
          expected,
        ));

    it('a run of which no call succeeds ends at the rate that it should have', () =>
      assert.equal(shouldAbort([parseThreshold('rate>10/s')], runs[2]!), true));
  });

  for (const [text, problem] of [
    ['p99', /metric, comparison/],
    ['p98<50ms', /there is no figure "p98".*p99/],
    ['p99<50', undefined],
    ['p99<50/s', /is a time: give us, ms or s/],
    ['p99<fast', /"fast" is no number/],
    ['rate>5%', /is a rate: give \/s/],
    ['errors<5ms', /counts calls: give a number, or %/],
    ['retries.max<3%', /without a unit/],
    ['balance<3', /balance=exact/],
    ['balance=roughly', /balance=exact/],
    ['errors.oops<1', /no class of errors "oops"; there are occ-data, .*other/],
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
      return shouldAbort(thresholds, snapshot({ measuredMs }));
    };
    assert.equal(aborts('errors<10', 100), true);
    assert.equal(aborts('errors<0.1%', 100), false);
    assert.equal(aborts('errors<0.1%', 2_500), true);
    assert.equal(aborts('p99<1ms', 100), false);
    assert.equal(aborts('p99<1ms', 2_500), true);
    assert.equal(aborts('succeeded>100000', 9_000), false);
    assert.equal(aborts('calls=2000', 9_000), false, 'there are 1,000 so far');
    assert.equal(aborts('calls=999', 100), true);
    assert.equal(aborts('max=0.2s', 9_000), false, 'the longest was 0.12 s so far');
    assert.equal(aborts('max=0.1s', 100), true);
    assert.equal(aborts('errors!=10', 9_000), false, 'one more may come');
    assert.equal(aborts('p99<1s', 9_000), false);
    assert.equal(shouldAbort([parseThreshold('p99<1ms')], snapshot({ measuredMs: undefined })), false);
  });
});
