import assert from 'node:assert/strict';
import type { Action, Chapter, ScaledNumber } from '../../../src/core/chapters/contract';
import { ChapterRunner } from '../../../src/core/chapters/runner';
import { loadChapters } from '../../../src/node/chapters/load';
import { complaints, openChapterBench, type ChapterBench } from '../../support/chapter-run';

const figure = ({ laptop }: ScaledNumber): number => Math.min(laptop, 1000);

/** What a chapter leaves in the database, without the functions that are called and measured on it. */
const LEAVES: readonly Action['type'][] = ['sql', 'load-accounts', 'wait-for-jobs'];

function asLeft(chapter: Chapter): Chapter {
  const steps = chapter.steps.map(step => ({
    ...step,
    actions: step.actions.filter(({ type }) => LEAVES.includes(type)),
    checks: [],
    base: false,
  }));
  return { ...chapter, steps };
}

/** One that does not leave alone what others use. */
const insisting = (chapter: Chapter): Chapter => ({
  ...chapter,
  steps: chapter.steps.map(step => ({
    ...step,
    undo: step.undo.map(action =>
      action.type === 'sql' ? { ...action, tolerate: action.tolerate?.filter(state => state !== '2BP01') } : action,
    ),
  })),
});

describe('chapters undone beside later ones', function () {
  this.timeout(300_000);
  const chapters = loadChapters().map(asLeft);
  let bench: ChapterBench;

  before(async () => {
    bench = await openChapterBench(figure);
    const { database } = bench.ports;
    assert.deepEqual(complaints(await bench.run(chapters, chapters, true)), []);
    await database.query('CREATE TABLE my_own (id int PRIMARY KEY)');
    await database.query('GRANT SELECT ON TABLE my_own TO myapp');
  });
  after(() => bench.close());

  const runner = (chapter: Chapter) => new ChapterRunner(chapter, bench.ports, { figure, chapters: () => chapters });
  const undo = (chapter: Chapter) => runner(insisting(chapter)).undoAll();

  it('begin anew, with a role that others have granted rights to as it is', async () => {
    const first = runner(chapters[0]!);
    assert.deepEqual(
      (await first.undoAll()).filter(({ ok }) => !ok),
      [],
    );
    const outcomes = await first.runAll();
    assert.deepEqual(
      outcomes.filter(({ status }) => status !== 'done'),
      [],
    );
    const { rows } = await bench.ports.database.query('SELECT pg_role_name FROM sys.iam_pg_role_mappings');
    assert.deepEqual(rows, [['myapp']]);
  });

  it('are undone, or name the chapters that have to be undone before', async () => {
    const refused = new Map<number, { sqlstate?: string; nextStep?: string }>();
    // each meets all that come after it
    for (const chapter of chapters) {
      const failed = (await undo(chapter)).find(({ ok }) => !ok);
      if (failed) refused.set(chapter.number, failed.error!);
    }
    assert.deepEqual([...refused.keys()], [0]);
    const { sqlstate, nextStep = '' } = refused.get(0)!;
    assert.equal(sqlstate, '2BP01');
    const named = [...nextStep.matchAll(/\b(\d+) \(([^)]+)\)/g)].map(([, number, title]) => [Number(number), title]);
    assert.deepEqual(
      named,
      [11, 10, 8, 7, 3, 1].map(number => [number, chapters.find(chapter => chapter.number === number)!.title]),
    );
    assert.match(nextStep, /\bmy_own\b/);
  });

  it('leave nothing in the way once those that are named are undone, whatever was undone before', async () => {
    await bench.ports.database.query('DROP TABLE my_own');
    const [first] = chapters;
    // chapters 2 and 4, undone after 1 and 3, have made their tables anew
    const failed = (await undo(first!)).find(({ ok }) => !ok);
    for (const [, number] of failed!.error!.nextStep!.matchAll(/\b(\d+) \(/g))
      assert.ok((await undo(chapters.find(chapter => chapter.number === Number(number))!)).every(({ ok }) => ok));
    assert.ok((await undo(first!)).every(({ ok }) => ok));
  });
});
