import assert from 'node:assert/strict';
import fc from 'fast-check';
import type pg from 'pg';
import type { CopyFromClient } from '../../../src/core/dialect/copy';
import { createDialect } from '../../../src/core/dialect/dialect';
import { CopyDataError } from '../../../src/local/gateway/copy/field';
import { copyRows, DEFAULT, type CopyValue } from '../../../src/local/gateway/copy/rows';
import {
  bind,
  describeStatement,
  execute,
  FLUSH,
  parse,
  query,
  SYNC,
} from '../../../src/local/gateway/wire/client-messages';
import { SERVER } from '../../../src/local/gateway/wire/server-messages';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { copyBytes, copyText } from '../../support/copy-out';
import { COPY_DATA, COPY_DONE, COPY_FAIL, message } from './copy-messages';
import { describeFrame, WireClient } from './wire-client';
import { connectBeneath } from '../../support/postgres';

const rowsOf = (data: string, copy: CopyFromClient): CopyValue[][] =>
  Array.from(
    copyRows(
      data,
      copy,
      ['a', 'b'].map(name => ({ name, hasDefault: true })),
    ),
    ({ values }) => values,
  );

describe('COPY', () => {
  let cluster: TestGateway;
  let client: WireClient;
  before(async () => {
    cluster = await startTestGateway();
    const setUp = await cluster.connect();
    await setUp.query('CREATE TABLE copied (id int PRIMARY KEY, note text)');
    await setUp.query('CREATE TABLE copied_child (id int PRIMARY KEY, parent int REFERENCES copied (id))');
    await setUp.query('CREATE VIEW copied_view AS SELECT 1 AS a');
  });
  beforeEach(async () => void (client = await WireClient.session(cluster)));
  afterEach(() => client?.close());
  after(() => cluster?.close());

  /** Sends a COPY with its rows in the chunks given. */
  async function load(sql: string, ...chunks: (Buffer | string)[]): Promise<string[]> {
    client.send(query(sql));
    const [answer] = await client.until('copyIn', 'error');
    if (!answer?.startsWith('copyIn')) return [answer ?? 'nothing', ...(await client.until('ready'))];
    for (const chunk of chunks) client.send(message(COPY_DATA, chunk));
    client.send(message(COPY_DONE));
    return client.until('ready');
  }
  const ask = async (sql: string): Promise<string[]> => {
    client.send(query(sql));
    return client.until('ready');
  };

  it('takes rows wherever the messages are cut', async () => {
    const data = Buffer.from('1\té one\n2\t\\N\n');
    const bytes = [...data].map(byte => Buffer.from([byte]));
    assert.deepEqual(await load('COPY copied FROM STDIN', ...bytes), ['commandComplete COPY 2', 'ready I']);
    assert.ok((await ask('SELECT note FROM copied WHERE id = 1')).includes('dataRow ["é one"]'));
    await ask('DELETE FROM copied');
  });

  it('is part of the transaction, and conflicts at its COMMIT', async () => {
    await ask('BEGIN');
    assert.deepEqual(await load('COPY copied FROM STDIN', '5\tmine\n'), ['commandComplete COPY 1', 'ready T']);
    const other = await WireClient.session(cluster);
    other.send(query("INSERT INTO copied VALUES (5, 'theirs')"));
    assert.ok((await other.until('ready')).includes('commandComplete INSERT 0 1'));
    other.close();
    assert.match((await ask('COMMIT'))[0]!, /^error ERROR 40001 change conflicts/);
    await ask('DELETE FROM copied');
  });

  it('is there again where its transaction had made way for another', async () => {
    await ask("INSERT INTO copied VALUES (1, 'first')");
    await ask('BEGIN');
    await ask("UPDATE copied SET note = 'mine' WHERE id = 1");
    const rows = ['5\té\\t\\\\ \\x41', '6\t\\N'];
    assert.deepEqual(await load('COPY copied FROM STDIN', `${rows.join('\n')}\n`), [
      'commandComplete COPY 2',
      'ready T',
    ]);
    const other = await cluster.connect();
    await other.query('BEGIN');
    await other.query("UPDATE copied SET note = 'theirs' WHERE id = 1");
    await other.query('ROLLBACK');
    const { replays } = cluster.gateway.stats();
    const expected = ['dataRow ["1","mine"]', 'dataRow ["5","é\\t\\\\ A"]', 'dataRow ["6",null]'];
    assert.deepEqual((await ask('SELECT * FROM copied')).slice(1, -2), expected);
    assert.equal(cluster.gateway.stats().replays, replays + 1);
    assert.deepEqual(await ask('COMMIT'), ['commandComplete COMMIT', 'ready I']);
    assert.deepEqual((await ask('SELECT * FROM copied')).slice(1, -2), expected);
    await ask('DELETE FROM copied');
  });

  it('goes on in a transaction that has lost', async () => {
    await ask("INSERT INTO copied VALUES (1, 'first')");
    await showPlaces();
    const other = await cluster.connect();
    for (const [rows, answer] of [
      ['5\ta\n', 'commandComplete COPY 1'],
      ['5\ta\n6\tb\n', 'commandComplete COPY 2'],
      ['5\ta\n1\tb\n', told('duplicate key value violates unique constraint "copied_pkey"', 'COPY copied, line 2')],
    ] as const) {
      await ask('BEGIN');
      await ask("UPDATE copied SET note = 'mine' WHERE id = 1");
      await other.query("UPDATE copied SET note = note || '!' WHERE id = 1");
      const [copied] = await load('COPY copied FROM STDIN', rows);
      assert.equal(copied, answer);
      const [, ...found] = await ask('SELECT id FROM copied ORDER BY id');
      if (copied!.startsWith('command')) assert.deepEqual(found.slice(0, 2), ['dataRow ["1"]', 'dataRow ["5"]']);
      const [end] = await ask('COMMIT');
      assert.match(end!, copied!.startsWith('command') ? /change conflicts/ : /ROLLBACK/);
    }
    assert.deepEqual((await ask('SELECT id FROM copied')).slice(1, -2), ['dataRow ["1"]']);
    await ask('DELETE FROM copied');
  });

  it('counts its rows, and refuses what comes after DDL or fits nowhere', async () => {
    const rows = (count: number) => Array.from({ length: count }, (_, at) => `${at}\tx\n`).join('');
    const limit = 'error ERROR 54000 transaction row limit exceeded';
    assert.deepEqual(await load('COPY copied FROM STDIN', rows(3001)), [limit, 'ready I']);
    await ask('BEGIN');
    assert.deepEqual(await load('COPY copied FROM STDIN', rows(3000)), ['commandComplete COPY 3000', 'ready T']);
    assert.deepEqual(await ask("INSERT INTO copied VALUES (-1, 'x')"), [limit, 'ready E']);
    assert.deepEqual(await ask('COPY copied FROM STDIN'), [
      'error ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block',
      'ready E',
    ]);
    await ask('ROLLBACK');
    await ask('BEGIN');
    await ask('CREATE TABLE copied_later (a int)');
    assert.match((await ask('COPY copied FROM STDIN'))[0]!, /ddl and dml are not supported in the same transaction/);
    await ask('ROLLBACK');
    const chunk = Buffer.alloc(1 << 20, 'x');
    const tooLarge = (start: string): Promise<string[]> =>
      load('COPY copied FROM STDIN', start, ...Array.from({ length: 11 }, () => chunk));
    assert.match((await tooLarge('1\t'))[0]!, /^error ERROR 54000 transaction size limit 10mb exceeded/);
    assert.match((await tooLarge('x\ta\n1\t'))[0]!, /^error ERROR 22P02 invalid input syntax for type integer/);
    assert.match((await tooLarge('1\ta\nx'))[0]!, /^error ERROR 54000 transaction size limit 10mb exceeded/); // what is cut is not read
    assert.deepEqual(await ask('SELECT FROM copied'), ['rowDescription', 'commandComplete SELECT 0', 'ready I']);
  });

  it('ends at the row limit of a file that is over both limits, as INSERT does', async () => {
    const thousandRows = (_: unknown, part: number): string =>
      Array.from({ length: 1000 }, (_, at) => `${part}${at + 1000}\t${'x'.repeat(100)}\n`).join('');
    const file = Array.from({ length: 110 }, thousandRows);
    assert.deepEqual(await load('COPY copied FROM STDIN', ...file), [
      'error ERROR 54000 transaction row limit exceeded',
      'ready I',
    ]);
  });

  it('says what is wrong before any row, or with the rows', async () => {
    assert.match((await load('COPY nowhere FROM STDIN'))[0]!, /42P01 relation "nowhere" does not exist/);
    assert.match((await load('COPY nowhere.copied FROM STDIN'))[0]!, /3F000 schema "nowhere" does not exist/);
    assert.match((await load('COPY public."no where" FROM STDIN'))[0]!, /42P01 relation "public.no where" does not/);
    assert.match((await load('COPY copied_view FROM STDIN'))[0]!, /42809 cannot copy to view "copied_view"/);
    assert.match((await load('COPY copied (nope) FROM STDIN'))[0]!, /42703 column "nope" of relation "copied"/);
    assert.match((await load('COPY copied (id, id) FROM STDIN'))[0]!, /42701 column "id" specified more than once/);
    assert.match((await load('COPY copied FROM STDIN', '1\n'))[0]!, /22P04 missing data for column "note"/);
    assert.match(
      (await load('COPY copied FROM STDIN', '1\ta\tb\n'))[0]!,
      /22P04 extra data after last expected column/,
    );
    assert.match((await load('COPY copied FROM STDIN', 'x\ta\n'))[0]!, /22P02 invalid input syntax for type integer/);
    assert.match(
      (await load('COPY copied FROM STDIN', Buffer.from([0x31, 9, 0xff])))[0]!,
      /22021 invalid byte sequence/,
    );
    assert.match((await load('COPY copied_child FROM STDIN', '1\t77\n'))[0]!, /23503 insert or update on table/);
    assert.match((await load('COPY copied FROM STDIN CSV', '1,"open'))[0]!, /22P04 unterminated CSV quoted field/);
    for (const begin of [['BEGIN READ ONLY'], ['BEGIN', 'BEGIN READ ONLY']]) {
      for (const sql of begin) await ask(sql);
      const [told] = await ask('COPY copied FROM STDIN');
      assert.equal(told, 'error ERROR 25006 cannot execute COPY FROM in a read-only transaction');
      await ask('ROLLBACK');
    }
    client.send(query('COPY copied FROM STDIN'));
    await client.until('copyIn');
    client.send(message(COPY_FAIL, 'no file\0'));
    assert.deepEqual(await client.until('ready'), ['error ERROR 57014 COPY from stdin failed: no file', 'ready I']);
    for (const options of ['', 'CSV HEADER'])
      assert.deepEqual(await load(`COPY copied FROM STDIN ${options}`, options && 'id,"note\n1,a\n'), [
        'commandComplete COPY 0',
        'ready I',
      ]);
  });

  it('tells of options that do not go together as PostgreSQL does', async () => {
    const superuser = await connectBeneath(cluster.postgres.address);
    const cases = [
      ...["(QUOTE '|')", '(FORCE_NULL (id))', '(FORMAT csv, FORMAT csv)', "(DELIMITER 'a')", "(DELIMITER '||')"],
      ...["(DELIMITER '|', NULL 'a|b')", "(DEFAULT '\\N')", '(FORMAT csv, FORCE_NOT_NULL *)', '(HEADER maybe)'],
      ...["(FORMAT csv, QUOTE ',')", "(FORMAT csv, NULL '\"')", "(FORMAT binary, DELIMITER ',')", "(DELIMITER 'é')"],
      ...['(FORMAT csv, FORCE_NULL (nope))', '(FORMAT csv, FORCE_NOT_NULL (id))', "(NULL E'a\\nb')"],
    ];
    for (const options of cases) {
      const sql = `COPY copied (note) FROM STDIN ${options}`;
      const told = await superuser.query(sql).then(
        () => 'taken',
        ({ code, message: text }: pg.DatabaseError) => `error ERROR ${code} ${text}`,
      );
      assert.notEqual(told, 'taken');
      assert.deepEqual({ sql, answers: await ask(sql) }, { sql, answers: [told, 'ready I'] });
    }
    await superuser.end();
  });

  /** Goes on with a client that shows an error's message, its position and its context. */
  async function showPlaces(): Promise<void> {
    const FIELDS = ['M', 'P', 'W'];
    const fields = (frame: Buffer): string =>
      frame[0] === SERVER.error
        ? `error ${JSON.stringify(
            FIELDS.map(type =>
              frame
                .toString('utf8', 5)
                .split('\0')
                .find(field => field.startsWith(type)),
            ),
          )}`
        : describeFrame(frame);
    client.close();
    client = await WireClient.encrypted(cluster, false, fields);
    client.login();
    await client.until('ready');
  }
  const told = (text: string, place: string | null): string =>
    `error ${JSON.stringify([`M${text}`, null, place && `W${place}`])}`;

  it('names the line of a row that breaks a rule of its table, in a block too', async () => {
    const check = 'new row for relation "ruled" violates check constraint "ruled_n_check"';
    const key = 'duplicate key value violates unique constraint "ruled_pkey"';
    const tooLong = 'value too long for type character varying(3)';
    const cases: [statement: string, data: string, text: string, place: string | null][] = [
      ['FROM STDIN', '1\ta\t1\n2\tabcd\t1\n3\tab\t1\n', tooLong, 'line 2, column v: "abcd"'],
      ['(note, id, v) FROM STDIN', 'a\t1\ta\nabcd\t2\tabcd\n', tooLong, 'line 2, column v: "abcd"'],
      ['FROM STDIN', '1\ta\t1\n2\ta\t100\n', 'numeric field overflow', 'line 2, column n: "100"'],
      [
        'FROM STDIN CSV HEADER',
        'id,v,n\n1,"a\n",1\n2,,1\n3,,1\n',
        'null value in column "v" of relation "ruled" violates not-null constraint',
        'line 4: "2,,1"',
      ],
      ['FROM STDIN', `${[1, 2, 3, 4, 5].map(n => `${n}\ta\t1\n`).join('')}6\ta\t60\n`, check, 'line 6: "6\ta\t60"'],
      ['FROM STDIN', '1\ta\t1\n2\ta\t1\n1\tb\t1\n4\ta\t1\n', key, 'line 3'],
      ['FROM STDIN', '1\ta\t1\n77\ta\t1\n77\tb\t1\n', key, 'line 2'],
      // the first line that is wrong, whatever it is
      ['FROM STDIN', '1\ta\t60\n2\ta\tx\n3\n', check, 'line 1: "1\ta\t60"'],
      ['FROM STDIN', `1\ta\t60\n${'2\ta\t1\n'.repeat(3000)}`, check, 'line 1: "1\ta\t60"'],
      ['FROM STDIN', '1\ta\0\t1\n', 'invalid byte sequence for encoding "UTF8": 0x00', 'line 1'],
      [
        '(id, v, parent) FROM STDIN',
        '1\ta\t1\n2\ta\t-5\n',
        'insert or update on table "ruled" violates foreign key constraint "ruled_parent_fkey"',
        null,
      ],
    ];
    await ask(
      'CREATE TABLE ruled (id int PRIMARY KEY, v varchar(3) NOT NULL, n numeric(4, 2) CHECK (n < 50), note text, parent int REFERENCES ruled)',
    );
    await ask("INSERT INTO ruled VALUES (77, 'x')");
    await showPlaces();
    for (const [statement, data, text, place] of cases) {
      const columns = statement.startsWith('(') ? '' : '(id, v, n) ';
      const error = told(text, place && `COPY ruled, ${place}`);
      assert.deepEqual(await load(`COPY ruled ${columns}${statement}`, data), [error, 'ready I']);
      await ask('BEGIN');
      assert.deepEqual(await load(`COPY ruled ${columns}${statement}`, data), [error, 'ready E']);
      await ask('ROLLBACK');
    }
    await ask('BEGIN');
    await ask("INSERT INTO ruled VALUES (5, 'x')");
    const taken = told(key, 'COPY ruled, line 2');
    assert.deepEqual(await load('COPY ruled (id, v) FROM STDIN', '4\ta\n5\ta\n'), [taken, 'ready E']);
    await ask('ROLLBACK');
    assert.ok((await ask('SELECT count(*) FROM ruled')).includes('dataRow ["1"]'));
  });

  it('finds the table along the path that is set for the transaction', async () => {
    await ask('CREATE SCHEMA elsewhere');
    await ask('CREATE TABLE elsewhere.hidden (id int PRIMARY KEY)');
    await ask('BEGIN; SET LOCAL search_path = elsewhere');
    assert.deepEqual(await load('COPY hidden FROM STDIN', '1\n'), ['commandComplete COPY 1', 'ready T']);
    await ask('COMMIT');
    await showPlaces();
    await ask('BEGIN; SET LOCAL search_path = elsewhere');
    const taken = told('duplicate key value violates unique constraint "hidden_pkey"', 'COPY hidden, line 2');
    assert.deepEqual(await load('COPY hidden FROM STDIN', '3\n1\n'), [taken, 'ready E']);
    await ask('ROLLBACK');
    assert.deepEqual(await load('COPY elsewhere.hidden FROM STDIN', '2\n'), ['commandComplete COPY 1', 'ready I']);
    assert.deepEqual(await load('COPY hidden FROM STDIN'), [told('relation "hidden" does not exist', null), 'ready I']);
  });

  it('reads each row once, as the role that is set for the transaction', async () => {
    await ask('CREATE ROLE loader');
    await ask(
      'CREATE TABLE loaded (id bigint GENERATED BY DEFAULT AS IDENTITY (CACHE 1) PRIMARY KEY, n int CHECK (n > 0), by text DEFAULT current_user)',
    );
    await ask('GRANT INSERT ON loaded TO loader');
    await ask('GRANT loader TO admin');
    await showPlaces();
    const wrong = told(
      'new row for relation "loaded" violates check constraint "loaded_n_check"',
      'COPY loaded, line 3: "-1"',
    );
    assert.deepEqual(await load('COPY loaded (n) FROM STDIN', '1\n2\n-1\n3\n'), [wrong, 'ready I']);
    await ask('BEGIN; SET LOCAL ROLE loader');
    assert.deepEqual(await load('COPY loaded (n) FROM STDIN', '4\n'), ['commandComplete COPY 1', 'ready T']);
    await ask('COMMIT');
    assert.ok((await ask('SELECT * FROM loaded')).includes('dataRow ["4","4","loader"]'));
    await ask('BEGIN; SET LOCAL ROLE loader');
    assert.deepEqual(await load('COPY loaded (n) FROM STDIN', '5\n-1\n'), [
      told('new row for relation "loaded" violates check constraint "loaded_n_check"', 'COPY loaded, line 2: "-1"'),
      'ready E',
    ]);
    await ask('ROLLBACK');
  });

  it('asks nobody for rows who may not insert them', async () => {
    await ask('CREATE ROLE taker');
    await ask('GRANT taker TO admin');
    await ask('CREATE TABLE guarded (id int PRIMARY KEY, n int)');
    await ask('GRANT INSERT (id) ON guarded TO taker');
    await ask('BEGIN; SET LOCAL ROLE taker');
    assert.deepEqual(await load('COPY guarded (id) FROM STDIN', '1\n'), ['commandComplete COPY 1', 'ready T']);
    client.send(query('COPY guarded FROM STDIN'));
    assert.deepEqual(await client.until('copyIn', 'error'), ['error ERROR 42501 permission denied for table guarded']);
    await client.until('ready');
    await ask('ROLLBACK');
  });

  it('takes data in the encoding that the statement or the client says', async () => {
    const [latin1, utf8] = (['latin1', 'utf8'] as const).map(encoding => Buffer.from('31\té\n', encoding));
    await ask("SET client_encoding = 'LATIN1'");
    assert.deepEqual(await load('COPY copied FROM STDIN', latin1!), ['commandComplete COPY 1', 'ready I']);
    await ask('UPDATE copied SET id = 32');
    assert.deepEqual(await load("COPY copied FROM STDIN (ENCODING 'UTF8')", utf8!), [
      'commandComplete COPY 1',
      'ready I',
    ]);
    await ask('RESET client_encoding');
    assert.ok((await ask("SELECT count(*) FROM copied WHERE note = 'é'")).includes('dataRow ["2"]'));
    await ask('DELETE FROM copied');
  });

  it('loads what comes before its parent, a row of the same data', async () => {
    await ask('CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree)');
    assert.deepEqual(await load('COPY tree FROM STDIN', '2\t1\n1\t\\N\n'), ['commandComplete COPY 2', 'ready I']);
  });

  it('tells of a default marker for a column that has none', async () => {
    await ask(
      `CREATE TABLE some_defaults (id bigint GENERATED BY DEFAULT AS IDENTITY (CACHE 1), a int, b int DEFAULT 5)`,
    );
    await showPlaces();
    const copy = "COPY some_defaults FROM STDIN (DEFAULT '\\D')";
    assert.deepEqual(await load(copy, '\\D\t1\t\\D\n'), ['commandComplete COPY 1', 'ready I']);
    assert.deepEqual(await load(copy, '1\t1\t1\n1\t\\D\n'), [
      told('unexpected default marker in COPY data', 'COPY some_defaults, line 2: "1\t\\D"'),
      'ready I',
    ]);
  });

  it('names the line of bytes that are no text, behind what is wrong before it', async () => {
    await showPlaces();
    const latin1 = Buffer.from('3\tcafé au\n', 'latin1');
    const invalid = told('invalid byte sequence for encoding "UTF8": 0xe9 0x20 0x61', 'COPY copied, line 3');
    assert.deepEqual(await load('COPY copied FROM STDIN', '1\ta\n2\tb\n', latin1), [invalid, 'ready I']);
    const number = told('invalid input syntax for type integer: "x"', 'COPY copied, line 2, column id: "x"');
    assert.deepEqual(await load('COPY copied FROM STDIN', '1\ta\nx\tb\n', latin1), [number, 'ready I']);
    assert.deepEqual(await ask('SELECT FROM copied'), ['rowDescription', 'commandComplete SELECT 0', 'ready I']);
  });

  it('names the line and the column that are wrong, and points nowhere in the statement', async () => {
    await showPlaces();
    const number = (text: string): string => `invalid input syntax for type integer: "${text}"`;
    const field = (line: number, text: string): string => `COPY copied, line ${line}, column id: "${text}"`;
    const cases: [statement: string, data: string, text: string, where: string][] = [
      ['FROM STDIN', '1\t😀\nx\ta\n', number('x'), field(2, 'x')],
      ['FROM STDIN', '1\ta\n2\n', 'missing data for column "note"', 'COPY copied, line 2: "2"'],
      ['(note, id) FROM STDIN (FORMAT csv, HEADER)', 'n,i\n"a\nb",1\nit\'s,x', number('x'), field(4, 'x')],
      ['FROM STDIN CSV', '1,"a\nb"\n2,b,c', 'extra data after last expected column', 'COPY copied, line 2: "2,b,c"'],
      ['FROM STDIN', '1\ta\n2\tb\r3\tc\n', 'literal carriage return found in data', 'COPY copied, line 2'],
      ['FROM STDIN', '1\ta\r\n2\tb\n', 'literal newline found in data', 'COPY copied, line 2'],
      ['FROM STDIN CSV', '1,a\n2,b\r\n', 'unquoted carriage return found in data', 'COPY copied, line 2'],
      ['FROM STDIN', '1\ta\\.b\n', 'end-of-copy marker corrupt', 'COPY copied, line 1'],
      ['FROM STDIN', '1\ta\n\\.', 'end-of-copy marker corrupt', 'COPY copied, line 2'],
      [
        'FROM STDIN',
        '1\ta\n\\.\r\n',
        'end-of-copy marker does not match previous newline style',
        'COPY copied, line 2',
      ],
      ['FROM STDIN CSV', '1,"a', 'unterminated CSV quoted field', 'COPY copied, line 1: "1,"a"'],
      ['FROM STDIN CSV', '1,a\n2,"x\ny\n', 'unterminated CSV quoted field', 'COPY copied, line 4: "2,"x\ny\n"'],
      [
        'FROM STDIN (HEADER match)',
        'id\t\\N\n',
        'column name mismatch in header line field 2: got null value ("\\N"), expected "note"',
        'COPY copied, line 1: "id\t\\N"',
      ],
      // faults come in the order of the data, whatever their kind
      ['FROM STDIN', 'x\n', number('x'), field(1, 'x')],
      ['FROM STDIN', '1\ta\nx\tb\n3\n', number('x'), field(2, 'x')],
      ['FROM STDIN', 'x\ta\tb\n', 'extra data after last expected column', 'COPY copied, line 1: "x\ta\tb"'],
      ['FROM STDIN CSV', 'x,a\n2,"b', number('x'), field(1, 'x')],
      ['(note, id) FROM STDIN', 'a\n', 'missing data for column "id"', 'COPY copied, line 1: "a"'],
      ['FROM STDIN', `1\ta\n${'x\tb\n'.repeat(3000)}`, number('x'), field(2, 'x')],
      ['FROM STDIN', `${'x'.repeat(101)}\ta\n`, number('x'.repeat(101)), field(1, `${'x'.repeat(100)}...`)],
    ];
    for (const [statement, data, text, where] of cases)
      assert.deepEqual(await load(`COPY copied ${statement}`, data), [told(text, where), 'ready I']);
  });

  describe('over the extended protocol', () => {
    const COPY = 'COPY copied FROM STDIN';
    const run = (sql: string): Buffer[] => [parse('', sql), bind('', ''), execute()];
    const rows = (...lines: string[]): Buffer[] => [...lines.map(line => message(COPY_DATA, line)), message(COPY_DONE)];
    const BEFORE = ['parseComplete', 'bindComplete', 'copyIn'];
    const ids = async (): Promise<string[]> => (await ask('SELECT id FROM copied ORDER BY id')).slice(1, -2);
    beforeEach(async () => void (await ask('DELETE FROM copied')));

    it('takes rows after a Sync or Flush that comes before them', async () => {
      for (const ahead of [SYNC, FLUSH]) {
        client.send(parse('', COPY), describeStatement(''), bind('', ''), execute(), ahead);
        const before = ['parseComplete', 'parameterDescription', 'noData', 'bindComplete', 'copyIn'];
        assert.deepEqual(await client.until('copyIn'), before);
        client.send(...rows('1\ta\n', '2\tb\n'), SYNC);
        assert.deepEqual(await client.until('ready'), ['commandComplete COPY 2', 'ready I']);
        assert.deepEqual(await ids(), ['dataRow ["1"]', 'dataRow ["2"]']);
        await ask('DELETE FROM copied');
      }
    });

    it('is one transaction with what else its batch holds', async () => {
      const batch = [...run("INSERT INTO copied VALUES (1, 'x')"), ...run(COPY), FLUSH];
      for (const [next, committed] of [
        ["INSERT INTO copied VALUES (3, 'x')", 3],
        ['SELECT 1 / 0', 0],
      ] as const) {
        client.send(...batch);
        assert.ok((await client.until('copyIn')).includes('commandComplete INSERT 0 1'));
        client.send(...rows('2\tb\n'), ...run(next), SYNC);
        assert.ok((await client.until('ready')).includes('commandComplete COPY 1'));
        assert.equal((await ids()).length, committed);
        await ask('DELETE FROM copied');
      }
    });

    it('skips to the next Sync after an error, before the rows, of the rows, or of the client', async () => {
      client.send(...run('COPY nowhere FROM STDIN'), SYNC);
      const [, , missing, ...rest] = await client.until('ready');
      assert.match(missing!, /42P01 relation "nowhere" does not exist/);
      assert.deepEqual(rest, ['ready I']);
      for (const [end, error] of [
        [rows('x\ty\n'), /22P02 invalid input syntax/],
        [[message(COPY_FAIL, 'no file\0')], /57014 COPY from stdin failed: no file/],
      ] as const) {
        client.send(...run(COPY), SYNC);
        assert.deepEqual(await client.until('copyIn'), BEFORE);
        client.send(...end, ...run('SELECT 1'), SYNC);
        const [failed, ...after] = await client.until('ready');
        assert.match(failed!, error);
        assert.deepEqual(after, ['ready I']);
      }
      assert.deepEqual(await ids(), []);
    });

    it('lets others write what its transaction has written while it waits for rows', async () => {
      const other = await cluster.connect();
      await other.query("INSERT INTO copied VALUES (1, 'first')");
      client.send(...run("UPDATE copied SET note = 'mine' WHERE id = 1"), ...run(COPY), SYNC);
      await client.until('copyIn');
      await other.query("UPDATE copied SET note = 'theirs' WHERE id = 1");
      client.send(...rows('2\tb\n'), SYNC);
      const answer = await client.until('ready');
      assert.match(answer.at(-2)!, /40001 change conflicts/);
      assert.deepEqual(await ids(), ['dataRow ["1"]']);
    });

    it('ends with a client that sends anything but rows', async () => {
      for (const [wrong, code] of [
        [parse('', 'SELECT 1'), '50'],
        [query('SELECT 1'), '51'],
      ] as const)
        for (const ahead of [[], [SYNC]]) {
          client.send(...run(COPY), ...ahead, wrong, SYNC);
          const answer = await client.until('error');
          assert.equal(answer.at(-1), `error FATAL 08P01 unexpected message type 0x${code} during COPY from stdin`);
          client.close();
          client = await WireClient.session(cluster);
        }
    });
  });

  it('sends rows', async () => {
    await load('COPY copied FROM STDIN (FORMAT csv, HEADER match)', 'id,note\n8,"a\tb"\n');
    const answer = await ask('COPY (SELECT * FROM copied WHERE id = 8) TO STDOUT');
    assert.deepEqual(answer, ['copyOut', 'copyData', 'copyDone', 'commandComplete COPY 1', 'ready I']);
  });

  describe('in the binary format', () => {
    const COLUMNS = `b boolean, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, n numeric(1000, 20), c char(3), v varchar(5),
      t text, d date, ti time, tz timetz, ts timestamp, tstz timestamptz, iv interval, u uuid, by bytea, j json, jb jsonb, dom whole`;
    const VALUES = `(1, true, -32768, 2147483647, -9223372036854775808, 0.1, 1e-300, -12345678901234567890.00010002, 'é', 'ab', E'x\ty', '0044-03-15 BC', '24:00:00',
       '12:34:56.789+05:30', '1999-12-31 23:59:59.999999', '294276-12-31 23:59:59Z', '-3 mons 4 days -00:00:00.000001', gen_random_uuid(), '\\x00ff', '{"a": 1}', '{"b": [2]}', 7),
      (2, false, 0, 0, 0, 'NaN', '-Infinity', 'NaN', '', '', '', 'infinity', '00:00', '00:00-15:59:59', '-infinity', 'infinity', '178000000 years', NULL, '', 'null', 'null', -1),
      (3, NULL, NULL, NULL, NULL, 3.4e38, 0, 0.00000000000000000001, NULL, NULL, NULL, '5874897-12-31', NULL, NULL, '4713-01-01 00:00:00 BC', '2000-01-01Z', '0', NULL, NULL, NULL, NULL, NULL),
      (4, NULL, NULL, NULL, NULL, NULL, NULL, 100000000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`;
    let admin: pg.Client;
    let data: Buffer;
    before(async () => {
      admin = await cluster.connect();
      await admin.query('CREATE DOMAIN whole AS bigint');
      for (const name of ['source', 'target'])
        await admin.query(`CREATE TABLE ${name} (id int PRIMARY KEY, ${COLUMNS})`);
      await admin.query(`INSERT INTO source VALUES ${VALUES}`);
      data = await copyBytes(admin, 'COPY source TO STDOUT (FORMAT binary)');
    });

    it('takes what it gives, of every type', async () => {
      assert.deepEqual(await load('COPY target FROM STDIN BINARY', data.subarray(0, 5), data.subarray(5)), [
        'commandComplete COPY 4',
        'ready I',
      ]);
      assert.deepEqual(await copyBytes(admin, 'COPY target TO STDOUT (FORMAT binary)'), data);
    });

    it('says what is wrong with it', async () => {
      const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
      const row = (...fields: Buffer[]): Buffer =>
        Buffer.concat([
          Buffer.from([0, fields.length]),
          ...fields.flatMap(field => [Buffer.from([0, 0, 0, field.length]), field]),
        ]);
      const one = Buffer.from([0, 0, 0, 1]);
      const end = Buffer.from([255, 255]);
      const cases: [data: Buffer, answer: string][] = [
        [Buffer.from('1\tx\n'), '22P04 COPY file signature not recognized'],
        [Buffer.concat([header, row(one)]), '22P04 row field count is 1, expected 2'],
        [Buffer.concat([header, row(one, one).subarray(0, -1)]), '22P04 unexpected EOF in COPY data'],
        [Buffer.concat([header, row(one.subarray(1), one)]), '08P01 insufficient data left in message'],
        [
          Buffer.concat([header, row(one, Buffer.from([255]))]),
          '22021 invalid byte sequence for encoding "UTF8": 0xff',
        ],
        [Buffer.concat([header, end, end]), '22P04 received copy data after EOF marker'],
      ];
      for (const [bytes, answer] of cases)
        assert.deepEqual(await load('COPY copied FROM STDIN (FORMAT binary)', bytes), [
          `error ERROR ${answer}`,
          'ready I',
        ]);
      assert.deepEqual(await load('COPY copied FROM STDIN (FORMAT binary)', header, end), [
        'commandComplete COPY 0',
        'ready I',
      ]);
      const text = Buffer.from('a');
      await showPlaces();
      assert.deepEqual(
        await load('COPY copied FROM STDIN (FORMAT binary)', header, row(one, text), row(one.subarray(1), text)),
        [told('insufficient data left in message', 'COPY copied, line 2, column id'), 'ready I'],
      );
    });

    it('never breaks, whatever comes', async () => {
      const bits = fc.record({ at: fc.nat(data.length - 1), byte: fc.nat(255), end: fc.nat(data.length) });
      await fc.assert(
        fc.asyncProperty(bits, async ({ at, byte, end }) => {
          const damaged = Buffer.from(data.subarray(0, end));
          if (at < end) damaged[at] = byte;
          await ask('BEGIN');
          const answer = await load('COPY target FROM STDIN BINARY', damaged);
          assert.match(answer[0]!, /^(?:commandComplete COPY|error ERROR)/);
          await ask('ROLLBACK');
        }),
        { numRuns: 60 },
      );
    });
  });

  describe('reads back what PostgreSQL writes', () => {
    let superuser: pg.Client;
    before(async () => void (superuser = await connectBeneath(cluster.postgres.address)));
    after(() => superuser?.end());

    for (const options of [
      '',
      "(DELIMITER '|', NULL 'nil')",
      '(FORMAT csv)',
      "(FORMAT csv, DELIMITER ';', QUOTE '''', ESCAPE '\\', NULL 'n')",
    ]) {
      it(options || '(FORMAT text)', async () => {
        const dialect = await createDialect();
        const copy = dialect.classify(`COPY t FROM STDIN ${options}`).copyFrom ?? assert.fail('not understood');
        const text = fc.string({
          unit: fc.constantFrom(...'aé😀"\\\n\r\t,;|\'.nN\b 0x'),
          maxLength: 8,
        });
        const rows = fc.array(fc.tuple(fc.option(text), fc.option(text)), { maxLength: 12 });
        await fc.assert(
          fc.asyncProperty(rows, async expected => {
            const sql = `COPY (SELECT r->>0, r->>1 FROM jsonb_array_elements('${JSON.stringify(expected).replaceAll("'", "''")}') r) TO STDOUT ${options}`;
            const data = await copyText(superuser, sql);
            assert.deepEqual(rowsOf(data, copy), expected);
          }),
          { numRuns: 60 },
        );
      });
    }
  });

  for (const options of [
    '',
    '(FORMAT csv)',
    "(FORMAT csv, QUOTE '''', ESCAPE '\\', DEFAULT 'd')",
    "(DELIMITER ';', DEFAULT 'd')",
  ])
    it(`reads what PostgreSQL takes as PostgreSQL does: ${options || '(FORMAT text)'}`, async () => {
      const dialect = await createDialect();
      const sql = `COPY pair FROM STDIN ${options}`;
      const copy = dialect.classify(sql).copyFrom ?? assert.fail('not understood');
      const beneath = WireClient.postgres(cluster.postgres.address);
      const session = async (...frames: Buffer[]): Promise<string[]> => {
        beneath.send(...frames);
        return beneath.until('ready');
      };
      await beneath.until('ready');
      await session(query('CREATE TEMP TABLE pair (n serial, a text, b text)'));
      const part = fc.constantFrom(
        ...'ab"\'\\\n\r\t,;.Nd\0é😀',
        '\\N',
        '\\.',
        '\\x41',
        '\\101',
        '\r\n',
        'a,b\n',
        'a\tb\n',
        'a;b\n',
      );
      await fc.assert(
        fc.asyncProperty(fc.array(part, { maxLength: 12 }), async parts => {
          const data = parts.join('');
          await session(query('TRUNCATE pair'));
          const copied = await session(
            query(sql.replace('pair', 'pair (a, b)')),
            message(COPY_DATA, data),
            message(COPY_DONE),
          );
          if (copied.some(answer => answer.startsWith('error'))) return;
          const taken = (await session(query('SELECT a, b FROM pair ORDER BY n'))).filter(each =>
            each.startsWith('dataRow'),
          );
          const read = rowsOf(data, copy).map(
            row => `dataRow ${JSON.stringify(row.map(value => (value === DEFAULT ? null : value)))}`,
          );
          assert.deepEqual({ data, rows: read }, { data, rows: taken });
        }),
        { numRuns: Number(process.env.FUZZ_RUNS ?? 150) },
      );
      beneath.close();
    });

  it('ends at the marker', async () => {
    const dialect = await createDialect();
    for (const [options, data] of [
      ['', '1\ta\\.\n2\tb\n'],
      ['', '1\ta\n\\.\nx\n'],
      ['(FORMAT csv)', '1,a\n\\.\n2,b\n'],
    ] as const) {
      const copy = dialect.classify(`COPY t FROM STDIN ${options}`).copyFrom!;
      assert.deepEqual(rowsOf(data, copy), [['1', 'a']]);
    }
  });

  it('knows defaults, forced nulls and anything as data', async () => {
    const dialect = await createDialect();
    const options = "(FORMAT csv, DEFAULT 'd', FORCE_NULL (a), FORCE_NOT_NULL (b))";
    const copy = dialect.classify(`COPY t FROM STDIN ${options}`).copyFrom!;
    assert.deepEqual(rowsOf('"",\nd,"d"\n', copy), [
      [null, ''],
      [DEFAULT, 'd'],
    ]);
    for (const format of ['text', 'csv']) {
      const any = dialect.classify(`COPY t FROM STDIN (FORMAT ${format})`).copyFrom!;
      fc.assert(
        fc.property(fc.string(), data => {
          try {
            for (const row of rowsOf(data, any)) assert.equal(row.length, 2);
          } catch (error) {
            assert.ok(error instanceof CopyDataError);
          }
        }),
      );
    }
  });
});
