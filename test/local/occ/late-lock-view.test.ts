import assert from 'node:assert/strict';
import { Adjudicator } from '../../../src/local/adjudicator/adjudicator';
import { ActiveFlights } from '../../../src/local/gateway/active-flights';
import { Backend } from '../../../src/local/gateway/backend';
import { ControlConnection } from '../../../src/local/gateway/control';
import { Deferred } from '../../../src/base/deferred';
import { startTestGateway } from '../../support/gateway';
import { answerOf, OC000 } from '../../support/isolation-session';

/** What PostgreSQL said of its locks reaches the gateway when those it speaks of are long over. */
describe('a view of the locks that comes late', function () {
  const { blocked } = ControlConnection.prototype;
  const { begin } = ActiveFlights.prototype;
  const { park } = Adjudicator.prototype;
  const { fly } = Backend.prototype;
  afterEach(() => {
    Adjudicator.prototype.park = park;
    Backend.prototype.fly = fly;
    ActiveFlights.prototype.begin = begin;
    ControlConnection.prototype.blocked = blocked;
  });

  it('lets no key be used that was freed while the statement waited for it', async () => {
    const cluster = await startTestGateway();
    try {
      const [waiter, holder] = [await cluster.connect(), await cluster.connect()];
      await holder.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
      await holder.query('INSERT INTO t VALUES (1, 0)');
      await waiter.query('BEGIN');
      await waiter.query('SELECT v FROM t');
      await holder.query('BEGIN');
      await holder.query('DELETE FROM t');

      const seen = new Deferred<void>();
      const late = new Deferred<void>();
      ControlConnection.prototype.blocked = async function (this: ControlConnection, pids) {
        const waits = await blocked.call(this, pids);
        if (waits.length > 0) seen.resolve();
        if (waits.length > 0) await late.promise;
        return waits;
      };
      const waited = answerOf(waiter, 'INSERT INTO t VALUES (1, 1)');
      await seen.promise;
      assert.equal(await answerOf(holder, 'COMMIT'), 'COMMIT');
      assert.equal(await waited, 'ERROR 23505 duplicate key value violates unique constraint "t_pkey"');
      late.resolve();
      assert.equal(await answerOf(waiter, 'COMMIT'), 'ROLLBACK');
      assert.deepEqual(cluster.log, []);
    } finally {
      await cluster.close();
    }
  });

  it('makes no conflict between who waited and who has the holder’s backend now', async () => {
    const cluster = await startTestGateway();
    try {
      const [waiter, holder, next] = [await cluster.connect(), await cluster.connect(), await cluster.connect()];
      const must = async (answer: Promise<string>): Promise<void> => assert.doesNotMatch(await answer, /^ERROR/);
      await must(answerOf(holder, 'CREATE TABLE t (id int PRIMARY KEY, v int)'));
      await must(answerOf(holder, 'INSERT INTO t VALUES (1, 0), (2, 0)'));

      const seen = new Deferred<void>();
      const late = new Deferred<void>();
      const told = new Deferred<void>();
      let held = false;
      ControlConnection.prototype.blocked = async function (this: ControlConnection, pids) {
        const waits = await blocked.call(this, pids);
        if (held || waits.length === 0) return waits;
        held = true;
        seen.resolve();
        await late.promise;
        setImmediate(() => told.resolve());
        return waits;
      };
      for (const client of [waiter, holder]) await must(answerOf(client, 'BEGIN'));
      await must(answerOf(holder, 'UPDATE t SET v = 1 WHERE id = 1'));
      const waited = answerOf(waiter, 'UPDATE t SET v = 2 WHERE id = 1');
      await seen.promise;
      await must(answerOf(holder, 'ROLLBACK'));
      assert.equal(await waited, 'UPDATE 1');
      await must(answerOf(next, 'BEGIN'));
      await must(answerOf(next, 'UPDATE t SET v = 3 WHERE id = 2'));
      const under = new Deferred<void>();
      ActiveFlights.prototype.begin = function (this: ActiveFlights, backend) {
        begin.call(this, backend);
        under.resolve();
      };
      const busy = answerOf(waiter, 'SELECT count(*) FROM pg_sleep(0.5)');
      await under.promise;
      late.resolve();
      await told.promise;
      await must(busy);
      assert.equal(await answerOf(next, 'COMMIT'), 'COMMIT');
      const outcome = await answerOf(waiter, 'COMMIT');
      assert.notEqual(outcome, OC000);
      assert.equal(outcome, 'COMMIT');
      assert.deepEqual(cluster.log, []);
    } finally {
      await cluster.close();
    }
  });

  it('ends nobody for what he held before he made way', async () => {
    const cluster = await startTestGateway();
    try {
      const [waiter, first, second] = [await cluster.connect(), await cluster.connect(), await cluster.connect()];
      await waiter.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
      await waiter.query('INSERT INTO t VALUES (1, 0), (2, 0)');
      await first.query('BEGIN');
      await first.query('UPDATE t SET v = 1 WHERE id = 1');
      await second.query('BEGIN');
      await second.query('UPDATE t SET v = 1 WHERE id = 2');
      await waiter.query('BEGIN');

      const back = new Deferred<void>();
      let isBack = false;
      Adjudicator.prototype.park = function (this: Adjudicator, tx) {
        Adjudicator.prototype.park = park;
        Backend.prototype.fly = async function (this: Backend, ...flown) {
          Backend.prototype.fly = fly;
          await fly.apply(this, flown);
          await back.promise;
        };
        park.call(this, tx);
      };
      let before: Awaited<ReturnType<typeof blocked>> | undefined;
      ControlConnection.prototype.blocked = async function (this: ControlConnection, pids) {
        const waits = await blocked.call(this, pids);
        if (isBack || waits.length === 0) return waits;
        if (!before) return (before = waits);
        isBack = true;
        back.resolve();
        await new Promise(setImmediate);
        return before;
      };
      assert.equal(await answerOf(waiter, 'UPDATE t SET v = 2'), 'UPDATE 2');
      assert.ok(isBack);
      assert.equal(await answerOf(waiter, 'ROLLBACK'), 'ROLLBACK');
      for (const holder of [first, second]) assert.equal(await answerOf(holder, 'COMMIT'), 'COMMIT');
      assert.deepEqual(cluster.log, []);
    } finally {
      await cluster.close();
    }
  });
});
