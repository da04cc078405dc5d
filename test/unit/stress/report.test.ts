import assert from 'node:assert/strict';
import { createStyle } from '../../../src/cli/terminal/style';
import { stressReport } from '../../../src/cli/terminal/stress-text';
import type { Ledger, Moves, RunResult, SeriesPoint } from '../../../src/core/stress/contract';
import { NO_AUDIT } from '../../../src/core/stress/result';
import { summarize } from '../../../src/core/stress/latency';
import { csvReport } from '../../../src/core/stress-report/csv';
import { hdrReport } from '../../../src/core/stress-report/hdr';
import { htmlReport } from '../../../src/core/stress-report/html';
import { jsonReport } from '../../../src/core/stress-report/json';
import { verdictsOf } from '../../../src/core/stress-report/verdicts';
import { planOfData } from '../../../src/core/stress/plan-file';
import { distributionOf } from '../../../src/stress/distribution';
import { latencyHistogram } from '../../../src/stress/histogram';

const BANK = { accounts: 2, sumOfBalances: '9007199254740993', negativeBalances: 0 };
const point = (atMs: number, succeeded: number): SeriesPoint => ({
  atMs,
  succeeded,
  failed: 1,
  conflicts: 3,
  retries: 2,
  dropped: 0,
  inFlight: 4,
  ...{ p50: 1, p90: 2, p95: 2.5, p99: 3.12345, max: 4 },
});

function result(change: Partial<RunResult> = {}): RunResult {
  const histogram = latencyHistogram();
  for (let i = 1; i <= 1000; i++) histogram.record(i * 1000);
  return {
    plan: {
      name: '<b>mine</b> & "yours"',
      workload: { type: 'lambda-transfer', functionName: 'transfer' },
      calls: 1000,
      inFlight: 10,
      workers: 1,
      accounts: 2,
      amount: 1,
      seed: 1,
      maxDurationSeconds: 60,
      transport: 'lean',
    },
    status: 'completed',
    throughput: 400,
    before: BANK,
    after: BANK,
    moneyConserved: true,
    elapsedMs: 2_500,
    started: 1000,
    succeeded: 997,
    failed: 3,
    inFlight: 0,
    callsPerSecond: 0,
    errors: { 'occ-data': 3 },
    retries: 6,
    maxRetries: 2,
    callsWithRetries: 4,
    retryCounts: [996, 2, 2],
    hotKeys: [{ account: 2, conflicts: 9 }],
    latency: summarize(histogram),
    handlerLatency: summarize(latencyHistogram()),
    distribution: { latency: distributionOf(histogram), handlerLatency: [] },
    series: [point(1000, 400), point(2000, 397), point(2500, 200)],
    ...change,
  };
}

