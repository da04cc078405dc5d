import assert from 'node:assert/strict';
import { RunHistory, type RunFiles } from '../../../src/core/stress-view/run-history';
import { UnfinishedRuns } from '../../../src/core/stress-view/unfinished-runs';
import { WindowRun } from '../../../src/core/stress-view/window-run';
import { Deferred } from '../../../src/base/deferred';
import { planWith, recordOf, snapshotAt } from '../../support/stress-runs';

/** A folder, some of whose windows are alive. */
function windows() {
  const kept = new Map<string, string>();
  const disk = { full: false };
  const alive = new Set<string>();
  const files: RunFiles = {
    names: () => Promise.resolve([...kept.keys()]),
    read: name => Promise.resolve(kept.get(name) ?? ''),
    write: (name, text) => (disk.full ? Promise.reject(new Error('full')) : Promise.resolve(void kept.set(name, text))),
    remove: name => Promise.resolve(void kept.delete(name)),
  };
  let runs = 0;
  const open = async (id: string) => {
    alive.add(id);
    const history = new RunHistory(files);
    const unfinished = new UnfinishedRuns(files, { id, isAlive: other => alive.has(other) });
    const recovered = await unfinished.recover(history);
    const run = new WindowRun(history, () => `feedbee${runs++}`, undefined, unfinished);
    return { run, history, recovered };
  };
  return { kept, disk, open, kill: (id: string) => alive.delete(id) };
}

const subject = { name: 'r', targetName: 'Local cluster', origin: 'sidebar' } as const;
const never = new AbortController().signal;
const { result } = recordOf('20261120T091200-aaaa');

describe('stress runs whose window has ended', () => {
  it('are in the history of the next window, as interrupted, with what was counted', async () => {
    const { open, kill, kept, disk } = windows();
    const first = await open('1');
    const hanging = new Deferred<typeof result>();
    void first.run.perform(subject, never, activity =>
      activity.run(planWith(), onSnapshot => {
        onSnapshot(snapshotAt(1_000));
        return hanging.promise;
      }),
    );
    assert.deepEqual(
      [...kept.keys()].map(name => name.replace(/^.*\./, '')),
      ['under-way'],
    );

    const beside = await open('2');
    assert.deepEqual(beside.recovered, [], 'the first window is alive');
    kill('1');
    disk.full = true;
    assert.deepEqual((await open('5')).recovered, [], 'nothing is let go of that could not be written');
    disk.full = false;
    const next = await open('3');
    const { rows, unreadable } = await next.history.list();
    assert.deepEqual(next.recovered, [rows[0]?.id]);
    assert.deepEqual([rows.length, unreadable, rows[0]?.status], [1, 0, 'failed']);
    assert.match(rows[0]?.verdict.text ?? '', /^interrupted: /);
    const record = await next.history.get(rows[0]?.id ?? '');
    assert.equal(record?.result.started, snapshotAt(1_000).started);
    assert.equal(record?.result.moneyConserved, false);
    assert.deepEqual((await open('4')).recovered, [], 'once');
  });

  it('are told of by the next window also where theirs was closed and had kept their end, and not as stopped by somebody', async () => {
    const { open, kept, kill } = windows();
    const { run, history } = await open('1');
    const begun = new Deferred<void>();
    const ended = run.perform(subject, never, activity =>
      activity.run(planWith(), async (onSnapshot, signal) => {
        onSnapshot(snapshotAt(1_000));
        const stopped = new Promise(resolve => signal.addEventListener('abort', resolve));
        begun.resolve();
        await stopped;
        return { ...result, status: 'cancelled', thresholds: [] };
      }),
    );
    await begun.promise;
    await run.close(never);
    await ended;
    kill('1');
    const { rows } = await history.list();
    assert.match(rows[0]?.verdict.text ?? '', /^stopped with its window/);
    assert.equal((await history.get(rows[0]?.id ?? ''))?.result.failure, 'Its window was closed or loaded anew.');
    const next = await open('2');
    assert.deepEqual(next.recovered, [rows[0]?.id]);
    assert.equal((await next.history.list()).rows.length, 1);
    assert.deepEqual(
      [...kept.keys()].map(name => name.replace(/^.*\./, '')),
      ['json'],
    );
  });

  it('are written down every five seconds of their own, also while the wall clock is set back', async () => {
    const written: number[] = [];
    let hour = 9;
    const unfinished = {
      keep: async ({ result: { elapsedMs } }: { result: { elapsedMs: number } }) => void written.push(elapsedMs),
      forget: async () => undefined,
    };
    const { run } = await windows().open('1');
    const now = (): Date => new Date(Date.UTC(2026, 10, 20, hour--));
    await new WindowRun(run.history, () => 'feedbeef', now, unfinished).perform(subject, never, activity =>
      activity.run(planWith(), async onSnapshot => {
        for (const atMs of [1_000, 5_000, 6_500, 8_000, 12_000]) {
          onSnapshot(snapshotAt(atMs));
          // what is being written is waited for
          await new Promise(resolve => setImmediate(resolve));
        }
        return result;
      }),
    );
    assert.deepEqual(written, [1_000, 6_500, 12_000]);
  });

  it('leave nothing when the run has ended, whichever way', async () => {
    const { open, kept } = windows();
    const { run } = await open('1');
    const keys = (): string[] => [...kept.keys()].map(name => name.replace(/^.*\./, ''));
    await run.perform(subject, never, activity =>
      activity.run(planWith(), onSnapshot => {
        onSnapshot(snapshotAt(1_000));
        return Promise.resolve(result);
      }),
    );
    assert.deepEqual(keys(), ['json']);
    const failed = run.perform(subject, never, activity =>
      activity.run(planWith(), onSnapshot => {
        onSnapshot(snapshotAt(1_000));
        return Promise.reject(new Error('could not begin'));
      }),
    );
    await assert.rejects(failed, /could not begin/);
    assert.deepEqual(keys(), ['json']);
  });

  it('are given up where what was written cannot be read', async () => {
    const { open, kept } = windows();
    kept.set('20261120T091500-aaaa.under-way', '{"owner":"9","rec');
    kept.set('x.under-way', 'not ours');
    const { recovered, history } = await open('1');
    assert.deepEqual(recovered, []);
    assert.deepEqual((await history.list()).rows, []);
    assert.deepEqual([...kept.keys()], ['x.under-way']);
  });
});
