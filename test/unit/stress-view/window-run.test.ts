import assert from 'node:assert/strict';
import { once } from 'node:events';
import { CodedError } from '../../../src/base/errors';
import { Deferred } from '../../../src/base/deferred';
import type { RunResult } from '../../../src/core/stress/contract';
import { recordedPorts } from '../../../src/core/stress-view/recorded-target';
import { RunHistory } from '../../../src/core/stress-view/run-history';
import { prepareRun } from '../../../src/core/stress-view/preparation';
import { WindowRun } from '../../../src/core/stress-view/window-run';
import { planWith, recordOf, snapshotAt } from '../../support/stress-runs';
import { recordingPorts, table } from '../../support/chapter-ports';

function windowRun(now?: () => Date): WindowRun {
  const files = new Map<string, string>();
  return new WindowRun(
    new RunHistory({
      names: () => Promise.resolve([...files.keys()]),
      read: name => Promise.resolve(files.get(name) ?? ''),
      write: (name, text) => Promise.resolve(void files.set(name, text)),
      remove: name => Promise.resolve(void files.delete(name)),
    }),
    () => 'feedbeef',
    now,
  );
}

const { result } = recordOf('20261120T091200-aaaa');
const subject = { name: 'r', targetName: 'Local cluster', origin: 'sidebar' } as const;
const never = new AbortController().signal;

describe('the stress run of a window', () => {
  it('shows what goes on, and keeps what came of it', async () => {
    const run = windowRun();
    const seen: string[] = [];
    run.onDidChange(() => seen.push(run.live?.phase ?? 'none'));
    const plan = planWith();
    await run.perform(subject, never, async activity => {
      activity.say('Loading', 0.5);
      assert.deepEqual([run.live?.text, run.live?.fraction], ['Loading', 0.5]);
      await activity.run(plan, async onSnapshot => {
        onSnapshot(snapshotAt(1_000));
        assert.equal(run.live?.figures?.elapsedMs, 1_000);
        assert.equal(run.live?.text, '10,000 calls, at most 10 min');
        assert.ok((run.live?.fraction ?? 0) > 0.29 && (run.live?.fraction ?? 0) < 0.31);
        assert.equal(run.live?.fractionOf, '10,000 calls');
        assert.equal(run.series().columns.atMs.length, 1);
        return result;
      });
    });
    assert.deepEqual(seen, ['preparing', 'running', 'finishing', 'none']);
    const { rows } = await run.history.list();
    assert.equal(rows.length, 1);
    assert.equal((await run.history.get(rows[0]?.id ?? ''))?.samples.atMs.length, 1);
  });

  it('began when its clock did, and not when its workers were asked to get ready', async () => {
    let nowMs = 100_000;
    const run = windowRun(() => new Date(nowMs));
    await run.perform(subject, never, activity =>
      activity.run(planWith(), async onSnapshot => {
        const begins: (number | undefined)[] = [];
        for (const [passedMs, elapsedMs] of [
          [100, 0],
          [20_000, 0],
          [130, 30],
          [970, 1_000],
        ] as const) {
          nowMs += passedMs;
          onSnapshot(snapshotAt(elapsedMs));
          begins.push(run.observed?.run.startedAtMs);
        }
        assert.deepEqual(begins, [100_100, 120_100, 120_200, 120_200]);
        return result;
      }),
    );
  });

  it('says of which of its ends the share is', async () => {
    const run = windowRun();
    const plan = planWith({ calls: 1_000_000 });
    await run.perform(subject, never, async activity => {
      await activity.run(plan, async onSnapshot => {
        onSnapshot(snapshotAt(300_000, { calls: 1_000_000, perSecond: 50 }));
        assert.deepEqual([run.live?.fraction, run.live?.fractionOf], [0.5, '10 min']);
        onSnapshot(snapshotAt(300_000, { calls: 1_000_000 }));
        assert.deepEqual([run.live?.fraction, run.live?.fractionOf], [0.9, '1,000,000 calls']);
        onSnapshot(snapshotAt(1_000, { calls: 1_000_000, perSecond: 0 }));
        assert.equal(run.live?.fractionOf, '1,000,000 calls', 'before the first answers');
        return result;
      });
    });
  });

  it('makes one at a time', async () => {
    const run = windowRun();
    const gate = new Deferred<void>();
    const first = run.perform(subject, never, () => gate.promise);
    const code = (error: unknown) => error instanceof CodedError && error.code === 'STRESS_RUN_BUSY';
    await assert.rejects(
      run.perform(subject, never, () => Promise.resolve()),
      code,
    );
    gate.resolve();
    await first;
    await run.perform(subject, never, () => Promise.resolve());
  });

  it('stops on demand and with its owner, and keeps the part', async () => {
    const run = windowRun();
    const owner = new AbortController();
    const part: RunResult = { ...result, status: 'cancelled' };
    await run.perform(subject, owner.signal, async activity => {
      await activity.run(planWith(), (_, signal) => {
        const stopped = new Deferred<RunResult>();
        signal.addEventListener('abort', () => stopped.resolve(part));
        owner.abort();
        assert.equal(run.live?.stopping, true);
        return stopped.promise;
      });
    });
    assert.equal((await run.history.list()).rows[0]?.status, 'cancelled');
  });

  it('has kept the part of a run when its window has closed, and is not waited for for ever', async () => {
    const run = windowRun();
    const part: RunResult = { ...result, status: 'cancelled' };
    void run.perform(subject, never, activity =>
      activity.run(planWith(), async (_, signal) => {
        await once(signal, 'abort');
        // the bank is counted after the stop
        await new Promise(setImmediate);
        return part;
      }),
    );
    await run.close(never);
    assert.equal((await run.history.list()).rows[0]?.status, 'cancelled');

    const hanging = windowRun();
    void hanging.perform(subject, never, () => new Deferred<void>().promise);
    await hanging.close(AbortSignal.abort());
    assert.equal(hanging.live?.stopping, true);
    await windowRun().close(never);
  });

  it('has kept the part of a run that was ended, and tells of the next', async () => {
    const run = windowRun();
    const part: RunResult = { ...result, status: 'cancelled' };
    void run.perform(subject, never, activity =>
      activity.run(planWith(), async (_, signal) => {
        await once(signal, 'abort');
        return part;
      }),
    );
    await run.end(never);
    assert.equal(run.live, undefined);
    assert.equal((await run.history.list()).rows[0]?.status, 'cancelled');
    const seen: string[] = [];
    run.onDidChange(() => seen.push(run.live?.phase ?? 'none'));
    await run.perform(subject, never, () => Promise.resolve());
    assert.deepEqual(seen, ['preparing', 'none']);
  });

  it('is free again after a run that could not begin, and keeps nothing of it', async () => {
    const run = windowRun();
    await assert.rejects(
      run.perform(subject, never, activity => activity.run(planWith(), () => Promise.reject(new Error('no')))),
      /no/,
    );
    assert.equal(run.live, undefined);
    assert.equal((await run.history.list()).rows.length, 0);
  });

  it('sees the runs of chapters, which see their own figures too', async () => {
    const run = windowRun();
    const ports = recordingPorts(() => table([]), {
      stress: {
        run: (_, onSnapshot) => {
          onSnapshot(snapshotAt(500));
          return Promise.resolve(result);
        },
      },
    });
    const seen: number[] = [];
    const recorded = recordedPorts(ports, run, 'Local cluster');
    assert.equal(await recorded.stress.run(planWith(), ({ elapsedMs }) => seen.push(elapsedMs), never), result);
    assert.deepEqual(seen, [500]);
    assert.equal((await run.history.list()).rows[0]?.origin, 'chapter');
  });
});

