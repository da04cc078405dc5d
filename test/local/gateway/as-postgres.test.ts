import assert from 'node:assert/strict';
import fc from 'fast-check';
import type pg from 'pg';
import * as m from '../../../src/local/gateway/wire/client-messages';
import { fieldOf, readError, SERVER } from '../../../src/local/gateway/wire/server-messages';
import type { PostgresServer } from '../../../src/local/ports';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { connectBeneath, startTestPostgres } from '../../support/postgres';
import { describeFrame, WireClient } from './wire-client';

/** What clients may send, and what of it to show when the answers differ. */
interface Sent {
  text: string;
  bytes: Buffer;
}

/** Of statements that PostgreSQL would refuse only the unnamed: it looks at the text before the name, the gateway at the name. */
const WRONG = ['SELEC', 'SELECT nope', 'EXPLAIN SELECT 1 WHERE', "SELECT 'x'::text, $1"];
const SOUND = [
  ...['', '-- nothing', 'SELECT 1', 'SELECT 1 / 0', 'SELECT $1::int + 1', 'SELECT id, v FROM t ORDER BY id'],
  // the rows of the table alone come in the order of its key
  ...[
    'SELECT g, g::text FROM generate_series(1, 5) g',
    'COPY (SELECT id FROM t ORDER BY 1) TO STDOUT',
    'DEALLOCATE ALL',
  ],
  ...[
    'INSERT INTO t VALUES ($1, 0)',
    'INSERT INTO t VALUES (7, 7) RETURNING id',
    'UPDATE t SET v = v + 1 WHERE id = 1',
  ],
  ...['DELETE FROM t WHERE id = $1 RETURNING v', 'BEGIN', 'BEGIN READ ONLY', 'COMMIT', 'ROLLBACK', 'COMMIT AND CHAIN'],
  ...["SET application_name = 'a'", "SET timezone = 'Asia/Tokyo'", 'SHOW timezone', 'RESET application_name'],
  ...[
    'START TRANSACTION',
    'START TRANSACTION READ ONLY',
    'BEGIN READ WRITE',
    'END',
    'ABORT',
    'COMMIT AND NO CHAIN',
    'ROLLBACK AND CHAIN',
  ],
  ...['SHOW transaction_isolation', 'SHOW transaction_read_only', "SELECT current_setting('transaction_read_only')"],
  ...['READ ONLY', 'READ WRITE'].map(mode => `SET SESSION CHARACTERISTICS AS TRANSACTION ${mode}`),
  ...['SHOW default_transaction_read_only', 'INSERT INTO child VALUES (5, 1)', 'DELETE FROM child'],
  ...['SET CONSTRAINTS ALL IMMEDIATE', 'SET CONSTRAINTS ALL DEFERRED', 'EXPLAIN (COSTS OFF) SELECT 1'],
  ...["SET LOCAL timezone = 'Europe/Paris'", "SET LOCAL application_name = 'b'", 'SHOW application_name'],
  ...["SELECT set_config('timezone', 'Africa/Cairo', true)", "SELECT set_config('timezone', 'America/Lima', false)"],
  ...['RESET timezone', 'RESET ALL'],
  // fails at COMMIT
  'INSERT INTO child VALUES (1, 99)',
];
const FIVE = Buffer.from([0, 0, 0, 4, 0, 0, 0, 5]);
/** Formats of the values, the values, formats of the results. */
const TAILS: Record<string, Buffer> = {
  '()': m.NO_VALUES,
  "('5')": m.textValues(['5']),
  '(NULL)': Buffer.from([0, 0, 0, 1, 255, 255, 255, 255, 0, 0]),
  '(5) binary': Buffer.concat([Buffer.from([0, 1, 0, 1, 0, 1]), FIVE, Buffer.from([0, 1, 0, 1])]),
  '() binary': Buffer.from([0, 0, 0, 0, 0, 1, 0, 1]),
};

function copyMessage(type: 'd' | 'c' | 'f', body = ''): Buffer {
  const frame = Buffer.from(`${type}\0\0\0\0${body}`);
  frame.writeInt32BE(frame.length - 1, 1);
  return frame;
}

