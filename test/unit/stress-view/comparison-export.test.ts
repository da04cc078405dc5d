import assert from 'node:assert/strict';
import type { SeriesPoint } from '../../../src/core/stress/contract';
import { csvOfRuns } from '../../../src/core/stress-report/csv';
import { compareRuns } from '../../../src/core/stress-view/comparison';
import { comparisonCsv, comparisonHtml, comparisonJson } from '../../../src/core/stress-view/comparison-export';
import { latencyAround, recordOf } from '../../support/stress-runs';

const HOSTILE = '<b>a, "b"</b>';
const second = (atMs: number, succeeded: number): SeriesPoint => ({
  ...{ atMs, succeeded, failed: 0, conflicts: 0, retries: 0, dropped: 0, inFlight: 1 },
  ...{ p50: 1, p90: 2, p95: 3, p99: 4, max: 5 },
});
const series = [second(1_000, 10), second(2_000, 20)];
const target = { name: 'a', kind: 'aws', region: 'us-east-1', endpoint: 'x.dsql.us-east-1.on.aws' } as const;
const records = [
  recordOf(
    '20261120T091200-aaaa',
    { series, latency: latencyAround(8), target, throughput: 1234.5678 },
    { name: HOSTILE },
  ),
  recordOf('20261120T091300-bbbb', { series, latency: latencyAround(9, 0) }, { name: HOSTILE, inFlight: 5 }),
];
const labels = [`${HOSTILE} (1)`, `${HOSTILE} (2)`];
const quoted = ['"<b>a, ""b""</b> (1)"', '"<b>a, ""b""</b> (2)"'];

describe('runs side by side, exported', () => {
  it('HTML: what the view shows, then each run in full; what comes from outside is text', () => {
    const page = comparisonHtml(records);
    assert.doesNotMatch(page, /<script|<b>a|https?:|<link|<img|NaN|undefined/);
    assert.match(page, /Not the same configuration: the runs differ in calls in flight\./);
    const [, figures = ''] = /<caption>Each run against the first<\/caption>(.*?)<\/table>/s.exec(page) ?? [];
    for (const { name } of compareRuns(records).rows) assert.ok(figures.includes(`>${name}</th>`), name);
    assert.match(figures, />Throughput<\/th><td>1,235\/s<\/td><td>2,941\/s \(\+138\.2 %, better\)</);
    assert.match(page, /<caption>Settings that differ<\/caption>.*>In flight<\/th><td>1,000<\/td><td>5<\/td>/s);
    const headings = [...page.matchAll(/<h2>(.*?) <small>/g)].map(([, heading]) => heading);
    assert.deepEqual(headings, ['&lt;b&gt;a, &quot;b&quot;&lt;/b&gt; (1)', '&lt;b&gt;a, &quot;b&quot;&lt;/b&gt; (2)']);
  });

  it('JSON: the comparison as it is shown, and every run as its own export has it', () => {
    const { format, version, comparison, runs } = JSON.parse(comparisonJson(records)) as Record<string, unknown>;
    assert.deepEqual([format, version], ['dsql-workshop-stress-comparison', 1]);
    assert.deepEqual(comparison, JSON.parse(JSON.stringify(compareRuns(records))));
    assert.deepEqual(runs, JSON.parse(JSON.stringify(records.map(({ result }) => result))));
  });

  it('CSV: a line a figure with its unit, a column a run, and nothing where nothing was measured', () => {
    const lines = comparisonCsv(records).split('\r\n');
    assert.equal(lines[0], `figure,unit,${quoted.join()}`);
    assert.ok(lines.includes('Throughput,/s,1234.568,2941'), lines.join('\n'));
    assert.ok(lines.includes('Latency p50,ms,8,'));
    assert.equal(lines.at(-1), '');
  });

  it('CSV: the seconds of all runs, each with the run that it is of', () => {
    const lines = csvOfRuns(
      records.map(({ result }) => result),
      labels,
    ).split('\r\n');
    assert.match(lines[0] ?? '', /^run,at_s,succeeded,.*,target,region,cluster$/);
    assert.equal(lines.length, 6);
    assert.equal(lines[2], `${quoted[0]},2,20,0,20,,0,0,0,1,1,2,3,4,5,aws,us-east-1,x.dsql.us-east-1.on.aws`);
    assert.equal(lines[3], `${quoted[1]},1,10,0,10,,0,0,0,1,1,2,3,4,5,,,`);
  });

  it('CSV: no name of a run is a formula to a spreadsheet, and numbers stay numbers', () => {
    const [first] = records;
    assert.ok(first);
    const names = ['=HYPERLINK("x")', '+1', '-1', '@a', 'plain'];
    const shown = [`"'=HYPERLINK(""x"")"`, "'+1", "'-1", "'@a", 'plain'];
    const runs = names.map(name => ({ ...first.result, plan: { ...first.result.plan, name } }));
    const lines = csvOfRuns(runs, names).split('\r\n');
    for (const [at, name] of shown.entries())
      assert.ok(lines[1 + at * 2]?.startsWith(`${name},1,10,`), lines[1 + at * 2]);
    const named = runs.map((result, at) => ({ ...first, id: `${first.id}-${at}`, result }));
    assert.match(comparisonCsv(named), /^figure,unit,"'=HYPERLINK\(""x""\)/);
  });
});