describe('the preparation of a run', () => {
  const chapters = ['01-schema-and-transfer', '02-stress-and-occ-retries'].map((slug, at) => ({
    slug,
    number: at + 1,
    directory: `/w/${slug}`,
    title: slug,
    summary: '',
    introduction: '',
    minutes: 1,
    steps: [],
  }));
  const prepare = async (there: boolean, calls: string[] = []) => {
    const ports = recordingPorts(sql => {
      if (/pg_class/.test(sql)) return table(there ? [['accounts'], ['transactions']] : []);
      if (/count\(\*\)/.test(sql)) return table([[there ? '1000' : '0']]);
      if (/pg_roles|role_mappings/.test(sql)) return table(there ? [['1']] : []);
      return table([]);
    });
    ports.lambda.exists = () => Promise.resolve(there);
    const made = await prepareRun(planWith(), { ports, chapters, onProgress: () => undefined, signal: never });
    calls.push(...ports.calls);
    return made;
  };

  it('makes everything on an empty cluster, in the order in which it is needed', async () => {
    const calls: string[] = [];
    const made = await prepare(false, calls);
    assert.deepEqual(made, ['table accounts', '1,000 accounts', 'role myapp', 'function stress-transfer-with-retries']);
    const at = (pattern: RegExp): number => calls.findIndex(call => pattern.test(call));
    assert.ok(at(/CREATE TABLE accounts/) < at(/^load 1000/));
    assert.ok(at(/CREATE ROLE myapp/) < at(/AWS IAM GRANT myapp TO 'arn:/));
    assert.ok(at(/GRANT SELECT, UPDATE/) < at(/^deploy stress-transfer-with-retries .*02-stress/));
  });

  it('leaves alone what is there', async () => {
    const calls: string[] = [];
    assert.deepEqual(await prepare(true, calls), []);
    assert.deepEqual(
      calls.filter(call => /CREATE|INSERT|^load|^deploy|AWS IAM/.test(call)),
      [],
    );
  });

  it('does not guess at a function of the user’s own that is missing', async () => {
    const ports = recordingPorts(() => table([['1000']]));
    ports.lambda.exists = () => Promise.resolve(false);
    for (const functionName of ['mine', 'constructor'])
      await assert.rejects(
        prepareRun(planWith({ workload: { type: 'lambda-transfer', functionName } }), {
          ...{ ports, chapters, signal: never },
          onProgress: () => undefined,
        }),
        (error: unknown) => error instanceof CodedError && error.code === 'STRESS_FUNCTION_MISSING',
        functionName,
      );
  });

  it('stops where it is when it is cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    const ports = recordingPorts();
    await assert.rejects(
      prepareRun(planWith(), { ports, chapters, onProgress: () => undefined, signal: abort.signal }),
      (error: unknown) => error instanceof CodedError && error.code === 'CANCELLED',
    );
    assert.deepEqual(ports.calls, []);
  });
});
