import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareRuns } from '../../../src/core/stress-view/comparison';
import { finishedFigures } from '../../../src/core/stress-view/figures';
import { readRecord } from '../../../src/core/stress-view/read-record';
import { endOf, rowOf, runId, RUN_ID, runVerdict, type RunRecord } from '../../../src/core/stress-view/run-record';
import { RunHistory, type RunFiles } from '../../../src/core/stress-view/run-history';
import { reportOf } from '../../../src/core/stress-view/report';
import { recordOf } from '../../support/stress-runs';

/** Files in memory. */
class MemoryFiles implements RunFiles {
  readonly files = new Map<string, string>();
  names = () => Promise.resolve([...this.files.keys()]);
  read = (name: string) => {
    const text = this.files.get(name);
    return text === undefined ? Promise.reject(new Error('no such file')) : Promise.resolve(text);
  };
  write = (name: string, text: string) => Promise.resolve(void this.files.set(name, text));
  remove = (name: string) => Promise.resolve(void this.files.delete(name));
}

const idAt = (n: number): string => runId(new Date(Date.UTC(2026, 10, 1, 0, 0, n)), 'abcdef12');

describe('the history of runs', () => {
  it('keeps a run over windows, and reads it back as it was', async () => {
    const files = new MemoryFiles();
    const record = recordOf(idAt(1));
    await new RunHistory(files).add(record);
    const later = new RunHistory(files);
    assert.deepEqual(await later.get(record.id), JSON.parse(JSON.stringify(record)));
    assert.deepEqual((await later.list()).rows, [rowOf(record)]);
  });

  it('tells how a run ended, and which one it is', () => {
    const row = rowOf(recordOf(idAt(1), {}, { name: 'evening' }));
    const { tone, message, runId } = endOf({ ...row, calls: 10_000, throughput: 1_489.6, p99Ms: 1_234 });
    assert.deepEqual([tone, runId], [row.verdict.tone, idAt(1)]);
    assert.equal(message, `evening: ${row.verdict.text}. 10,000 calls, 1,490 a second, p99 1.23 s.`);
    delete row.p99Ms;
    assert.match(endOf(row).message, /a second\.$/);
  });

  it('has a run that could not be written for as long as its window lives, says so, and writes it when it can', async () => {
    const files = new MemoryFiles();
    const history = new RunHistory(files);
    const { write } = files;
    const record = recordOf(idAt(1));
    files.write = () => Promise.reject(new Error('ENOSPC: no space left on device, write'));
    await history.add(record);
    await history.refresh();
    const [row] = (await history.list()).rows;
    assert.equal(row?.verdict.tone, 'bad');
    const { text } = rowOf(record).verdict;
    const told = `${text}; not kept (ENOSPC: no space left on device, write): export it before this window closes`;
    assert.equal(row.verdict.text, told);
    assert.deepEqual(await history.get(record.id), record);
    await history.update({ ...record, targetName: 'elsewhere' });
    assert.equal((await history.get(record.id))?.targetName, 'elsewhere');

    files.write = write;
    await history.add(recordOf(idAt(2)));
    const later = (await new RunHistory(files).list()).rows;
    assert.deepEqual(
      later.map(({ id }) => id),
      [idAt(2), idAt(1)],
    );
    assert.deepEqual((await history.list()).rows, later);

    files.write = () => Promise.reject(new Error('full'));
    await history.add(recordOf(idAt(3)));
    await history.remove(idAt(3));
    assert.equal((await history.list()).rows.length, 2);
    assert.equal(await history.get(idAt(3)), undefined);
  });

  it('is bounded: the oldest goes', async () => {
    const files = new MemoryFiles();
    const history = new RunHistory(files, 3);
    for (let n = 1; n <= 5; n++) await history.add(recordOf(idAt(n)));
    assert.deepEqual(
      (await history.list()).rows.map(({ id }) => id),
      [5, 4, 3].map(idAt),
    );
    assert.equal(files.files.size, 3);
  });

  it('counts damaged files, leaves them alone, and shows the others', async () => {
    const files = new MemoryFiles();
    const whole = JSON.stringify(recordOf(idAt(1)));
    files.files.set(`${idAt(1)}.json`, whole);
    files.files.set(`${idAt(2)}.json`, whole.slice(0, 500));
    files.files.set('notes.json', '{}');
    files.files.set(`${idAt(3)}.json.tmp`, '{');
    const { rows, unreadable } = await new RunHistory(files).list();
    assert.deepEqual([rows.length, unreadable], [1, 2]);
    assert.equal(files.files.size, 4);
  });

  it('sees what another window wrote and deleted', async () => {
    const files = new MemoryFiles();
    const [mine, other] = [new RunHistory(files), new RunHistory(files)];
    await mine.list();
    await other.add(recordOf(idAt(1)));
    await mine.refresh();
    assert.equal((await mine.list()).rows.length, 1);
    await other.remove(idAt(1));
    await mine.refresh();
    assert.equal((await mine.list()).rows.length, 0);
  });

  it('takes no id that is not one of its own', async () => {
    const files = new MemoryFiles();
    files.files.set('../secret.json', JSON.stringify(recordOf(idAt(1))));
    assert.equal(await new RunHistory(files).get('../secret'), undefined);
  });

  it('never throws on a file, whatever is in it, and what it reads can be shown', () => {
    const whole = JSON.parse(JSON.stringify(recordOf(idAt(1)))) as RunRecord;
    const keys = Object.keys(whole.result);
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.anything(), (key, value) => {
        const record = readRecord(JSON.stringify({ ...whole, result: { ...whole.result, [key]: value } }));
        if (!record) return;
        rowOf(record);
        reportOf(record);
        compareRuns([recordOf(idAt(2)), record]);
      }),
      { numRuns: 400 },
    );
    fc.assert(fc.property(fc.string(), text => void readRecord(text)));
  });

  it('makes ids that are file names, in order of time', () => {
    assert.match(runId(new Date(), 'x'), RUN_ID);
    assert.match(runId(new Date(), '../../ETC!'), RUN_ID);
    assert.ok(idAt(1) < idAt(2));
  });

  it('gives the worst first: money, then history, thresholds, generator', () => {
    const { result } = recordOf(idAt(1));
    const good = { ...result, thresholds: [], failed: 0, errors: {} };
    assert.equal(runVerdict(good).tone, 'good');
    assert.equal(runVerdict({ ...good, failed: 3 }).tone, 'warn');
    assert.match(runVerdict(result).text, /missed errors<0\.1%/);
    const lost = { ...good, moneyConserved: false, after: { ...good.after, sumOfBalances: '99999' } };
    assert.deepEqual(runVerdict(lost), { tone: 'bad', text: 'balance not exact: -1: 100,000 became 99,999' });
    const uncounted = { ...good, moneyConserved: false, after: { ...good.after, accounts: 0, sumOfBalances: '0' } };
    assert.equal(runVerdict(uncounted).text, 'balance could not be counted after the run');
    assert.equal(finishedFigures(uncounted).balance?.short, 'not counted', 'nobody saw that it is not exact');
    const failure =
      'the local cluster was stopped: nobody listens on localhost:5432 any more\nStart the cluster again.';
    assert.deepEqual(runVerdict({ ...uncounted, status: 'failed', failure }), {
      tone: 'bad',
      text: 'the local cluster was stopped: nobody listens on localhost:5432 any more',
    });
    assert.match(runVerdict({ ...good, failed: 1 }).text, /^1 call failed/);
    const ledger = { acknowledged: 10, unknown: 0, recorded: 11, exact: false };
    assert.match(runVerdict({ ...good, ledger }).text, /^ledger not exact: 10 transfers acknowledged, 11 recorded$/);
    assert.match(
      runVerdict({ ...good, ledger: { ...ledger, differs: true } }).text,
      /^ledger not exact: rows are missing/,
    );
    const moves = { acknowledged: 10, exact: false };
    assert.match(runVerdict({ ...good, moves }).text, /^moves not exact: some transfers were made twice/);
    const workload = { type: 'custom', module: 'load.ts' } as const;
    assert.match(runVerdict({ ...good, plan: { ...good.plan, workload } }).text, /, sum of balances exact$/);
    assert.deepEqual(runVerdict({ ...good, ledgerUnseen: 'The ledger cannot see this run.' }), {
      tone: 'warn',
      text: 'every call succeeded, sum of balances exact; single transfers could not be judged',
    });
    const sample = { atMs: 5, audit: good.before, exact: false };
    assert.equal(runVerdict({ ...good, balanceSamples: [sample] }).tone, 'bad');
    assert.ok(good.generator);
    const slow = { ...good.generator, saturated: true, utilization: 0.99 };
    assert.match(runVerdict({ ...good, generator: slow }).text, /^the generator was the bottleneck/);
    const starved = { ...slow, cpuMicrosecondsPerCall: slow.activeMicrosecondsPerCall / 3 };
    assert.match(runVerdict({ ...good, generator: starved }).text, /^the machine was the bottleneck/);
  });
});