const sent = (text: string, ...bytes: Buffer[]): Sent => ({ text, bytes: Buffer.concat(bytes) });
/** A message that has no content, with some. */
function withBody(message: Buffer): Sent {
  const frame = Buffer.concat([message, Buffer.from('x')]);
  frame.writeInt32BE(frame.length - 1, 1);
  return sent(`${frame.toString('latin1', 0, 1)} with content`, frame);
}

const statement = fc.constantFrom(...SOUND);
const any = fc.constantFrom(...SOUND, ...WRONG);
const name = fc.constantFrom('', 'a', 'b');
const portal = fc.constantFrom('', 'p', 'q');
const tail = fc.constantFrom(...Object.keys(TAILS));
const parse = fc.oneof(
  fc.tuple(name, statement),
  any.map((text): [string, string] => ['', text]),
);
const copyEnd = fc.constantFrom(copyMessage('c'), copyMessage('f', 'no more\0'), copyMessage('f', 'no end'));
const NOTHING = Buffer.alloc(0);
/** How COPY begins and what follows its rows: a Sync, without which PostgreSQL has the portal still, and would warn of SET LOCAL. */
const copyStart = fc.constantFrom(
  { start: sent('query COPY', m.query('COPY t FROM STDIN')), behind: NOTHING },
  ...[m.SYNC, m.FLUSH, NOTHING].map(ahead => ({
    start: sent(
      `COPY ${ahead.toString('latin1', 0, 1)}`,
      m.parse('', 'COPY t FROM STDIN'),
      m.bind('', ''),
      m.execute(),
      ahead,
    ),
    behind: m.SYNC,
  })),
);
const one: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 5, arbitrary: parse.map(([to, sql]) => sent(`parse ${to}: ${sql}`, m.parse(to, sql))) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(portal, name, tail)
      .map(([p, of, t]) => sent(`bind ${p} to ${of}${t}`, m.bind(p, of, TAILS[t]))),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(portal, fc.constantFrom(0, 2)).map(([p, n]) => sent(`execute ${p} ${n}`, m.execute(p, n))),
  },
  { weight: 2, arbitrary: name.map(of => sent(`describe statement ${of}`, m.describeStatement(of))) },
  { weight: 2, arbitrary: portal.map(p => sent(`describe portal ${p}`, m.describePortal(p))) },
  { weight: 1, arbitrary: name.map(of => sent(`close statement ${of}`, m.closeStatement(of))) },
  { weight: 1, arbitrary: portal.map(p => sent(`close portal ${p}`, m.closePortal(p))) },
  { weight: 1, arbitrary: fc.constant(sent('flush', m.FLUSH)) },
  { weight: 4, arbitrary: fc.constant(sent('sync', m.SYNC)) },
  { weight: 1, arbitrary: fc.constantFrom(...[m.SYNC, m.FLUSH].map(withBody)) },
  {
    weight: 3,
    arbitrary: fc
      .array(any, { minLength: 1, maxLength: 3 })
      .map(each => sent(each.join('; '), m.query(each.join('; ')))),
  },
  { weight: 1, arbitrary: copyEnd.map(end => sent('stray end of rows', end)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(copyStart, fc.constantFrom('9\t9\n', '8\t8\n9', '1\t1\n', ''), copyEnd)
      .map(([{ start, behind }, rows, end]) =>
        sent(`${start.text} ${rows}`, start.bytes, copyMessage('d', rows), end, behind),
      ),
  },
);

