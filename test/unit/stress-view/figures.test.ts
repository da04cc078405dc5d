import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunResult } from '../../../src/core/stress/contract';
import { verdictsOf } from '../../../src/core/stress-report/verdicts';
import { finishedFigures, liveFigures } from '../../../src/core/stress-view/figures';
import { reportOf } from '../../../src/core/stress-view/report';
import { rowOf, runVerdict } from '../../../src/core/stress-view/run-record';
import { recordOf, snapshotAt } from '../../support/stress-runs';

describe('the figures of a run', () => {
  it('name failed calls, with what the first of each class was told', () => {
    const { errors } = liveFigures(snapshotAt(3_000));
    assert.deepEqual(
      errors.map(({ label, detail }) => [label, detail]),
      [['Conflict on data (40001 OC000)', 'change conflicts with another transaction, please retry: (OC000)']],
    );
  });

  it('count retries exactly up to the bound of what is kept', () => {
    const labels = (retryCounts: number[]): string[] =>
      liveFigures({ ...snapshotAt(3_000), retryCounts }).retryCounts.map(({ label }) => label);
    assert.deepEqual(labels([90, 8, 2]), ['0', '1', '2']);
    assert.equal(labels(Array.from({ length: 17 }, () => 1)).at(-1), '16 or more');
  });

  it('have no latency, no health and no money where nothing was measured', () => {
    const nothing = { count: 0, min: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
    const idle = { eventLoopDelayP99Ms: 0, eventLoopDelayMaxMs: 0, utilization: 0, activeMicrosecondsPerCall: 0 };
    const start = liveFigures({
      ...snapshotAt(50),
      latency: nothing,
      generator: { ...idle, connections: 1, saturated: false },
    });
    assert.deepEqual([start.latency, start.meanMs, start.generator], [[], undefined, undefined]);
    const uncounted = { accounts: 0, sumOfBalances: '0', negativeBalances: 0 };
    const record = recordOf('20261120T091200-aaaa', { latency: nothing, before: uncounted, after: uncounted });
    assert.equal(rowOf(record).p99Ms, undefined);
    assert.deepEqual(
      reportOf(record).money.map(([, text]) => text),
      ['not counted → not counted', 'not counted', 'not counted', 'not counted', 'not counted'],
    );
  });

  it('over time have the rates of the seconds they were counted in, also after a warm-up', () => {
    const second = snapshotAt(3_000).window;
    assert.ok(second);
    const series = Array.from({ length: 20 }, (_, i) => ({
      ...second,
      atMs: 13_000 + i * 1_000,
      succeeded: i === 0 ? 250 : 500,
    }));
    const record = recordOf('20261120T091200-aaaa', { series }, { warmupSeconds: 12.5 });
    assert.deepEqual(
      reportOf(record).series.succeeded,
      series.map(() => 500),
    );
  });

  it('say how many conflicts were met, also of results that only tell what followed them', () => {
    assert.equal(liveFigures({ ...snapshotAt(3_000), conflicts: 12 }).conflicts, 12);
    const older = { ...snapshotAt(3_000), conflicts: undefined };
    assert.equal(liveFigures({ ...older, retries: 5, errors: { 'occ-data': 2, timeout: 1 } }).conflicts, 7);
  });

  it('blame a run only for balances that it brought below zero', () => {
    const bank = { accounts: 10, sumOfBalances: '1000', negativeBalances: 1 };
    const { result } = recordOf('20261120T091200-aaaa', { before: bank, after: bank, moneyConserved: true });
    assert.equal(finishedFigures(result).balance?.tone, 'good');
    const worse = { ...result, after: { ...bank, negativeBalances: 2 } };
    assert.equal(finishedFigures(worse).balance?.tone, 'bad');
    const audit = { ...bank, negativeBalances: 2 };
    const live = liveFigures({ ...snapshotAt(3_000), balance: { atMs: 3_000, audit, exact: false } }).balance;
    assert.deepEqual(live, { tone: 'bad', text: 'not exact: 1,000, 2 balances below zero' });
  });

  it('are as bad in the side bar and its history as on the command line, whose exit code they are', () => {
    const { result } = recordOf('20261120T091200-aaaa');
    const bank = result.before;
    const sample = { atMs: 500, audit: bank };
    const [thirteen, nothing] = [
      { ...bank, sumOfBalances: '13' },
      { ...bank, accounts: 0, sumOfBalances: '0' },
    ];
    const changes: Partial<RunResult>[] = [
      ...(['completed', 'cancelled', 'timed-out', 'aborted', 'failed'] as const).map(status => ({ status })),
      { succeeded: 0, failed: 12 },
      { started: 0, succeeded: 0, failed: 0 },
      { failed: 3, succeeded: 9 },
      {
        balanceSamples: [
          { ...sample, exact: false },
          { ...sample, exact: true },
        ],
      },
      { ledger: { acknowledged: 3, unknown: 0, recorded: 4, exact: false } },
      { thresholds: [{ threshold: 'p99<1ms', passed: false, actual: '2 ms' }] },
      { thresholds: [{ threshold: 'p99<1ms', passed: true, actual: '0 ms' }] },
      { thresholds: [{ threshold: 'p99<1ms', actual: 'nothing measured' }] },
      { dropped: 7 },
      { succeeded: 100, failed: 900, errors: { connection: 600, 'occ-data': 300 } },
      { moves: { acknowledged: 5, exact: false } },
      { moves: { acknowledged: 5, exact: true } },
      { moves: { acknowledged: 5, unknown: 2, exact: true, heldTo: 'rows' } },
      { moves: { acknowledged: 5, unknown: 2, exact: false, heldTo: 'rows' } },
      { moves: { acknowledged: 5, unknown: 9, exact: true, heldTo: 'bounds' } },
      { moves: { acknowledged: 5, unknown: 2, exact: false, heldTo: 'bounds' } },
      { moves: { acknowledged: 5, unknown: 9, exact: true, heldTo: 'choice' } },
      { moves: { acknowledged: 5, unknown: 2, exact: false, heldTo: 'choice' } },
    ];
    const money: Partial<RunResult>[] = [
      {},
      { moneyConserved: false, after: thirteen },
      { moneyConserved: false, after: nothing },
      { moneyConserved: true, before: nothing, after: nothing, balanceSamples: [] },
      { after: { ...bank, negativeBalances: 2 } },
    ];
    const good = { ...result, thresholds: [], balanceSamples: [], failed: 0, errors: {} };
    fc.assert(
      fc.property(fc.subarray(changes), fc.constantFrom(...money), (chosen, counted) => {
        const run: RunResult = Object.assign({}, good, ...chosen, counted);
        const onCommandLine = verdictsOf(run).some(({ level }) => level === 'bad');
        assert.equal(runVerdict(run).tone === 'bad', onCommandLine, JSON.stringify(runVerdict(run)));
        const amiss = verdictsOf(run).some(
          ({ level, text }) => level === 'bad' && /money was|money could|sum of balances|below zero/i.test(text),
        );
        assert.equal(finishedFigures(run).balance?.tone === 'bad', amiss, JSON.stringify(finishedFigures(run).balance));
      }),
    );
  });

  it('say of how many calls nobody knows what became, and that latencies are those of failures', () => {
    const cautions = (changes: Partial<RunResult>): string[] =>
      reportOf(recordOf('20261120T091200-aaaa', changes)).figures.cautions ?? [];
    assert.deepEqual(cautions({ inFlight: 0, succeeded: 9, failed: 1 }), []);
    assert.match(
      cautions({ inFlight: 300, succeeded: 0, failed: 0 }).join(),
      /^300 calls had no answer .* became of them/,
    );
    assert.match(cautions({ inFlight: 0, succeeded: 1_850, failed: 18_150 }).join(), /^Most calls failed/);
  });

  it('say when the ledger cannot see, and do not call a threshold met that was never measured', () => {
    const { result } = recordOf('20261120T091200-aaaa', {
      ledger: undefined,
      ledgerUnseen: 'The ledger cannot see this run: …',
      failed: 0,
      thresholds: [{ threshold: 'ledger=exact', actual: 'not counted' }],
    });
    assert.deepEqual(finishedFigures(result).ledger, { tone: 'warn', text: 'The ledger cannot see this run: …' });
    assert.deepEqual(runVerdict(result), { tone: 'bad', text: 'missed ledger=exact' });
    const ledger = { acknowledged: 5, unknown: 900, recorded: 30, exact: true };
    const text = 'The ledger leaves much open: 5 acknowledged, 900 without an answer, 30 recorded';
    assert.deepEqual(finishedFigures({ ...result, ledger }).ledger, { tone: 'warn', text });
  });
});
