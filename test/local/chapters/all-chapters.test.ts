import assert from 'node:assert/strict';
import fs from 'node:fs';
import { runChapters } from '../../../src/cli/run-chapters';
import { JsonReport } from '../../../src/cli/json-report';
import { openForRun, type OpenTarget } from '../../../src/cli/open-target';
import type { ChapterPorts, ScaledNumber } from '../../../src/core/chapters/contract';
import type { Closeable } from '../../../src/base/lifecycle';
import { foreignTables } from '../../../src/core/chapters/foreign-tables';
import { loadChapters } from '../../../src/node/chapters/load';
import { createChapterPorts } from '../../../src/node/chapters/ports';
import { findRunningCluster } from '../../../src/node/target-local';
import { runStress } from '../../../src/stress/controller';

/** Enough calls for conflicts to be certain, few enough for a test. */
const MAX_FIGURE = 3_000;
const figure = (number: ScaledNumber): number => Math.min(number.laptop, MAX_FIGURE);

interface ReportedCheck {
  event: string;
  describe: string;
  held: boolean;
  expected: string;
  actual: string;
}

describe('the chapters, on a local cluster', function () {
  this.timeout(600_000);
  const chapters = loadChapters();
  let opened: OpenTarget;
  let ports: ChapterPorts & Closeable;
  let dataDir: string;

  before(async () => {
    opened = await openForRun('local', undefined, new AbortController().signal);
    dataDir = opened.target.caFile!.replace(/[\\/][^\\/]+$/, '');
    ports = createChapterPorts(opened.target, runStress);
  });

  after(async () => {
    await ports.close();
    await opened.close();
    assert.equal(await findRunningCluster(dataDir), undefined);
    assert.equal(fs.existsSync(dataDir), false, 'the temporary folder is gone');
  });

  /** Runs chapters and returns the checks that did not hold. */
  async function run(numbers: number[], fresh: boolean): Promise<string[]> {
    const lines: string[] = [];
    const summaries = await runChapters({
      chapters,
      selected: chapters.filter(({ number }) => numbers.includes(number)),
      ports,
      figure,
      fresh,
      report: new JsonReport(line => lines.push(line)),
      signal: new AbortController().signal,
    });
    const events = lines.map(line => JSON.parse(line) as ReportedCheck & { ok?: boolean; error?: { message: string } });
    const failedActions = events.filter(({ event, ok }) => event === 'action' && ok === false);
    assert.deepEqual(
      failedActions.map(({ error }) => error?.message),
      [],
    );
    assert.deepEqual(
      summaries.map(({ chapter, status }) => [chapter.number, status]),
      numbers.map(number => [number, 'passed']),
      JSON.stringify(events.filter(({ held }) => held === false)),
    );
    assert.equal(
      summaries.reduce((sum, { checks }) => sum + checks, 0),
      chapters
        .filter(({ number }) => numbers.includes(number))
        .flatMap(({ steps }) => steps)
        .flatMap(({ checks }) => checks).length,
    );
    return events.filter(({ event, held }) => event === 'check' && !held).map(({ describe: text }) => text);
  }

  it('run from the first to the last, and every check holds', async () => {
    assert.deepEqual(await run([0, 1, 2, 3, 4], true), []);
  });

  it('leave a bank whose every acknowledged transfer is in the history', async () => {
    const { rows } = await ports.database.query('SELECT count(*), sum(amount) FROM transactions');
    assert.deepEqual(rows, [[String(6 + MAX_FIGURE), String(5 * 10 + 5 + MAX_FIGURE)]]);
  });

  it('take none of the tables that they made for somebody else’s', async () => {
    const steps = chapters.flatMap(chapter => chapter.steps);
    assert.deepEqual(await foreignTables(ports.database, steps, chapters), []);
  });

  it('run again on what an earlier run left', async () => {
    assert.deepEqual(await run([4], false), []);
    assert.deepEqual(await run([0, 1], false), []);
  });

  it('run one alone: what it builds on is prepared', async () => {
    assert.deepEqual(await run([3], false), []);
  });

  it('undo everything, down to the empty cluster', async () => {
    await runChapters({
      chapters,
      selected: [chapters[0]!],
      ports,
      figure,
      fresh: false,
      report: new JsonReport(() => undefined),
      signal: new AbortController().signal,
    });
    const { rows } = await ports.database.query(
      "SELECT relname FROM pg_class WHERE relname IN ('accounts', 'transactions', 'idx_transactions_payer')",
    );
    assert.deepEqual(rows, []);
  });
});
