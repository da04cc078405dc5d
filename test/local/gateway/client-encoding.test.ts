import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { WireClient } from './wire-client';

/** `café` and `ソ`, the second byte of which is a backslash in Shift JIS. In messages # stands for the word. */
const WORDS: [encoding: string, word: string, bytes: number[]][] = [
  ['LATIN1', 'café', [0x63, 0x61, 0x66, 0xe9]],
  ['win1252', 'café', [0x63, 0x61, 0x66, 0xe9]],
  ['LATIN9', 'café', [0x63, 0x61, 0x66, 0xe9]],
  ['SJIS', 'ソ', [0x83, 0x5c]],
  ['SQL_ASCII', 'café', [0x63, 0x61, 0x66, 0xc3, 0xa9]],
];

/** A message of bytes, each written as the character of that number. */
function messageOfBytes(type: string, body: string): Buffer {
  const header = Buffer.from(`${type}\0\0\0\0`);
  header.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([header, Buffer.from(body, 'latin1')]);
}

describe('clients with an encoding of their own', () => {
  let cluster: TestGateway;
  let reader: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    reader = await cluster.connect();
    await reader.query('CREATE TABLE texts (id int PRIMARY KEY, note text)');
  });
  after(() => cluster?.close());
  beforeEach(() => reader.query('DELETE FROM texts'));

  const notes = async (): Promise<unknown[]> => {
    const { rows } = await reader.query<{ note: string }>('SELECT note FROM texts ORDER BY id');
    return rows.map(({ note }) => note);
  };

  for (const [encoding, word, bytes] of WORDS)
    it(`${encoding}: statements, values, names, rows of COPY and what comes back`, async () => {
      const message = (type: string, body: string): Buffer =>
        messageOfBytes(type, body.replaceAll('#', Buffer.from(bytes).toString('latin1')));
      const came: Buffer[] = [];
      const client = await WireClient.session(cluster, { client_encoding: encoding });
      client.socket.on('data', (chunk: Buffer) => came.push(chunk));
      client.send(message('Q', "INSERT INTO texts VALUES (1, '#'), (2, E'#\\\\'); SELECT 1 AS \"#\"\0"));
      assert.ok((await client.until('ready')).includes('commandComplete INSERT 0 2'));
      assert.ok(Buffer.concat(came).includes(Buffer.from(bytes)), 'the name comes back as it was sent');
      const length = String.fromCharCode(bytes.length);
      client.send(
        message('P', '\0INSERT INTO texts VALUES (3, $$#$$ || $1)\0\0\0'),
        message('B', `\0\0\0\0\0\x01\0\0\0${length}#\0\0`),
        message('E', '\0\0\0\0\0'),
        message('S', ''),
      );
      assert.ok((await client.until('ready')).includes('commandComplete INSERT 0 1'));
      client.send(message('Q', 'COPY texts FROM STDIN\0'));
      await client.until('copyIn');
      client.send(message('d', '4\t#\n'), message('c', ''));
      assert.ok((await client.until('ready')).includes('commandComplete COPY 1'));
      client.close();
      assert.deepEqual(await notes(), [word, `${word}\\`, word + word, word]);
    });

  it('UNICODE, which PostgreSQL leaves as Qt sent it, is UTF-8', async () => {
    const client = await WireClient.session(cluster);
    const answers = async (sql: string): Promise<string[]> => {
      client.send(messageOfBytes('Q', `${sql}\0`));
      return (await client.until('ready')).filter(
        answer => answer.startsWith('commandComplete') || answer.startsWith('error'),
      );
    };
    assert.deepEqual(await answers("SET client_encoding TO 'UNICODE'"), ['commandComplete SET']);
    assert.deepEqual(await answers("INSERT INTO texts VALUES (1, 'caf\xc3\xa9')"), ['commandComplete INSERT 0 1']);
    client.close();
    assert.deepEqual(await notes(), ['café']);
  });

  it('refuses bytes that are no text', async () => {
    const client = await WireClient.session(cluster);
    const invalid = 'error ERROR 22021 invalid byte sequence for encoding "UTF8": 0xe9 0x27';
    client.send(messageOfBytes('Q', "SELECT 1; SELECT 'caf\xe9'\0"));
    assert.deepEqual(await client.until('ready'), [invalid, 'ready I']);
    client.send(messageOfBytes('P', "\0SELECT 'caf\xe9'\0\0\0"), messageOfBytes('S', ''));
    assert.deepEqual(await client.until('ready'), [invalid, 'ready I']);
    client.close();
  });
});
