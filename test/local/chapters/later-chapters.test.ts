import assert from 'node:assert/strict';
import type { Chapter, ScaledNumber } from '../../../src/core/chapters/contract';
import { foreignTables } from '../../../src/core/chapters/foreign-tables';
import { loadChapters } from '../../../src/node/chapters/load';
import { complaints, openChapterBench, type ChapterBench, type ReportedEvent } from '../../support/chapter-run';

/** Enough calls on hot accounts for conflicts to be certain. */
const MAX_FIGURE = 150;
const figure = (number: ScaledNumber): number => Math.min(number.laptop, MAX_FIGURE);

const LATER = [6, 7, 8, 9, 10, 11];

describe('the later chapters, on a local cluster', function () {
  this.timeout(300_000);
  const chapters = loadChapters();
  const chapter = (number: number): Chapter => chapters.find(candidate => candidate.number === number)!;
  const events = new Map<number, ReportedEvent[]>();
  let bench: ChapterBench;

  before(async () => {
    // a thousand accounts are few enough to load
    bench = await openChapterBench(number => (number.laptop === 1000 ? 1000 : figure(number)));
  });
  after(() => bench.close());

  const results = (number: number, type: string) =>
    events.get(number)!.flatMap(({ result }) => (result?.type === type ? [result] : []));

  for (const number of LATER)
    it(`run chapter ${number} alone on an empty cluster, and every check holds`, async () => {
      const reported = await bench.run(chapters, [chapter(number)], number === LATER[0]);
      events.set(number, reported);
      assert.deepEqual(complaints(reported), []);
      const checks = reported.slice(reported.findIndex(({ event }) => event === 'chapter'));
      assert.equal(
        checks.filter(({ event }) => event === 'check').length,
        chapter(number).steps.flatMap(step => step.checks).length,
      );
    });

  it('take none of the tables that they made for somebody else’s', async () => {
    const steps = chapters.flatMap(candidate => candidate.steps);
    assert.deepEqual(await foreignTables(bench.ports.database, steps, chapters), []);
  });

  it('count conflicts by account, and find the hot ones hot', () => {
    const [map] = results(6, 'heat-map') as unknown as { map: { rows: string[]; values: number[][] } }[];
    assert.deepEqual(map!.map.rows, ['connector', 'spread']);
    const [hot, spread] = map!.map.values;
    const sum = (row: number[]): number => row.reduce((all, value) => all + value, 0);
    assert.ok(hot![0]! > 0.8 * sum(hot!), `${hot}`);
    assert.ok(sum(spread!) < sum(hot!) / 4, `${spread}`);
  });

  it('compare five policies, each with its own share of wasted work', () => {
    const [comparison] = results(6, 'stress-comparison') as unknown as {
      results: { plan: { name: string; workload: { retry: { maxAttempts: number } } }; maxRetries: number }[];
    }[];
    assert.deepEqual(
      comparison!.results.map(({ plan }) => plan.name),
      ['none', 'immediate', 'full-jitter', 'connector', 'mcp-skill'],
    );
    for (const { plan, maxRetries } of comparison!.results)
      assert.ok(maxRetries < plan.workload.retry.maxAttempts, `${plan.name}: ${maxRetries}`);
  });

  it('meet the limits that were shortened for the lesson, and say that they were', () => {
    const answers = results(8, 'json').map(({ value }) => value as Record<string, unknown>);
    const age = answers.find(({ transactions }) => transactions !== undefined)!;
    assert.match(String(age.outcome), /^54000 transaction age limit of 1s exceeded$/);
    assert.match(String(age.limit), /shortened to 1 s/);
    const lifetime = answers.find(({ failures }) => failures !== undefined)!;
    assert.match(String(lifetime.outcome), /closed by the server/);
    const rate = answers.find(({ refused }) => typeof refused === 'number')!;
    assert.ok(Number(rate.refused) > 0);
  });

  it('run again on what an earlier run left', async () => {
    for (const number of [7, 11])
      assert.deepEqual(complaints(await bench.run(chapters, [chapter(number)])), [], `chapter ${number}`);
  });

  it('undo everything, down to the empty cluster', async () => {
    await bench.run(chapters, [chapter(0)]);
    const { rows } = await bench.ports.database.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'S') ORDER BY 1",
    );
    assert.deepEqual(rows, []);
    const deployed = chapters
      .flatMap(({ steps }) => steps.flatMap(({ actions }) => actions))
      .flatMap(action => (action.type === 'deploy' && action.functionName !== 'greeter' ? [action.functionName] : []));
    for (const name of new Set(deployed)) assert.equal(await bench.ports.lambda.exists(name), false, name);
  });
});
