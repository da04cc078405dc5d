import assert from 'node:assert/strict';
import { summarize, summaryText, type CpuProfile } from '../../bench/profile-summary';

const frame = (id: number, functionName: string, url = ''): CpuProfile['nodes'][number] => ({
  id,
  callFrame: { functionName, url, lineNumber: 0, columnNumber: 0 },
});

describe('the summary of a CPU profile', () => {
  const profile: CpuProfile = {
    nodes: [
      frame(1, '(idle)'),
      frame(2, 'writeBuffer'),
      frame(3, '(garbage collector)'),
      frame(4, 'consume', 'src/local/gateway/flight.ts'),
      frame(5, 'push', 'src/local/gateway/output.ts'),
      frame(6, 'emit', 'node:events'),
      frame(7, '(program)'),
      frame(8, ''),
    ],
    samples: [1, 2, 2, 3, 4, 5, 6, 7, 8, 99],
    timeDeltas: [500, 100, 200, 50, 300, 100, 150, 75, 25, 1000],
  };
  const summary = summarize(profile, ({ functionName, url }) => ({ functionName, source: url }));
  const shareOf = (shares: { name: string; share: number }[], name: string): number =>
    shares.find(share => share.name === name)!.share;

  it('counts idle time apart, also samples of no known function', () => {
    assert.equal(summary.busyMs, 1);
    assert.equal(summary.idleMs, 1.5);
  });

  it('sums by room, largest first, and nothing is lost', () => {
    assert.deepEqual(
      summary.rooms.map(room => room.name),
      [
        'src/local/gateway',
        'writing: TLS and the system call',
        "Node's own JavaScript",
        'reading, TLS and the event loop, native',
        'garbage collection',
        'native functions',
      ],
    );
    assert.equal(shareOf(summary.rooms, 'src/local/gateway'), 0.4);
    for (const shares of [summary.rooms, summary.functions])
      assert.ok(Math.abs(shares.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
  });

  it('names functions with their file', () => {
    assert.equal(shareOf(summary.functions, 'consume src/local/gateway/flight.ts'), 0.3);
    assert.match(summaryText(summary, 1), /30\.0 % {2}(consume|writeBuffer)/);
  });
});
