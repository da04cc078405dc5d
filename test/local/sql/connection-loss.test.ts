import assert from 'node:assert/strict';
import { effectOf } from '../../../src/core/sql/statement-effect';
import type { SqlSession } from '../../../src/core/sql/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { startTestCluster } from '../../support/cluster';
import { until } from '../../support/postgres';
import { startRelay, type Relay } from '../../support/relay';
import { CollectingSink, TestSource, testPorts } from '../../support/sql-session';

const LONG_READ = 'SELECT count(*) FROM generate_series(1, 3000000) AS g';

describe('an SQL session whose connection goes', () => {
  let cluster: LocalCluster;
  let relay: Relay;
  let session: SqlSession;
  let source: TestSource;
  let ports: ReturnType<typeof testPorts>;
  before(async () => {
    cluster = await startTestCluster();
    relay = await startRelay('127.0.0.1', cluster.info.port);
    await withSession(async () => run('CREATE TABLE ledger (id int PRIMARY KEY)'));
  });
  after(async () => {
    await relay?.close();
    await cluster?.close();
  });
  const withSession = async (work: () => Promise<unknown>): Promise<void> => {
    source = new TestSource(cluster.info, { port: relay.port });
    ports = testPorts();
    session = createSqlSession(source, ports);
    try {
      await work();
    } finally {
      await session.close();
    }
  };
  const it_ = (title: string, work: () => Promise<unknown>) => it(title, () => withSession(work));
  const run = async (sql: string, sink = new CollectingSink()): Promise<string[][]> => {
    await session.run(sql, sink);
    return sink.received as string[][];
  };
  const ids = async (): Promise<string> => (await run('SELECT id FROM ledger ORDER BY id')).join();
  const nextRequest = (): (() => Promise<void>) => {
    const before = relay.sent;
    return () => until(() => relay.sent > before, 'the statement to be sent');
  };
  const cutWhileIdle = async (): Promise<void> => {
    relay.cut();
    await until(() => relay.open === 0, 'the end of the connection');
  };

  it_('comes back silently when it was cut while idle', async () => {
    assert.deepEqual(await run('SELECT 1'), [['1']]);
    await cutWhileIdle();
    assert.deepEqual(await run('SELECT 2'), [['2']]);
    assert.equal(source.located.length, 2);
  });

  it_('runs a read again, once, when it was cut in the middle of it', async () => {
    await run('SELECT 1');
    relay.cutAfterRequest();
    assert.deepEqual(await run(LONG_READ), [['3000000']]);
    assert.equal(source.located.length, 2);
  });

  it_('does not run a write again, and says that its outcome is unknown', async () => {
    await run('SELECT 1');
    relay.swallowAnswer();
    await assert.rejects(run('INSERT INTO ledger VALUES (1)'), { code: 'OUTCOME_UNKNOWN' });
    assert.equal(await ids(), '1', 'it took effect, once');
    relay.cutAfterRequest();
    await assert.rejects(run('DELETE FROM ledger WHERE false'), { code: 'OUTCOME_UNKNOWN' });
  });

  it_('says that the transaction is gone when it was cut inside one, and works on', async () => {
    await run('BEGIN');
    await run('INSERT INTO ledger VALUES (2)');
    assert.equal(session.transaction, 'open');
    await cutWhileIdle();
    await until(() => session.transaction === 'idle', 'the loss to be noticed');
    await assert.rejects(run('INSERT INTO ledger VALUES (3)'), {
      code: 'CONNECTION_LOST',
      details: { transactionLost: true },
    });
    assert.equal(await ids(), '1');
    await run('BEGIN');
    relay.cutAfterRequest();
    await assert.rejects(run(LONG_READ), { code: 'CONNECTION_LOST' });
    assert.equal(session.transaction, 'idle');
  });

  it_('has rolled back what was to be rolled back', async () => {
    await run('BEGIN');
    await run('INSERT INTO ledger VALUES (4)');
    await cutWhileIdle();
    assert.equal((await session.run('ROLLBACK', new CollectingSink())).tag, 'ROLLBACK');
    assert.equal(await ids(), '1');
  });

  it_('says that nobody knows whether COMMIT took effect', async () => {
    await run('BEGIN');
    await run('INSERT INTO ledger VALUES (5)');
    relay.swallowAnswer();
    await assert.rejects(run('COMMIT'), { code: 'OUTCOME_UNKNOWN', message: /COMMIT/ });
    assert.equal(await ids(), '1,5');
  });

  it_('gives up after the second loss of a read', async () => {
    await run('SELECT 1');
    const sink = new CollectingSink();
    relay.cutAfterRequest();
    const lost = session.run(LONG_READ, sink);
    await until(() => source.located.length === 2 && relay.open === 1, 'a second connection');
    const cutting = setInterval(() => relay.cut(), 20);
    try {
      await assert.rejects(lost, (error: { code: string }) => /^CONNECTION_/.test(error.code));
    } finally {
      clearInterval(cutting);
    }
    assert.ok(source.located.length <= 2);
  });

  it_('keeps what was set on it, in the order of the settings, unless that was rolled back', async () => {
    for (const sql of [
      "SET TIME ZONE 'Europe/Berlin'",
      'SET search_path TO a',
      'SET search_path TO b',
      "SET application_name TO 'x'",
      'RESET application_name',
      'BEGIN',
      'SET search_path TO c',
      'ROLLBACK',
      'BEGIN',
      "SET datestyle TO 'German'",
      'COMMIT',
    ])
      await run(sql);
    await cutWhileIdle();
    const settings: string[] = [];
    for (const name of ['timezone', 'search_path', 'application_name', 'datestyle'])
      settings.push(String((await run(`SHOW ${name}`))[0]?.[0]));
    assert.deepEqual(settings, ['Europe/Berlin', 'b', 'dsql-workshop', 'German, DMY']);
    assert.equal(source.located.length, 2);
    await run('RESET ALL');
    await cutWhileIdle();
    assert.deepEqual(await run('SHOW search_path'), [['"$user", public']]);
    source.identityNow = 'two';
    await run('SET search_path TO d');
    source.identityNow = 'three';
    assert.deepEqual(await run('SHOW search_path'), [['"$user", public']]);
  });

  it_('is renewed before the service would close it, and after a long time without use', async () => {
    await run('SELECT 1');
    for (const minutes of [9, 18, 27, 36, 45, 49]) {
      ports.aheadMs = minutes * 60_000;
      await run('SELECT 1');
    }
    assert.equal(source.located.length, 1);
    ports.aheadMs = 55 * 60_000;
    await run('SELECT 1');
    assert.equal(source.located.length, 2);
    ports.aheadMs += 11 * 60_000;
    await run('SELECT 1');
    assert.equal(source.located.length, 3);
    await until(() => relay.open === 1, 'one connection');
  });

  it_('stays on an old connection while a transaction is open', async () => {
    await run('BEGIN');
    ports.aheadMs = 55 * 60_000;
    await run('SELECT 1');
    await run('COMMIT');
    assert.equal(source.located.length, 1);
    await run('SELECT 1');
    assert.equal(source.located.length, 2);
  });

  it_('gives up the connection when cancelled, at once, and works on', async () => {
    for (const [sql, outcomeUnknown] of [
      ['SELECT count(*) FROM (SELECT generate_series(1, 500000000)) AS g', undefined],
      ['INSERT INTO ledger SELECT count(*) FROM (SELECT generate_series(1, 500000000)) AS g', true],
    ] as const) {
      const cancel = new AbortController();
      await run('SELECT 1');
      const sentMore = nextRequest();
      const running = session.run(sql, new CollectingSink(), { signal: cancel.signal });
      await sentMore();
      cancel.abort();
      await assert.rejects(running, (error: { code: string; details?: { outcomeUnknown?: boolean } }) => {
        assert.equal(error.code, 'CANCELLED');
        assert.equal(error.details?.outcomeUnknown, outcomeUnknown);
        return true;
      });
      await until(() => relay.open === 0, 'the end of the connection');
      assert.deepEqual(await run('SELECT 2'), [['2']]);
    }
  });

  it_('says that a transaction went with what was cancelled inside it', async () => {
    await run('BEGIN');
    const cancel = new AbortController();
    const sentMore = nextRequest();
    const sql = 'SELECT count(*) FROM (SELECT generate_series(1, 500000000)) AS g';
    const running = session.run(sql, new CollectingSink(), { signal: cancel.signal });
    await sentMore();
    cancel.abort();
    await assert.rejects(running, { code: 'CANCELLED', details: { transactionLost: true } });
    assert.equal(session.transaction, 'idle');
  });

  it_('ends what runs when it is closed', async () => {
    await run('SELECT 1');
    const sentMore = nextRequest();
    const running = session.run(
      'SELECT count(*) FROM (SELECT generate_series(1, 500000000)) AS g',
      new CollectingSink(),
    );
    const waiting = session.run('SELECT 1', new CollectingSink());
    await sentMore();
    void session.close();
    await assert.rejects(running, { code: 'SESSION_CLOSED' });
    await assert.rejects(waiting, { code: 'SESSION_CLOSED' });
    await until(() => relay.open === 0, 'the end of the connection');
  });

  it('the reads of these tests are such as may be run again', () => assert.equal(effectOf(LONG_READ), 'none'));
});
