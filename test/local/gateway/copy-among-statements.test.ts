import assert from 'node:assert/strict';
import { query } from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { COPY_DATA, COPY_DONE, COPY_FAIL, message } from './copy-messages';
import { WireClient } from './wire-client';

describe('COPY among several statements of a Query', () => {
  let cluster: TestGateway;
  let client: WireClient;
  before(async () => {
    cluster = await startTestGateway();
    await (await cluster.connect()).query('CREATE TABLE copied (id int PRIMARY KEY, note text)');
    client = await WireClient.session(cluster);
  });
  after(async () => {
    client?.close();
    await cluster?.close();
  });

  const ask = async (sql: string): Promise<string[]> => {
    client.send(query(sql));
    return client.until('ready');
  };
  const rows = (text: string): Buffer[] => [message(COPY_DATA, text), message(COPY_DONE)];
  const ids = async (): Promise<string[]> => (await ask('SELECT id FROM copied ORDER BY id')).slice(1, -2);
  beforeEach(async () => void (await ask('DELETE FROM copied')));

  /** Sends a Query, then for each of its COPYs what `sent` says. @returns all answers */
  async function play(sql: string, ...sent: Buffer[][]): Promise<string[]> {
    client.send(query(sql));
    const answers: string[] = [];
    for (const frames of sent) {
      answers.push(...(await client.until('copyIn', 'ready')));
      client.send(...frames);
    }
    return [...answers, ...(await client.until('ready'))].map(answer => answer.replace(/ \{.*/, ''));
  }

  it('stops for its rows, and goes on after them, all in one transaction', async () => {
    const sql = 'INSERT INTO copied VALUES (1); COPY copied (id) FROM STDIN; COPY copied FROM STDIN CSV; SELECT 1 / 0';
    const begun = [
      'commandComplete INSERT 0 1',
      'copyIn',
      'commandComplete COPY 2',
      'copyIn',
      'commandComplete COPY 1',
    ];
    const failed = await play(sql, rows('2\n3\n'), rows('4,x\n'));
    assert.deepEqual(failed.slice(0, 5), begun);
    assert.match(failed[5]!, /22012 division by zero/);
    assert.deepEqual(await ids(), []);
    const done = await play(
      sql.replace('SELECT 1 / 0', 'DELETE FROM copied WHERE id < 3'),
      rows('2\n3\n'),
      rows('4,x\n'),
    );
    assert.deepEqual(done, [...begun, 'commandComplete DELETE 2', 'ready I']);
    assert.deepEqual(await ids(), ['dataRow ["3"]', 'dataRow ["4"]']);
  });

  it('ends the Query with what is wrong: the table, the rows, or the client', async () => {
    const missing = await play('INSERT INTO copied VALUES (1); COPY nowhere FROM STDIN; SELECT 1');
    assert.match(missing[1]!, /42P01 relation "nowhere" does not exist/);
    for (const [end, error] of [
      [rows('x\ty\n'), /22P02 invalid input syntax/],
      [[message(COPY_FAIL, 'no file\0')], /57014 COPY from stdin failed: no file/],
    ] as const) {
      const answers = await play('INSERT INTO copied VALUES (1); COPY copied FROM STDIN; SELECT 1', [...end]);
      assert.match(answers[2]!, error);
      assert.deepEqual(answers.slice(3), ['ready I']);
    }
    const both = await play('COPY copied (id) FROM STDIN; CREATE TABLE beside_rows (a int)', rows('1\n'));
    assert.match(both[2]!, /0A000 ddl and dml are not supported in the same transaction/);
    assert.deepEqual(await ids(), []);
  });

  it('keeps to the blocks that stand in the Query', async () => {
    const sql = 'BEGIN; COPY copied (id) FROM STDIN; COMMIT; SELECT id FROM copied; BEGIN; COPY copied (id) FROM STDIN';
    const answers = await play(sql, rows('1\n'), rows('2\n'));
    assert.deepEqual(answers.slice(1), [
      ...[
        'copyIn',
        'commandComplete COPY 1',
        'commandComplete COMMIT',
        'rowDescription',
        'dataRow ["1"]',
        'commandComplete SELECT 1',
      ],
      ...['commandComplete BEGIN', 'copyIn', 'commandComplete COPY 1', 'ready T'],
    ]);
    assert.ok((await ask('ROLLBACK')).includes('ready I'));
    assert.deepEqual(await ids(), ['dataRow ["1"]']);
  });

  it('holds up nobody while it waits for rows', async () => {
    await ask("INSERT INTO copied VALUES (1, 'first')");
    client.send(query("UPDATE copied SET note = 'mine' WHERE id = 1; COPY copied (id) FROM STDIN"));
    await client.until('copyIn');
    const other = await cluster.connect();
    await other.query("UPDATE copied SET note = 'theirs' WHERE id = 1");
    client.send(...rows('2\n'));
    assert.match((await client.until('ready')).at(-2)!, /40001 change conflicts/);
    assert.deepEqual(await ids(), ['dataRow ["1"]']);
  });
});
