import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import type { LocalCluster } from '../../../src/local/cluster';
import { auditOver } from '../../../src/node/bank/audit';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import { startTestCluster } from '../../support/cluster';
import { until } from '../../support/postgres';
import { startRelay, type Relay } from '../../support/relay';

/** Far longer than a test may take. */
const ENDLESS = 'generate_series(1, 2000000000)';

describe('what a check of a chapter asks of the database, given up', () => {
  let cluster: LocalCluster;
  let relay: Relay;
  let database: DatabasePort & Closeable;

  before(async () => {
    cluster = await startTestCluster();
    relay = await startRelay('127.0.0.1', cluster.info.port);
    database = createDatabase(localTarget({ ...cluster.info, port: relay.port }));
    await database.query(`CREATE VIEW accounts AS SELECT g AS id, 1 AS balance FROM ${ENDLESS} AS g`);
  });
  after(async () => {
    await database?.close();
    await relay?.close();
    await cluster?.close();
  });

  for (const [what, ask] of [
    ['a statement that is rolled back', signal => database.rolledBack([`SELECT count(*) FROM ${ENDLESS}`], { signal })],
    ['an audit of the money', signal => auditOver(database, signal)],
  ] satisfies [string, (signal: AbortSignal) => Promise<unknown>][]) {
    it(`${what} ends with its connection`, async () => {
      await database.query('SELECT 1');
      assert.equal(relay.open, 1);
      const abort = new AbortController();
      const { sent } = relay;
      const ended = assert.rejects(ask(abort.signal), /cancelled/);
      await until(() => relay.sent > sent, 'a statement to be sent');
      abort.abort();
      await ended;
      await until(() => relay.open === 0, 'the end of the connection');
    });

    it(`${what} is not sent where it was given up while it waited for a connection`, async () => {
      await database.query('SELECT 1');
      const abort = new AbortController();
      const { sent } = relay;
      const ended = assert.rejects(ask(abort.signal), /cancelled/);
      abort.abort();
      await ended;
      assert.equal(relay.sent, sent);
    });
  }
});
