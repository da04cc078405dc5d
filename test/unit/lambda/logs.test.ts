import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodedError } from '../../../src/base/errors';
import { followLog, LogFollower, type LogEvent } from '../../../src/core/lambda/logs';
import { observabilityErrors } from '../../../src/core/observability/errors';
import { tailLines } from '../../../src/core/lambda/invocation-log';
import { RecentEvents } from '../../../src/local/lambda/logs/recent-events';

const event = (id: string, atMs: number, text = id): LogEvent => ({ id, atMs, text });
const never = new AbortController().signal;

describe('following a function’s log', () => {
  it('tells each event once, also those that come late and out of order', async () => {
    const log: LogEvent[] = [event('a', 1_000), event('b', 2_000)];
    const asked: number[] = [];
    const follower = new LogFollower(
      (_, fromMs) => (asked.push(fromMs), Promise.resolve(log.filter(({ atMs }) => atMs >= fromMs))),
      'f',
      500,
    );
    assert.deepEqual(
      (await follower.next()).map(({ id }) => id),
      ['a', 'b'],
    );
    log.push(event('d', 90_000), event('late', 1_500));
    assert.deepEqual(
      (await follower.next()).map(({ id }) => id),
      ['late', 'd'],
    );
    log.push(event('c', 61_000));
    assert.deepEqual(
      (await follower.next()).map(({ id }) => id),
      ['c'],
    );
    assert.deepEqual(await follower.next(), []);
    assert.deepEqual(asked.slice(0, 3), [500, 500, 60_000], 'what is long past is not read again');
  });

  it('goes on over what passes, told once, and ends with what does not or with its signal', async () => {
    const stop = new AbortController();
    const told: unknown[] = [];
    const seen: string[] = [];
    let look = 0;
    const missing = observabilityErrors.noLog('f', '/aws/lambda/f', undefined);
    await followLog(
      new LogFollower(() => (++look < 3 ? Promise.reject(missing) : Promise.resolve([event('x', look)])), 'f', 0),
      {
        signal: stop.signal,
        pause: () => Promise.resolve(),
        onEvents: events => {
          seen.push(...events.map(({ id }) => id));
          stop.abort();
        },
        onTrouble: error => told.push(error),
      },
    );
    assert.deepEqual([seen, told], [['x'], [missing]]);
    const denied = observabilityErrors.accessDenied('no', 'logs:FilterLogEvents', undefined);
    const options = { signal: never, pause: () => Promise.resolve(), onEvents: () => {}, onTrouble: () => {} };
    await assert.rejects(
      followLog(new LogFollower(() => Promise.reject(denied), 'f', 0), options),
      (error: unknown) => error instanceof CodedError && error.code === 'CLOUDWATCH_ACCESS_DENIED',
    );
  });

  it('shows a stack trace with the user’s own files, and leaves out what only frames', () => {
    const stack = ['Error: no', '    at handler (/var/task/index.ts:12:3)'];
    const text = `2026-11-21T10:00:00.000Z\treq-1\tERROR\tInvoke Error \t${JSON.stringify({ errorType: 'Error', errorMessage: 'no', stack })}`;
    assert.deepEqual(tailLines(event('e', Date.UTC(2026, 10, 21, 10, 0, 0, 5), text), '/home/me/bank/transfer'), [
      '10:00:00.005 Error: no',
      '      at handler (/home/me/bank/transfer/index.ts:12:3)',
    ]);
    assert.deepEqual(tailLines(event('e', 0, '2026-11-21T10:00:00.000Z\treq-1\tINFO\tpaid\n'), undefined), [
      '00:00:00.000 INFO paid',
    ]);
    assert.deepEqual(tailLines(event('e', 0, 'START RequestId: 1 Version: 3'), undefined), []);
    assert.match(
      tailLines(event('e', 0, 'REPORT RequestId: 1\tDuration: 3 ms\t\n'), undefined)[0] ?? '',
      /REPORT RequestId: 1 Duration: 3 ms$/,
    );
  });
});

describe('the log events of the local Lambda', () => {
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, after: 0, limit: 10_000 };

  it('are lines, or what was printed over several lines at once', () => {
    const events = new RecentEvents();
    events.add(
      'f',
      'START RequestId: 1 Version: 1\n2026-11-21T10:00:00.000Z\t1\tINFO\ta\nb\n\nc\nEND RequestId: 1\n',
      7,
    );
    assert.deepEqual(
      events.read('f', all).events.map(({ message, atMs }) => [message, atMs]),
      [
        ['START RequestId: 1 Version: 1', 7],
        ['2026-11-21T10:00:00.000Z\t1\tINFO\ta\nb\n\nc', Date.UTC(2026, 10, 21, 10)],
        ['END RequestId: 1\n', 7],
      ],
    );
    assert.deepEqual(events.read('g', all), { events: [], more: false });
  });

  it('are bounded, the newest stay, and pages read together make the whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 60 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (texts, limit) => {
          const events = new RecentEvents();
          for (const [at, text] of texts.entries()) events.add('f', `START RequestId: ${at}\n${text}`, at);
          const whole = events.read('f', all).events;
          const pages = [];
          for (let after = 0; ;) {
            const { events: page, more } = events.read('f', { ...all, after, limit });
            pages.push(...page);
            after = page.at(-1)?.sequence ?? after;
            if (!more) break;
          }
          assert.deepEqual(pages, whole);
        },
      ),
    );
    const many = new RecentEvents();
    for (let at = 0; at < 60; at++) many.add('f', `START RequestId: ${'x'.repeat(100_000)}${at}\n`.repeat(2), at);
    const kept = many.read('f', all).events;
    assert.ok(kept.reduce((sum, { message }) => sum + message.length, 0) < 2.3e6);
    assert.match(kept.at(-1)?.message ?? '', /x59\n?$/);
    const lines = new RecentEvents();
    lines.add('f', 'END RequestId: 1\n'.repeat(12_000), 0);
    assert.equal(lines.read('f', all).events.length, 5_000);
  });
});
