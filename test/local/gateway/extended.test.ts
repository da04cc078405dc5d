import assert from 'node:assert/strict';
import * as m from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { connectBeneath, until } from '../../support/postgres';
import { WireClient } from './wire-client';

describe('extended protocol, frame by frame', () => {
  let cluster: TestGateway;
  let client: WireClient;
  before(async () => {
    cluster = await startTestGateway();
    const admin = await cluster.connect();
    await admin.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
    await admin.query('INSERT INTO t SELECT g, g FROM generate_series(1, 10) g');
    await admin.query('CREATE TABLE u (id int PRIMARY KEY, v int)');
    await admin.query('INSERT INTO u SELECT g, g FROM generate_series(1, 10) g');
  });
  after(() => cluster?.close());
  beforeEach(async () => {
    client = await WireClient.session(cluster);
  });
  afterEach(() => {
    client.close();
    assert.deepEqual(cluster.log, []);
  });

  const run = (sql: string): Buffer[] => [m.parse('', sql), m.bind('', ''), m.execute()];
  async function answers(...frames: Buffer[]): Promise<string[]> {
    client.send(...frames);
    return client.until('ready');
  }
  const DONE = ['parseComplete', 'bindComplete'];

  it('answers each message in its place', async () => {
    assert.deepEqual(await answers(m.parse('s', 'SELECT v FROM t WHERE id = 1'), m.describeStatement('s'), m.SYNC), [
      'parseComplete',
      'parameterDescription',
      'rowDescription',
      'ready I',
    ]);
    assert.deepEqual(await answers(m.bind('', 's'), m.describePortal(''), m.execute(), m.closeStatement('s'), m.SYNC), [
      'bindComplete',
      'rowDescription',
      'dataRow ["1"]',
      'commandComplete SELECT 1',
      'closeComplete',
      'ready I',
    ]);
    assert.deepEqual(await answers(m.bind('', 's'), m.SYNC), [
      'error ERROR 26000 prepared statement "s" does not exist',
      'ready I',
    ]);
  });

  it('sends rows as they come, also where there is a function that may write and the query calls none', async () => {
    const rows = 'SELECT 10 / (3 - n) FROM generate_series(1, 5) n';
    const asItComes = [...DONE, 'dataRow ["5"]', 'dataRow ["10"]', 'error ERROR 22012 division by zero', 'ready I'];
    assert.deepEqual(await answers(...run(rows), m.SYNC), asItComes);
    await answers(m.query('CREATE FUNCTION put(int) RETURNS void LANGUAGE sql AS $$ INSERT INTO t VALUES ($1, 0) $$'));
    await answers(
      m.query(
        'CREATE FUNCTION put_all(t) RETURNS void LANGUAGE sql AS $$ INSERT INTO t SELECT generate_series(101, 4000), 0 $$',
      ),
    );
    await answers(m.query('CREATE VIEW putting AS SELECT n FROM generate_series(101, 4000) n WHERE put(n) IS NULL'));
    try {
      assert.deepEqual(await answers(...run(rows), m.SYNC), asItComes);
      const limit = 'error ERROR 54000 transaction row limit exceeded';
      const writers = ['put(n) FROM generate_series(101, 4000) n', '* FROM putting', 't.put_all FROM t LIMIT 1'];
      for (const writing of writers)
        assert.deepEqual((await answers(...run(`SELECT ${writing}`), m.SYNC)).slice(-2), [limit, 'ready I'], writing);
    } finally {
      await answers(m.query('DROP VIEW putting'));
      await answers(m.query('DROP FUNCTION put(int)'));
      await answers(m.query('DROP FUNCTION put_all(t)'));
    }
  });

  it('keeps no more than 32 MB of an answer until its end, also of a query that may write', async () => {
    await answers(m.query('CREATE FUNCTION draw(int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT $1 $$'));
    /** So many rows of a megabyte arrive before the error that comes behind them. */
    const rowsBeforeError = async (rows: number): Promise<number> => {
      const query = `SELECT 1 / (${rows} - draw(n)), repeat('x', 1048576) FROM generate_series(1, ${rows}) n`;
      await answers(m.query('BEGIN'));
      const heard = await answers(...run(query), m.SYNC);
      await answers(m.query('ROLLBACK'));
      assert.ok(heard.includes('error ERROR 22012 division by zero'));
      return heard.filter(frame => frame.startsWith('dataRow')).length;
    };
    try {
      assert.equal(await rowsBeforeError(20), 0);
      assert.equal(await rowsBeforeError(50), 49);
    } finally {
      await answers(m.query('DROP FUNCTION draw(int)'));
    }
  });

  it('runs a pipelined transaction in one batch', async () => {
    assert.deepEqual(
      await answers(
        ...run('BEGIN'),
        ...run('UPDATE t SET v = 0 WHERE id = 1'),
        ...run('SELECT v FROM t WHERE id = 1'),
        ...run('COMMIT'),
        m.SYNC,
      ),
      [
        ...[...DONE, 'commandComplete BEGIN'],
        ...[...DONE, 'commandComplete UPDATE 1'],
        ...[...DONE, 'dataRow ["0"]', 'commandComplete SELECT 1'],
        ...[...DONE, 'commandComplete COMMIT'],
        'ready I',
      ],
    );
  });

  it('begins a pipelined transaction as it is told to', async () => {
    const write = run('UPDATE t SET v = 0 WHERE id = 2');
    const readOnly = await answers(...run('BEGIN READ ONLY'), ...write, m.SYNC, m.query('ROLLBACK'));
    assert.deepEqual(readOnly.slice(-2), [
      'error ERROR 25006 cannot execute UPDATE in a read-only transaction',
      'ready E',
    ]);
    await client.until('ready');
    await answers(m.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY'));
    const readWrite = await answers(...run('BEGIN READ WRITE'), ...write, ...run('ROLLBACK'), m.SYNC);
    assert.deepEqual(
      readWrite.filter(answer => answer.startsWith('commandComplete')),
      ['commandComplete BEGIN', 'commandComplete UPDATE 1', 'commandComplete ROLLBACK'],
    );
    const inOneQuery = await answers(m.query('BEGIN READ ONLY; UPDATE t SET v = 0; COMMIT'));
    assert.equal(inOneQuery.at(-2), 'error ERROR 25006 cannot execute UPDATE in a read-only transaction');
    await answers(m.query('ROLLBACK'));
  });

  it('shows no name of its own for an unnamed statement', async () => {
    assert.deepEqual(await answers(m.parse('', 'SELECT $1::int, $2::int'), m.bind('', ''), m.execute(), m.SYNC), [
      'parseComplete',
      'error ERROR 08P01 bind message supplies 0 parameters, but prepared statement "" requires 2',
      'ready I',
    ]);
  });

  it('counts the values of a Bind, and names the statement as its client does', async () => {
    const wrong = 'prepared statement "s" requires';
    for (const [sql, values, required] of [
      ['SELECT $1::int', [], 1],
      ['SELECT 1', ['5'], 0],
      ['BEGIN', ['5', '6'], 0],
    ] as const) {
      const [, error] = await answers(m.parse('s', sql), m.bind('', 's', m.textValues(values)), m.SYNC);
      assert.equal(
        error,
        `error ERROR 08P01 bind message supplies ${values.length} parameters, but ${wrong} ${required}`,
      );
      await answers(m.closeStatement('s'), m.SYNC);
    }
  });

  it('gives back names that were given or taken after what failed', async () => {
    await answers(m.parse('kept', 'SELECT 1'), m.parse('portal', 'SELECT $1::int'), m.SYNC);
    await answers(m.bind('', 'portal'), m.closeStatement('kept'), m.parse('given', 'SELECT 2'), m.SYNC);
    assert.equal((await answers(m.describeStatement('kept'), m.SYNC))[0], 'parameterDescription');
    assert.match((await answers(m.describeStatement('given'), m.SYNC))[0]!, /^error ERROR 26000/);
  });

  it('undoes a batch that fails in the middle', async () => {
    assert.deepEqual(
      await answers(...run('UPDATE t SET v = 77 WHERE id = 2'), ...run('SELECT 1 / 0'), ...run('SELECT 3'), m.SYNC),
      [...DONE, 'commandComplete UPDATE 1', 'parseComplete', 'error ERROR 22012 division by zero', 'ready I'],
    );
    assert.ok((await answers(...run('SELECT v FROM t WHERE id = 2'), m.SYNC)).includes('dataRow ["2"]'));
  });

  it('undoes a batch whose later statement is refused', async () => {
    const frames = await answers(...run('UPDATE t SET v = 77 WHERE id = 2'), m.parse('', 'TRUNCATE t'), m.SYNC);
    assert.deepEqual(frames.slice(-2), ['error ERROR 0A000 unsupported statement: Truncate', 'ready I']);
    assert.ok((await answers(...run('SELECT v FROM t WHERE id = 2'), m.SYNC)).includes('dataRow ["2"]'));
  });

  it('keeps a block aborted until its end, whatever is sent', async () => {
    await answers(...run('BEGIN'), m.SYNC);
    assert.equal((await answers(...run('SELECT 1 / 0'), m.SYNC)).at(-1), 'ready E');
    const aborted = 'error ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block';
    assert.deepEqual(await answers(...run('TRUNCATE t'), m.SYNC), [aborted, 'ready E']);
    assert.deepEqual(await answers(m.query('SELECT 1')), [aborted, 'ready E']);
    assert.deepEqual(await answers(...run('COMMIT'), m.SYNC), [...DONE, 'commandComplete ROLLBACK', 'ready I']);
  });

  /** Another client writes the row, and does not commit. */
  async function disturb(id: number): Promise<void> {
    const other = await cluster.connect();
    await other.query(`BEGIN; UPDATE u SET v = -1 WHERE id = ${id}`);
    await other.query('ROLLBACK');
  }

  it('has told nothing of a write without rows, also where its client asks for one row at most', async () => {
    const admin = await cluster.connect();
    await admin.query(
      'CREATE TABLE numbered (id bigint GENERATED BY DEFAULT AS IDENTITY (CACHE 1) PRIMARY KEY, v int)',
    );
    await answers(...run('BEGIN'), m.SYNC);
    const insert = [m.parse('', 'INSERT INTO numbered (v) VALUES (1)'), m.bind('', ''), m.execute('', 1)];
    assert.ok((await answers(...insert, ...run('UPDATE u SET v = 0 WHERE id = 1'), m.SYNC)).includes('ready T'));
    await disturb(1);
    assert.equal((await answers(m.query('COMMIT')))[0], 'commandComplete COMMIT');
  });

  it('goes on in a pipeline from the statement that has met a conflict', async () => {
    const write = 'UPDATE t SET v = v + 1 WHERE id = 6 RETURNING id';
    const other = await cluster.connect();
    for (const name of ['', 'named']) {
      await answers(...run('BEGIN'), ...run('SELECT 1 FROM t'), m.SYNC);
      await other.query('UPDATE t SET v = 0 WHERE id = 6');
      const close = name === '' ? [] : [m.closePortal(name)];
      assert.deepEqual(
        await answers(m.parse('', write), m.bind(name, ''), m.execute(name), ...close, ...run('SELECT 5'), m.SYNC),
        [
          ...[...DONE, 'dataRow ["6"]', 'commandComplete UPDATE 1', ...close.map(() => 'closeComplete')],
          ...[...DONE, 'dataRow ["5"]', 'commandComplete SELECT 1', 'ready T'],
        ],
      );
      assert.match((await answers(m.query('COMMIT')))[0]!, /^error ERROR 40001 .*OC000/);
    }
  });

  it('knows its unnamed statement after a later one was skipped', async () => {
    await answers(m.parse('', 'SELECT 7'), m.SYNC);
    await answers(m.parse('s', 'SELECT 1 / 0'), m.bind('', 's'), m.execute(), m.parse('', 'SELECT 8'), m.SYNC);
    assert.ok((await answers(m.bind('', ''), m.execute(), m.SYNC)).includes('dataRow ["7"]'));
    await answers(m.closeStatement('s'), m.parse('', 'SELECT nothing'), m.SYNC);
    assert.match((await answers(m.bind('', ''), m.SYNC))[0]!, /^error ERROR 26000 unnamed/);
  });

  it('reads large tables from their beginning, also while others read them: rows keep their places in a portal', async () => {
    const beneath = await connectBeneath(cluster.postgres.address);
    const { rows } = await beneath.query('SHOW synchronize_seqscans');
    await beneath.end();
    assert.deepEqual(rows, [{ synchronize_seqscans: 'off' }]);
  });

  it('answers at Flush and goes on in the same transaction until Sync', async () => {
    client.send(...run('UPDATE t SET v = 5 WHERE id = 5'), m.FLUSH);
    assert.equal((await client.until('commandComplete')).at(-1), 'commandComplete UPDATE 1');
    assert.equal((await answers(...run('SELECT 1 / 0'), m.SYNC)).at(-1), 'ready I');
    client.send(...run('SELECT v FROM t WHERE id = 5'), m.FLUSH);
    assert.ok((await client.until('commandComplete')).includes('dataRow ["5"]'));
    assert.deepEqual(await answers(m.SYNC), ['ready I']);
  });

  it('answers a client that sends thousands of statements before its Sync, as PostgreSQL does', async () => {
    const one = Buffer.concat([m.bind('', 's'), m.execute()]);
    client.send(m.parse('s', 'INSERT INTO u VALUES (11, 0) ON CONFLICT (id) DO UPDATE SET v = u.v + 1 RETURNING v'));
    client.send(...Array<Buffer>(2500).fill(one));
    const first = await client.until('commandComplete');
    assert.deepEqual(first, [...DONE, 'dataRow ["0"]', 'commandComplete INSERT 0 1']);
    client.send(...run('SELECT 1 / 0'), ...Array<Buffer>(2500).fill(one), m.SYNC);
    const rest = await client.until('ready');
    assert.equal(rest.filter(frame => frame.startsWith('commandComplete')).length, 2499);
    assert.deepEqual(rest.slice(-2), ['error ERROR 22012 division by zero', 'ready I']);
    assert.deepEqual((await answers(m.query('SELECT FROM u WHERE id = 11'))).slice(-2), [
      'commandComplete SELECT 0',
      'ready I',
    ]);
  });

  it('refuses malformed messages without ending, as PostgreSQL does', async () => {
    const framed = (type: string, body: string): Buffer => {
      const bytes = Buffer.from(body, 'latin1');
      const head = Buffer.alloc(5, type);
      head.writeInt32BE(bytes.length + 4, 1);
      return Buffer.concat([head, bytes]);
    };
    const insufficient = 'insufficient data left in message';
    for (const [type, body, message] of [
      ['P', '\0SELECT 1', 'invalid string in message'],
      ['P', "\0SELECT 'a\0b'\0\0\0", insufficient], // a NUL byte ends the text, the rest is no list of types
      ['P', '\0SELECT 1\0\0\0xx', 'invalid message format'],
      ['B', 'A', 'invalid string in message'],
      ['D', 'X\0', 'invalid DESCRIBE message subtype 88'],
      ['D', 'S\0xx', 'invalid message format'],
      ['C', 'X\0', 'invalid CLOSE message subtype 88'],
      ['E', '\0', insufficient],
    ] as const)
      assert.deepEqual(
        await answers(framed(type, body), m.SYNC),
        [`error ERROR 08P01 ${message}`, 'ready I'],
        `${type} ${body}`,
      );
    const query = framed('Q', "SELECT 'a\0b'\0");
    assert.deepEqual(await answers(query), ['error ERROR 08P01 invalid message format', 'ready I']);
    await answers(m.query('BEGIN'));
    assert.deepEqual(await answers(query), ['error ERROR 08P01 invalid message format', 'ready E']);
    await answers(m.query('ROLLBACK'));
    await until(() => cluster.gateway.stats().lent === 0, 'the backend is given back');
  });

  it('ends at a type of message that there is not, and gives back what its batch holds', async () => {
    client.send(m.parse('', 'SELECT v FROM t'), Buffer.from([0x79, 0, 0, 0, 4]), m.SYNC);
    assert.match((await client.until('error')).at(-1)!, /^error FATAL 08P01/);
    assert.deepEqual(await client.until('never'), []);
    await until(() => cluster.gateway.stats().lent === 0, 'the backend is given back');
  });

  it('refuses FunctionCall and unknown names without ending', async () => {
    const call = Buffer.from([0x46, 0, 0, 0, 4]);
    const refusal = ['error ERROR 0A000 unsupported message: FunctionCall'];
    assert.deepEqual(await answers(call), [...refusal, 'ready I']); // no Sync: clients send none
    await answers(m.query('BEGIN'));
    assert.deepEqual(await answers(call), [...refusal, 'ready E']);
    assert.match((await answers(call))[0]!, /^error ERROR 25P02/);
    await answers(m.query('ROLLBACK'));
    assert.deepEqual(await answers(m.parse('', 'SELEC'), call, m.query('SELECT 1'), m.SYNC), [
      'error ERROR 42601 syntax error at or near "SELEC"',
      'ready I',
    ]);
    assert.match((await answers(m.execute('nobody'), m.SYNC))[0]!, /^error ERROR 34000/);
  });
});
