import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JobQueue, type WaitingJob } from '../../../src/local/lambda/environments/job-queue';
import { invocationLog, isLastingInitError, timeoutPayload } from '../../../src/local/lambda/environments/outcome';
import { redirect } from '../../../src/local/lambda/runtime/cluster-route';
import { createContext } from '../../../src/local/lambda/runtime/context';
import { errorShape } from '../../../src/local/lambda/runtime/error-shape';
import { createLogMemory, LogReader, LogWriter } from '../../../src/local/lambda/runtime/log-memory';
import type { EnvironmentData, InvokeMessage } from '../../../src/local/lambda/runtime/protocol';

describe('log memory', () => {
  it('passes on everything in order, whatever its size, over any number of invocations', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 50 }),
      fc.integer({ min: 1, max: 70_000 }).map(length => 'ü'.repeat(length)),
    );
    fc.assert(
      fc.property(fc.array(fc.array(text, { maxLength: 8 }), { maxLength: 4 }), invocations => {
        const memory = createLogMemory();
        let overflow = '';
        const writer = new LogWriter(memory, more => (overflow += more));
        const reader = new LogReader(memory);
        for (const lines of invocations) {
          writer.restart();
          overflow = '';
          for (const line of lines) writer.write(line);
          assert.equal(reader.drain() + overflow, lines.join(''));
          assert.equal(reader.drain(), '');
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes the next invocation’s lines again after one that printed too much at once', () => {
    let overflow = '';
    const memory = createLogMemory();
    const writer = new LogWriter(memory, more => (overflow += more));
    const reader = new LogReader(memory);
    writer.write('x'.repeat(70_000));
    assert.equal(overflow.length, 70_000);
    writer.restart();
    writer.write('short');
    assert.deepEqual([reader.drain(), overflow.length], ['short', 70_000]);
  });
});

describe('job queue', () => {
  it('is first in, first out over many thousands', () => {
    const queue = new JobQueue();
    const job = (requestId: string) => ({ requestId }) as WaitingJob;
    let next = 0;
    let taken = 0;
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 70; i++) queue.push(job(String(next++)));
      for (let i = 0; i < 60; i++) assert.equal(queue.shift()?.requestId, String(taken++));
      assert.equal(queue.length, next - taken);
    }
    while (taken < next) assert.equal(queue.shift()?.requestId, String(taken++));
    assert.equal(queue.shift(), undefined);
  });
});

describe('context of an invocation', () => {
  it('counts down to the end of its time, whatever the clock on the wall is set to', () => {
    const realNow = Date.now;
    const data = { functionName: 'f', memoryMb: 128 } as EnvironmentData;
    const message: InvokeMessage = ['id-1', '{}', realNow() + 60_000, 'arn', false, '', 1];
    const context = createContext(data, message, () => undefined) as unknown as Record<string, () => number>;
    const first = context.getRemainingTimeInMillis!();
    try {
      for (const byMs of [-7_200_000, 7_200_000]) {
        Date.now = () => realNow() + byMs;
        const left = context.getRemainingTimeInMillis!();
        assert.ok(Number.isInteger(left) && left > 0 && left <= first, `${left} of ${first} ms`);
      }
    } finally {
      Date.now = realNow;
    }
  });
});

describe('answers for failed invocations', () => {
  it('are worded as the service words them', () => {
    assert.equal(
      timeoutPayload('id-1', 3000, Date.UTC(2026, 10, 21, 2, 30, 0, 5)),
      '{"errorMessage":"2026-11-21T02:30:00.005Z id-1 Task timed out after 3.00 seconds"}',
    );
  });

  it('tell lasting errors of INIT from passing ones', () => {
    assert.ok(isLastingInitError(JSON.stringify({ errorType: 'Runtime.ImportModuleError', errorMessage: 'x' })));
    assert.ok(!isLastingInitError(JSON.stringify({ errorType: 'Error', errorMessage: 'Runtime.ImportModuleError' })));
  });

  it('have a report that rounds up what is billed', () => {
    const outcome = { payload: '', durationMs: 12.001, memoryUsedBytes: 50.5 * 1048576, output: 'no newline' };
    assert.equal(
      invocationLog('id', '$LATEST', 128, outcome),
      'START RequestId: id Version: $LATEST\nno newline\nEND RequestId: id\n' +
        'REPORT RequestId: id\tDuration: 12.00 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 51 MB\t\n',
    );
  });
});

describe('error shapes', () => {
  it('exist for every value that can be thrown', () => {
    fc.assert(
      fc.property(fc.anything(), thrown => {
        const shape = errorShape(thrown);
        assert.equal(typeof shape.errorType, 'string');
        assert.equal(typeof shape.errorMessage, 'string');
        assert.ok(Array.isArray(shape.trace));
        assert.doesNotThrow(() => JSON.stringify(shape));
      }),
    );
  });
});

describe('the redirection of connections', () => {
  const route = { endpoint: 'localhost', gatewayPort: 40000, clusterHost: 'abc.dsql.us-east-1.on.aws', caFile: '' };
  const led = (options: object) => (redirect(options, route) as { port?: number }).port;

  it('changes the port of the cluster at 5432, and keeps the host', () => {
    for (const host of [
      'localhost',
      'LOCALHOST',
      '127.0.0.1',
      '::1',
      'abc.dsql.us-east-1.on.aws',
      'ABC.dsql.us-east-1.on.aws',
      undefined,
      '',
    ])
      for (const port of [5432, '5432']) assert.equal(led({ host, port }), 40000, `${host}:${port}`);
    const options = { host: 'abc.dsql.us-east-1.on.aws', port: 5432, keepAlive: true };
    const changed = redirect(options, route);
    assert.equal(changed.host, options.host);
    assert.equal(changed.keepAlive, true);
    assert.equal(options.port, 5432);
  });

  it('prefers a Unix socket, and keeps the host for the check of the certificate', () => {
    const options = { host: 'abc.dsql.us-east-1.on.aws', port: 5432, keepAlive: true };
    const changed = redirect(options, { ...route, gatewaySocket: '/run/gateway' });
    assert.deepEqual(changed, { ...options, path: '/run/gateway' });
    const other = { host: 'db.example.com', port: 5432 };
    assert.equal(redirect(other, { ...route, gatewaySocket: '/run/gateway' }), other);
  });

  it('leaves everything else the very same', () => {
    for (const options of [
      { host: 'localhost', port: 5433 },
      { host: 'db.example.com', port: 5432 },
      { host: 'other.dsql.us-east-1.on.aws', port: 5432 },
      { path: '/tmp/.s.PGSQL.5432', port: 5432 },
      { host: 'localhost' },
      {},
    ])
      assert.equal(redirect(options, route), options);
  });
});
