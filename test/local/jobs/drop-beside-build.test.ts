import assert from 'node:assert/strict';
import { createIndex, Session, TestJobs } from '../../support/jobs';

const ROUNDS = 40;

describe('DROP INDEX at any moment of a build', () => {
  let bench: TestJobs;
  let other: Session;

  before(async () => {
    bench = await TestJobs.start({ minimumMs: 30, lookEveryMs: 50 });
    other = await Session.open(bench.postgres);
  });

  after(async () => {
    await other.close();
    await bench.close();
  });

  it('drops it, also as the build comes to its end', async () => {
    const { session, runner } = bench;
    await session.client.query(
      'CREATE TABLE t (id int PRIMARY KEY, c int); INSERT INTO t SELECT i, i FROM generate_series(1, 500) i',
    );
    const start = async (round: number): Promise<[string, string]> => [
      await session.run(runner, createIndex('(c)', { name: 'first' })),
      await session.run(runner, createIndex('(c)', { name: 'second', unique: round % 2 === 0 })),
    ];
    const status = async (job: string): Promise<unknown> => (await bench.job(job)).status;
    // what a build takes on this machine, counted in look-ups: the least of three, for one may have been held up
    let lookUps = Infinity;
    for (let measurement = 0; measurement < 3; measurement++) {
      const [before, measured] = await start(0);
      let counted = 0;
      while ((await status(measured)) !== 'completed') counted++;
      lookUps = Math.min(lookUps, counted);
      await bench.outcome(before);
      await other.client.query('DROP INDEX first, second');
    }

    const outcomes = new Set<boolean>();
    for (let round = 0; round <= ROUNDS; round++) {
      const [first, second] = await start(round);
      for (let i = (2 * lookUps * round) / ROUNDS; i > 0; i--) await status(second);
      // a machine that was busier when it was measured is past none of its builds by then
      if (round === ROUNDS) await bench.outcome(second);
      await other.client.query('DROP INDEX second');
      outcomes.add(await bench.outcome(second));
      assert.deepEqual(
        (await bench.indexes()).filter(({ name }) => name !== 'first'),
        [],
      );
      await bench.outcome(first);
      await other.client.query('DROP INDEX first');
    }
    assert.deepEqual([...outcomes].sort(), [false, true], 'some were dropped before they were built, some afterwards');
  });
});