/** What sessions say, one Query after the other. */
const SESSIONS: string[][] = [
  [
    ...["SET application_name = 'mine'", "SET timezone = 'Asia/Tokyo'"],
    'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    ...['SET SESSION CHARACTERISTICS AS TRANSACTION DEFERRABLE', 'SHOW application_name', 'SHOW timezone'],
  ],
  ["SET application_name = 'größe'", 'SHOW application_name', `SET application_name = 'a${'ä'.repeat(40)}'`],
  ['SELECT 1; SELECT /* open', 'SELECT 1; /* open; SELECT 2', 'SELECT 1 /* closed */; SELECT 2 -- end'],
  ["SELECT U&'\\0041', E'\\u0041'", "SELECT 1; SELECT U&'\\zzzz', E''", "SELECT 1; SELECT U&'', E'\\u00zz'"],
  ['BEGIN', 'SELECT 1 / 0', "SELECT U&'\\0041'", "SELECT U&'\\zzzz'"],
  ['SET CONSTRAINTS nope DEFERRED', 'DROP VIEW IF EXISTS nope, t', 'BEGIN', 'DROP VIEW IF EXISTS nope, t', 'SELECT 1'],
  ['SET search_path = $1', 'SELECT 1; SET LOCAL timezone TO $2', 'BEGIN', 'SELECT 1 / 0', 'SET search_path TO a, $1'],
  [
    ...["SELECT nextval('numbers')", 'SELECT nope; SELECT 1', "SELECT currval('numbers')"],
    ...['BEGIN', "SELECT nextval('numbers')", 'SELECT 1 / 0', 'ROLLBACK', 'SELECT lastval()'],
  ],
  ...[
    ["SELECT set_config('application_name', 'x', true)", "SET application_name = 'y'"],
    ["SET application_name = 'y'", "SELECT set_config('application_name', 'x', true)"],
    ["SELECT set_config('application_name', 'x', true)", "SET LOCAL application_name = 'z'"],
    ["SET LOCAL application_name = 'z'", "SELECT set_config('application_name', 'x', true)"],
    ["SET LOCAL application_name = 'z'", "SELECT set_config('application_name', 'x', false)"],
    ["SELECT set_config('application_name', 'x', true)", 'RESET application_name'],
    ["SELECT set_config('application_name', 'x', true)", "SELECT set_config('TimeZone', 'Asia/Tokyo', false)"],
    ["SELECT set_config('TimeZone', 'Asia/Tokyo', true), set_config('application_name', 'x', false)", 'SHOW TimeZone'],
    ["SELECT set_config('application_name', 'x', true), set_config('TimeZone', 'Asia/Tokyo', false)", 'SHOW TimeZone'],
  ].flatMap(([one, other]) =>
    ['COMMIT', 'ROLLBACK'].map(end => [
      ...["SELECT current_setting('application_name')", 'BEGIN', one!, 'SHOW application_name', other!],
      ...["SELECT current_setting('application_name')", 'SHOW application_name', end],
      ...['SHOW application_name', "SELECT current_setting('application_name')", 'SHOW TimeZone'],
    ]),
  ),
  [
    "SELECT set_config('TimeZone', 'Asia/Tokyo', true), set_config('IntervalStyle', 'iso_8601', false)",
    'SHOW TimeZone',
  ],
  ['BEGIN READ ONLY', 'SELECT 1', 'BEGIN READ WRITE', 'SELECT 1', 'COMMIT'],
  ['BEGIN READ ONLY', 'BEGIN READ WRITE', 'INSERT INTO t VALUES (50, 1)', 'ROLLBACK'],
  ['BEGIN; SELECT 1; BEGIN READ ONLY', 'BEGIN READ WRITE', 'ROLLBACK'],
  ['INSERT INTO child VALUES (1, 99); COMMIT', 'SELECT 1; COMMIT; SELECT 2', 'ROLLBACK; COMMIT'],
  // nobody hears that the last statement is done before it has committed
  ...[
    'SELECT 1',
    'UPDATE t SET v = 0',
    "SET timezone = 'Asia/Tokyo'",
    'DEALLOCATE ALL',
    'BEGIN',
    'SELECT 1; COMMIT',
  ].map(last => [
    `INSERT INTO child VALUES (1, 99); ${last}`,
    'SELECT 1; INSERT INTO child VALUES (1, 99)',
    'ROLLBACK',
  ]),
];

const BAD_BIND = 'a portal in use, or too few or many values';
const NOT_IN_BLOCK =
  'the block has failed, or there is no unnamed portal: PostgreSQL keeps that of a Query that fails in it';

/** What a client gets to see, without what differs from one server to the next: numbers of tables, places in PostgreSQL's source. */
function answer(frame: Buffer): string {
  switch (frame[0]) {
    case SERVER.error:
    case SERVER.notice: {
      const { severity, sqlstate, message, position } = readError(frame);
      if (sqlstate === '42P03' || /^bind message supplies/.test(message)) return BAD_BIND; // PostgreSQL counts values first
      if (sqlstate === '25P02' || message === 'portal "" does not exist') return NOT_IN_BLOCK;
      return [severity, sqlstate, message, position, fieldOf(frame, 'W')].join(' ');
    }
    case SERVER.parameterStatus:
    case SERVER.ready:
      return describeFrame(frame);
    case SERVER.rowDescription: {
      const columns = Buffer.from(frame);
      for (let name = 7, rest: number; name < columns.length; name = rest + 18) {
        rest = columns.indexOf(0, name) + 1;
        columns.fill(0, rest, rest + 6);
      }
      return columns.toString('latin1');
    }
    default:
      return frame.toString('latin1');
  }
}

