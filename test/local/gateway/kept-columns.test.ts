import assert from 'node:assert/strict';
import type pg from 'pg';
import * as m from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { WireClient } from './wire-client';

/** What pgx, pgJDBC and asyncpg prepare the statement anew by. */
const CHANGED = 'error ERROR 0A000 cached plan must not change result type';
const ELSEWHERE = 'error ERROR 40001 schema has been updated by another transaction (OC001)';

describe('a prepared statement whose columns DDL has changed', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  let client: WireClient;
  before(async () => {
    cluster = await startTestGateway();
  });
  after(() => cluster?.close());
  beforeEach(async () => {
    admin = await cluster.connect();
    await admin.query('DROP TABLE IF EXISTS t');
    await admin.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
    await admin.query('INSERT INTO t VALUES (1, 2)');
    client = await WireClient.session(cluster);
  });
  afterEach(async () => {
    client.close();
    await admin.end();
    assert.deepEqual(cluster.log, []);
  });

  async function answers(...frames: Buffer[]): Promise<string[]> {
    client.send(...frames, m.SYNC);
    return client.until('ready');
  }
  const prepare = (name: string, sql: string): Promise<string[]> => answers(m.parse(name, sql));
  const run = (name: string): Promise<string[]> => answers(m.bind('', name), m.execute());
  const rows = async (name: string): Promise<string[]> =>
    (await run(name)).filter(answer => /^(?:dataRow|error)/.test(answer));

  it('is refused until it is prepared anew, once the session has been told of the change', async () => {
    await prepare('all', 'SELECT * FROM t');
    await prepare('one', 'SELECT v FROM t');
    assert.deepEqual(await rows('all'), ['dataRow ["1","2"]']);
    await admin.query('ALTER TABLE t ADD COLUMN w text');
    assert.deepEqual(await rows('all'), [ELSEWHERE]);
    assert.deepEqual(await rows('all'), [CHANGED]);
    assert.deepEqual(await answers(m.describeStatement('all')), [CHANGED, 'ready I']);
    assert.deepEqual(await rows('all'), [CHANGED]);
    assert.deepEqual(await rows('one'), ['dataRow ["2"]']);
    await answers(m.closeStatement('all'));
    await prepare('all', 'SELECT * FROM t');
    assert.deepEqual(await rows('all'), ['dataRow ["1","2",null]']);
  });

  it('is refused to each client that has the columns of old, and to no other', async () => {
    await prepare('early', 'SELECT * FROM t');
    await admin.query('ALTER TABLE t ADD COLUMN w text');
    const late = await WireClient.session(cluster);
    late.send(m.parse('late', 'SELECT * FROM t'), m.bind('', 'late'), m.execute(), m.SYNC);
    assert.ok((await late.until('ready')).includes('dataRow ["1","2",null]'));
    late.close();
    assert.deepEqual(await rows('early'), [ELSEWHERE]);
    assert.deepEqual(await rows('early'), [CHANGED]);
  });

  it('is refused at once after DDL of the session itself, and aborts a block', async () => {
    await prepare('all', 'SELECT * FROM t');
    await answers(m.parse('', 'ALTER TABLE t RENAME COLUMN v TO renamed'), m.bind('', ''), m.execute());
    assert.deepEqual(await rows('all'), [CHANGED]);
    await answers(m.parse('', 'BEGIN'), m.bind('', ''), m.execute());
    assert.deepEqual(await run('all'), [CHANGED, 'ready E']);
  });

  it('changes nothing where it would have returned rows of a write', async () => {
    await prepare('write', 'UPDATE t SET v = v + 1 RETURNING *');
    await answers(m.parse('', 'ALTER TABLE t ADD COLUMN w text'), m.bind('', ''), m.execute());
    assert.deepEqual(await rows('write'), [CHANGED]);
    await prepare('now', 'SELECT v FROM t');
    assert.deepEqual(await rows('now'), ['dataRow ["2"]']);
  });

  it('runs where the columns are the same as before', async () => {
    await prepare('all', 'SELECT * FROM t');
    for (const ddl of [
      'ALTER TABLE t ALTER COLUMN v SET DEFAULT 1',
      'DROP TABLE t',
      'CREATE TABLE t (id int PRIMARY KEY, v int)',
    ])
      await answers(m.parse('', ddl), m.bind('', ''), m.execute());
    assert.deepEqual(await run('all'), ['bindComplete', 'commandComplete SELECT 0', 'ready I']);
  });

  it('is told what is missing where it cannot be prepared any more', async () => {
    await prepare('one', 'SELECT v FROM t');
    await answers(m.parse('', 'ALTER TABLE t DROP COLUMN v'), m.bind('', ''), m.execute());
    assert.deepEqual(await rows('one'), ['error ERROR 42703 column "v" does not exist']);
  });
});