describe('reports of a stress run', () => {
  it('CSV: a line a second, rates over the time that a point stands for', () => {
    const lines = csvReport(result()).split('\r\n');
    assert.equal(lines.length, 5);
    assert.match(lines[0] ?? '', /^at_s,succeeded,failed,calls_per_s,target_per_s,conflicts,/);
    assert.equal(lines[1], '1,400,1,401,,3,2,0,4,1,2,2.5,3.123,4');
    assert.match(lines[3] ?? '', /^2\.5,200,1,402,/);
    // of the first second only what came after the warm-up counts
    assert.match(
      csvReport(result({ plan: { ...result().plan, warmupSeconds: 0.5 } })),
      /\r\n1,400,1,802,.*\r\n2,397,1,398,/,
    );
  });

  it('all of them name the target: local or AWS, Region, cluster', () => {
    const target = { name: 'a, "b"', kind: 'aws', region: 'ap-northeast-2', endpoint: 'abc.dsql.example' } as const;
    const run = result({ target });
    const [head = '', first = ''] = csvReport(run).split('\r\n');
    assert.match(head, /,target,region,cluster$/);
    assert.match(first, /,aws,ap-northeast-2,abc\.dsql\.example$/);
    assert.deepEqual((JSON.parse(jsonReport(run)) as RunResult).target, target);
    const page = htmlReport([run]);
    assert.match(page, /AWS, ap-northeast-2, abc\.dsql\.example \(a, &quot;b&quot;\)/);
    assert.match(page, /\(ap-northeast-2; not the bill/);
    const lines = stressReport(run, createStyle({ isTTY: false, env: {} })).join('\n');
    assert.match(lines, /target +│ AWS, ap-northeast-2, abc\.dsql\.example/);
    assert.match(lines, /on AWS, estimated +│ 60 DPU, under \$0\.01/);
    assert.match(htmlReport([result({ target: { ...target, kind: 'local' } })]), /local cluster, abc\.dsql\.example/);
  });

  it('text: of a run that made no call why, and no table of zeros; calls of a warm-up are some', () => {
    const nothing = { started: 0, succeeded: 0, failed: 0, errors: {}, retryCounts: [], hotKeys: [] };
    const report = (change: Partial<RunResult>) =>
      stressReport(result({ ...nothing, ...change }), createStyle({ isTTY: false, env: {} }));
    const bare = { before: NO_AUDIT.audit, after: NO_AUDIT.audit, moneyConserved: false };
    assert.deepEqual(report({ ...bare, status: 'failed', failure: 'no table' }), ['✗ no table']);
    assert.deepEqual(report({ ...bare, status: 'cancelled' }), ['! The run was stopped before its first call.']);
    const warm = report({ status: 'cancelled', warmup: { started: 9, succeeded: 9, failed: 0 } }).join('\n');
    assert.match(
      warm,
      /on AWS, estimated +│ –\n[^]*warm-up +│ 9 calls, not counted\n[^]*these are the figures up to then/,
    );
  });

  it('JSON: everything, and read again as the plan it holds', () => {
    const run = result();
    const data: unknown = JSON.parse(jsonReport(run));
    assert.deepEqual(planOfData(data), run.plan);
    assert.deepEqual((data as RunResult).series, run.series);
  });

  it('HDR: the distribution that was recorded, in the four columns of the plotters', () => {
    const rows = hdrReport(result())
      .split('\n')
      .filter(line => /^ *\d/.test(line))
      .map(line => line.trim().split(/ +/).map(Number));
    const median = rows.find(([, share]) => share === 0.5);
    assert.ok(Math.abs((median?.[0] ?? 0) - 500) <= 1 && median?.[2] === 500 && median[3] === 2, String(median));
    const last = rows.at(-1) ?? [];
    assert.ok(Math.abs((last[0] ?? 0) - 1000) <= 1);
    assert.deepEqual(last.slice(1), [1, 1000]);
    rows.forEach((row, i) => assert.ok(i === 0 || (row[0] ?? 0) >= (rows[i - 1]?.[0] ?? 0)));
    assert.equal(hdrReport(result(), 'handlerLatency'), '');
  });

  it('HTML: one moment makes no chart over time, and percentiles of few calls are told apart', () => {
    const [point] = result().series ?? [];
    assert.ok(point);
    const short = htmlReport(
      [
        {
          ...result(),
          series: [point],
          balanceSamples: [],
          distribution: {
            latency: [
              [0, 1],
              [10, 2],
              [50, 3],
              [100, 3],
            ],
            handlerLatency: [],
          },
        },
      ],
      'short',
    );
    assert.doesNotMatch(short, /aria-label="(Throughput|Latency, client end to end|In flight)"/);
    const axis = /aria-label="Latency by percentile">.*?<\/svg>/s.exec(short)?.[0] ?? '';
    const labels = [...axis.matchAll(/>([\d.]+ %)</g)].map(([, label]) => label);
    assert.equal(new Set(labels).size, 3, labels.join());
  });

  it('HTML: stands alone, and what comes from outside is text', () => {
    const page = htmlReport([result({ failure: '<script>alert(1)</script>', status: 'failed' })], 'a & b');
    assert.doesNotMatch(page, /<script|<b>mine|https?:|<link|<img/);
    assert.match(page, /&lt;b&gt;mine&lt;\/b&gt; &amp; &quot;yours&quot;/);
    assert.match(page, /default-src 'none'/);
    assert.equal((page.match(/<svg/g) ?? []).length, 5);
    assert.doesNotMatch(page, /NaN|Infinity|undefined/);
    const stages = [{ ratePerSecond: 0.4, durationSeconds: 60 }];
    assert.match(htmlReport([result({ plan: { ...result().plan, stages } })]), />0\.4\/s for 60 s, at most/);
    const empty = htmlReport([result({ series: [], distribution: undefined })]);
    assert.doesNotMatch(empty, /<svg|NaN|undefined/);
  });

  it('verdicts say what is amiss, in plain words', () => {
    const bad = (change: Partial<RunResult>): string =>
      verdictsOf(result(change))
        .filter(({ level }) => level !== 'good')
        .map(({ text }) => text)
        .join('\n');
    assert.equal(bad({}), '');
    assert.match(
      bad({ moneyConserved: false, after: { ...BANK, sumOfBalances: '9007199254740992' } }),
      /Money was lost/,
    );
    assert.match(
      bad({ moneyConserved: false, after: { ...BANK, sumOfBalances: '9007199254740994' } }),
      /Money was made/,
    );
    const more = { ...BANK, accounts: BANK.accounts + 1 };
    assert.match(
      bad({ moneyConserved: false, after: more }),
      /^The money cannot be judged: [\d,]+ accounts became [\d,]+\. No transfer does that: somebody loaded or deleted accounts/,
    );
    const emptied = bad({ moneyConserved: false, after: { ...more, sumOfBalances: '1' } });
    assert.match(
      emptied,
      /^The money cannot be judged: .* accounts became .*, \d+ in all became 1\. No transfer does that/,
    );
    const uncounted = bad({ moneyConserved: false, after: { accounts: 0, sumOfBalances: '0', negativeBalances: 0 } });
    assert.match(uncounted, /^The money could not be counted after the run/, 'nobody counted, so nothing was lost');
    const held = { plan: { ...result().plan, maxDurationSeconds: 1.5 }, status: 'timed-out' } as const;
    assert.match(
      bad({ ...held, inFlight: 7 }),
      /ended after 1\.5 s, its hard limit\.\n7 calls had no answer .* no latency/,
    );
    const lostAt = { worst: [{ account: 7, by: -4.5 }], accounts: 1 };
    assert.match(
      bad({ moneyConserved: false, moves: { acknowledged: 5, exact: false, off: lostAt } }),
      /^Money was .* after\. Accounts that are off: 7 by -4\.5\.$/m,
    );
    assert.match(bad({ after: { ...BANK, negativeBalances: 3 } }), /3 balances are below zero/);
    assert.match(bad({ after: { ...BANK, negativeBalances: 1 } }), /^1 balance is below zero/);
    const failing = { succeeded: 300, failed: 700, errors: { connection: 700 } };
    assert.match(bad(failing), /^Most calls failed, and latencies count them too/);
    const nobody = 'Most calls did not get through: they had no connection, lost it, or were refused on the way.';
    assert.ok(verdictsOf(result(failing)).some(({ level, text }) => level === 'bad' && text === nobody));
    const lost = { succeeded: 500, failed: 500, errors: { connection: 250, dispatch: 250 } };
    assert.ok(
      verdictsOf(result(lost)).every(({ level }) => level !== 'bad'),
      'as many got through',
    );
    const conflicts = { succeeded: 100, failed: 900, errors: { 'occ-data': 900 } };
    assert.ok(
      verdictsOf(result(conflicts)).every(({ level }) => level !== 'bad'),
      'that is what they were to show',
    );
    const refused = { errors: { dispatch: 3 }, errorMessages: { dispatch: 'HTTP 404: no such function' } };
    assert.match(bad(refused), /^3 of 1,000 calls failed, dispatch; the first was told: HTTP 404: no such function$/);
    assert.match(bad({ ...refused, succeeded: 0 }), /^No call succeeded\.\n/);
    const missing = {
      errors: { dispatch: 3 },
      errorMessages: { dispatch: 'HTTP 404 ResourceNotFoundException: none' },
    };
    assert.match(
      bad(missing),
      /none\nThere is no function “transfer”\. Deploy one: dsql-workshop deploy .*--name transfer$/,
    );
    const named = (functionPrefix: string): string =>
      bad({
        ...missing,
        plan: { ...result().plan, workload: { type: 'lambda-transfer', functionName: 'team-transfer' } },
        target: { name: 'bank', kind: 'aws', region: 'us-east-1', endpoint: 'e', functionPrefix },
      });
    assert.match(named('team-'), /no function “team-transfer”\. .* --name transfer --target bank$/);
    assert.match(named('other-'), / --name team-transfer --target bank$/);
    const wrong = { acknowledged: 5, exact: false, heldTo: 'answers' } as const;
    const off = {
      worst: [
        { account: 12, by: -1_000 },
        { account: 7, by: 2 },
      ],
      accounts: 5,
    };
    const all = bad({ moves: { ...wrong, off: { ...off, accounts: 2 } } });
    assert.match(all, /Accounts that are off: 12 by -1,000, 7 by \+2\.$/m);
    const [said, next] = bad({ moves: { ...wrong, off } }).split('\n');
    assert.match(said ?? '', /money meanwhile\. Accounts that are off: 12 by -1,000, 7 by \+2 and 3 more\.$/);
    assert.match(next ?? '', /^Which promise .*: dsql-workshop verify-transfer transfer$/);
    const own = result({ plan: { ...result().plan, workload: { type: 'custom', module: 'load.ts' } } });
    assert.ok(
      verdictsOf(own).some(({ text }) => /^The sum of balances is exact.* Single transfers are not judged/.test(text)),
    );
    const beside = { alongside: ['b'], moves: { acknowledged: 5, exact: false } };
    assert.match(bad(beside), /“b” ran on the same target meanwhile/);
    const three = { ...beside, alongside: ['a', 'b', 'c'] };
    assert.match(bad(three), /^The moves cannot be judged: “a”, “b” and “c” moved money meanwhile\.$/m);
    assert.match(bad(beside), /^The moves cannot be judged: “b” moved money meanwhile\.$/m);
    assert.ok(verdictsOf(result(beside)).every(({ level }) => level !== 'bad'));
    assert.match(bad({ ledgerUnseen: 'The ledger cannot see this run.' }), /cannot see/);
    const ledger = { acknowledged: 5, unknown: 0, recorded: 6, exact: false };
    assert.match(
      bad({ ledger }),
      /applied more than once or although refused, or somebody else recorded some meanwhile: 5 transfers acknowledged, 6 recorded/,
    );
    assert.match(bad({ ledger: { ...ledger, recorded: 4 } }), /^Rows of acknowledged transfers are missing/);
    assert.equal(bad({ ledger: { acknowledged: 5, unknown: 5, recorded: 6, exact: true } }), '');
    assert.equal(
      bad({ ledger: { acknowledged: 5, unknown: 900, recorded: 30, exact: true } }),
      'The ledger leaves much open: 5 transfers acknowledged, 30 recorded, 900 of unknown outcome.',
    );
    assert.match(bad({ ledger: { ...ledger, recorded: -4 } }), /^Rows of transactions were deleted meanwhile/);
    const drained = { ...BANK, sumOfBalances: '9007199254740990' };
    assert.match(
      bad({ balanceSamples: [{ atMs: 1500, audit: drained, exact: false }] }),
      /^The sum of balances was not exact in 1 of 1 samples, first after 1\.5 s\.$/,
    );
    const below = { atMs: 1500, audit: { ...BANK, negativeBalances: 2 }, exact: false };
    const inTime = { atMs: 2500, audit: BANK, exact: true };
    const passing = '2 balances were below zero 1.5 s into the run; at its end none is that was not before.';
    assert.equal(bad({ balanceSamples: [below, inTime] }), passing, 'the sum was exact all the time');
    const lasting = { after: below.audit, balanceSamples: [below, below] };
    assert.equal(bad(lasting), '2 balances are below zero after the run.');
    assert.match(
      bad({ thresholds: [{ threshold: 'p99<1ms', passed: false, actual: '2 ms' }] }),
      /p99<1ms: not held \(2 ms\)/,
    );
    const open = { thresholds: [{ threshold: 'ledger=exact', actual: 'not counted' }] };
    assert.match(bad(open), /not held/);
    const stopped = verdictsOf(result({ ...open, status: 'cancelled' }));
    assert.ok(stopped.some(({ level, text }) => level === 'warning' && /ledger=exact: left open/.test(text)));
    assert.ok(stopped.every(({ level }) => level !== 'bad'));
    const moves = { acknowledged: 5, exact: false };
    assert.match(bad({ moves }), /The moves are not exact: .* Some were applied twice/);
    assert.match(bad({ moves: { ...moves, exact: true } }), /^$/);
    const told = (changes: Partial<RunResult>): string =>
      verdictsOf(result(changes))
        .map(({ text }) => text)
        .join('\n');
    const partly: Ledger = { acknowledged: 54, unknown: 6, recorded: 57, exact: true, heldTo: 'contents' };
    assert.match(
      told({ ledger: partly }),
      /exact: 54 .* 6 of unknown outcome\. Of the calls of unknown outcome 3 were made\./,
    );
    assert.match(told({ ledger: { ...partly, heldTo: 'number' } }), /Only the number of rows could be judged/);
    assert.match(told({ ledger: { ...partly, recorded: 54 } }), / none was made\./);
    assert.match(told({ ledger: { ...partly, recorded: 55 } }), / one was made\./);
    assert.match(
      told({ ledger: { ...partly, untold: 2 } }),
      /, up to 6 of unknown outcome\..* What up to 2 of them asked for is not known/s,
    );
    assert.match(told({ ledger: { ...partly, untold: 1 } }), /What one of them asked for is not known/);
    assert.match(
      bad({ ledger: { ...partly, exact: false, differs: true } }),
      /^Rows of transactions are not those of the calls/,
    );
    const byRows: Moves = { acknowledged: 54, unknown: 6, exact: true, heldTo: 'rows' };
    assert.match(
      told({ ledger: partly, moves: byRows }),
      /^The moves are exact: each balance changed by what the rows .* one snapshot\.$/m,
    );
    assert.match(bad({ ledger: partly, moves: { ...byRows, exact: false } }), /Some was moved without a row/);
    assert.match(
      bad({ ledger: { ...partly, exact: false, differs: true }, moves: { ...byRows, exact: false } }),
      /changed by what the rows of transactions say, and these are not what was asked for/,
    );
    const oneOpen: Moves = { acknowledged: 1, unknown: 1, exact: true, heldTo: 'choice' };
    assert.match(
      told({ moves: oneOpen }),
      /those that 1 acknowledged transfer makes, with one call of unknown outcome made once or not at all\.$/m,
    );
    assert.match(bad({ moves: { ...oneOpen, exact: false } }), /: whichever of 1 call of unknown outcome was made,/);
    const byBounds: Moves = { ...byRows, heldTo: 'bounds' };
    assert.match(
      told({ moves: byBounds }),
      /as exact as can be told: .* 54 .* but for what 6 calls of unknown outcome/,
    );
    assert.match(
      bad({ moves: { ...byBounds, acknowledged: 5 } }),
      /as exact as can be told/,
      'a warning, as most is open',
    );
    assert.match(
      bad({ moves: { ...byBounds, exact: false } }),
      /^The moves are not exact: whatever 6 calls of unknown/,
    );
    const early = bad({ status: 'cancelled', started: 0, succeeded: 0, failed: 0, errors: {}, legsLeft: 4 });
    assert.match(early, /^The run was stopped before its generators had told anything\.$/m);
    assert.match(
      bad({ legsLeft: 1 }),
      /^1 leg of the generators was under way when the run ended, and goes on in Lambda/m,
    );
    assert.match(
      bad({ legsLeft: 4 }),
      /^4 legs of the generators were under way .* no figure counts the calls of them\.$/m,
    );
    const byChoice: Moves = { ...byRows, heldTo: 'choice' };
    for (const moves of [byBounds, byChoice]) {
      assert.equal(bad({ moves, plan: { ...result().plan, accounts: 7 } }), '');
      const few = bad({ moves, plan: { ...result().plan, accounts: 6 } });
      assert.match(few, /as exact as can be told/, 'a warning: six calls between six accounts explain anything');
    }
    assert.match(bad({ moves: { ...byChoice, acknowledged: 5 } }), /as exact as can be told/);
    assert.match(
      told({ moves: byChoice }),
      /as exact as can be told: .* 54 .* some of 6 calls of unknown outcome made once and the others not/,
    );
    assert.match(
      bad({ moves: { ...byChoice, exact: false } }),
      /^The moves are not exact: whichever of 6 calls of unknown outcome were made/,
    );
    const generator = {
      connections: 1,
      eventLoopDelayP99Ms: 3,
      eventLoopDelayMaxMs: 5,
      utilization: 0.99,
      activeMicrosecondsPerCall: 1,
      saturated: true,
      sendDelayMaxMs: 400,
    };
    assert.match(bad({ generator }), /generator was probably the bottleneck: .*99 %.*400 ms after it was due/);
    assert.match(bad({ dropped: 12 }), /12 calls were due .* dropped: no latency counts what they would have waited/);
  });
});