/** Of several changed settings PostgreSQL tells the latest first. */
const withReportsInOrder = (answers: readonly string[]): string[] => {
  const isReport = (each: string | undefined): boolean => each?.startsWith('parameterStatus') ?? false;
  const ordered: string[] = [];
  for (const each of answers) {
    let at = ordered.length;
    while (isReport(each) && isReport(ordered[at - 1]) && ordered[at - 1]! > each) at--;
    ordered.splice(at, 0, each);
  }
  return ordered;
};

const LAST = 'the last answer';
/** Whatever state the client is in, this is answered: rows end, what is skipped ends, the block ends. */
const END = Buffer.concat([m.SYNC, m.query('ROLLBACK'), m.query(`SELECT '${LAST}' AS last`)]);

describe('messages by chance, answered as PostgreSQL answers them', () => {
  let cluster: TestGateway;
  let postgres: PostgresServer;
  let owners: pg.Client[] = [];
  before(async () => {
    cluster = await startTestGateway({ limits: { connectionBurst: 1_000_000 } });
    postgres = await startTestPostgres();
    owners = [await cluster.connect(), await connectBeneath(postgres.address)];
    for (const owner of owners) {
      await owner.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
      await owner.query('CREATE TABLE child (id int PRIMARY KEY, t int REFERENCES t DEFERRABLE INITIALLY DEFERRED)');
      await owner.query('CREATE SEQUENCE numbers CACHE 1');
    }
  });
  after(async () => {
    await owners[1]?.end();
    await cluster?.close();
    await postgres?.close();
  });

  async function answers(client: WireClient, bytes: Buffer): Promise<string[]> {
    await client.until('ready');
    client.send(bytes);
    const got: string[] = [];
    do got.push(...(await client.until('D', 'FATAL')));
    while (!client.closed && !got.at(-1)!.includes(LAST) && !got.at(-1)!.startsWith('FATAL'));
    client.close();
    return got;
  }

  async function assertAnsweredAlike(texts: string[], bytes: Buffer): Promise<void> {
    const gateway = await WireClient.encrypted(cluster, false, answer);
    gateway.login();
    const [ours, theirs] = await Promise.all([
      answers(gateway, bytes),
      answers(WireClient.postgres(postgres.address, answer), bytes),
    ]);
    assert.deepEqual(
      { sent: texts, answers: withReportsInOrder(ours) },
      { sent: texts, answers: withReportsInOrder(theirs) },
    );
  }

  it('holds for everything but what DSQL does otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 9 }), async messages => {
        for (const owner of owners) {
          await owner.query('DELETE FROM child; DELETE FROM t');
          await owner.query('INSERT INTO t SELECT g, g FROM generate_series(1, 3) g');
        }
        const bytes = Buffer.concat([...messages.map(each => each.bytes), END]);
        await assertAnsweredAlike(
          messages.map(each => each.text),
          bytes,
        );
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 150) },
    );
    assert.deepEqual(cluster.log, []);
  });

  it('holds for portals and statements of a block that has failed', () =>
    assertAnsweredAlike(
      [],
      Buffer.concat([
        ...[m.query('BEGIN READ ONLY'), m.parse('', 'DELETE FROM t'), m.bind('p', ''), m.SYNC],
        ...[m.query('INSERT INTO t VALUES (9, 9)'), m.describePortal(''), m.describePortal('p'), m.SYNC],
        ...[m.closePortal(''), m.describePortal(''), m.SYNC],
        ...[m.parse('', '-- nothing'), m.describeStatement(''), m.bind('', ''), END],
      ]),
    ));

  for (const texts of SESSIONS)
    it(`holds for a session: ${texts.join(', then ').slice(0, 90)}`, () =>
      assertAnsweredAlike(texts, Buffer.concat([...texts.map(text => m.query(text)), END])));
});
