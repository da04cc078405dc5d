import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import pg from 'pg';
import { password, query, startup } from '../../../src/local/gateway/wire/client-messages';
import { eachFrame, PROTOCOL_VERSION } from '../../../src/local/gateway/wire/frames';
import { startTestGateway, TEST_TOKEN, type TestGateway } from '../../support/gateway';
import { describeFrame, WireClient } from './wire-client';

describe('connecting to the gateway', () => {
  let cluster: TestGateway;
  before(async () => {
    cluster = await startTestGateway();
  });
  after(() => cluster?.close());

  async function refusal(parameters: Record<string, string>, token?: string): Promise<string> {
    const client = await WireClient.encrypted(cluster);
    client.login(parameters, token);
    const frames = await client.until('error');
    client.close();
    return frames.at(-1) ?? 'nothing';
  }

  it('takes TLS by SSLRequest and from the first byte', async () => {
    for (const direct of [false, true]) {
      const client = await WireClient.encrypted(cluster, direct);
      client.login();
      const greeting = await client.until('ready');
      assert.equal(greeting.at(-1), 'ready I');
      client.close();
    }
  });

  it('serves what a client sends along with its password, however the bytes are cut', async () => {
    const bytes = Buffer.concat([
      startup({ user: 'admin', database: 'postgres' }),
      password(Buffer.from(`${TEST_TOKEN}\0`)),
      query('SELECT 1'),
      query('SELECT 2'),
    ]);
    for (const cut of [0, 3, 20, bytes.length - 40, bytes.length - 17, bytes.length - 3]) {
      const client = await WireClient.encrypted(cluster);
      client.send(bytes.subarray(0, cut));
      client.send(bytes.subarray(cut));
      const answers: string[] = [];
      for (let each = 0; each < 3; each++) answers.push(...(await client.until('ready', 'error')));
      assert.deepEqual(
        answers.filter(answer => answer.startsWith('dataRow')),
        ['dataRow ["1"]', 'dataRow ["2"]'],
        `cut at ${cut}`,
      );
      client.close();
    }
  });

  it('answers who has ended his side before it ends its own, as PostgreSQL does', async () => {
    const statements = ['SELECT 1', 'SELECT 2, pg_sleep(0.3)::text', 'BEGIN; SELECT 3', 'SELECT 1 / 0', 'SELECT 4'];
    const answersOf = async (client: WireClient): Promise<string[]> => {
      client.socket.end(Buffer.concat(statements.map(query)));
      const frames = await client.until('never');
      return frames.filter(frame => !frame.startsWith('parameterStatus'));
    };
    const beneath = WireClient.postgres(cluster.postgres.address);
    await beneath.until('ready');
    const expected = await answersOf(beneath);
    assert.equal(expected.filter(frame => frame.startsWith('ready')).length, statements.length);
    assert.deepEqual(await answersOf(await WireClient.session(cluster)), expected);
    // who sends all of it at once
    const client = await WireClient.encrypted(cluster);
    client.login();
    assert.deepEqual((await answersOf(client)).slice(-expected.length), expected);
  });

  it('hangs up on who ends his side before he has logged in', async () => {
    const greeting = startup({ user: 'admin', database: 'postgres' });
    for (const bytes of [Buffer.alloc(0), greeting.subarray(0, 9), greeting]) {
      const plain = WireClient.plain(cluster, bytes.subarray(0, 5));
      plain.socket.end();
      assert.deepEqual(await plain.until('never'), []);
      const client = await WireClient.encrypted(cluster);
      client.socket.end(bytes);
      assert.equal((await client.until('never')).includes('ready I'), false);
    }
    const silent = net.connect(cluster.gateway.port, '127.0.0.1');
    silent.end(Buffer.from([0x16, 3, 1]));
    await once(silent.resume(), 'close');
  });

  it('answers a newer minor version and unknown options of the protocol as PostgreSQL does', async () => {
    const { host, port, superuser } = cluster.postgres.address;
    const greeting = startup({ user: superuser, database: 'postgres', '_pq_.newer': 'on', '_pq_.another': '1' });
    greeting.writeUInt16BE(2, 6);
    const postgres = net.connect(path.join(host, `.s.PGSQL.${port}`));
    postgres.write(greeting);
    const [expected] = (await once(postgres, 'data')) as [Buffer];
    postgres.destroy();
    const client = await WireClient.encrypted(cluster);
    const answered = once(client.socket, 'data') as Promise<[Buffer]>;
    client.send(greeting);
    const [answer] = await answered;
    client.close();
    assert.equal(String.fromCharCode(answer[0]!), 'v');
    const bytes = 1 + answer.readInt32BE(1);
    assert.deepEqual(answer.subarray(0, bytes), expected.subarray(0, bytes));
  });

  describe('refuses a start-up message as PostgreSQL does', () => {
    const int32 = (value: number): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(value);
      return bytes;
    };
    const message = (code: number, body: string): Buffer =>
      Buffer.concat([int32(8 + body.length), int32(code), Buffer.from(body)]);
    /** What comes to the end of the connection, the last of it an error. */
    const lastWord = async (socket: net.Socket, bytes: Buffer): Promise<string> => {
      const told = buffer(socket.removeAllListeners('data'));
      socket.end(bytes);
      const frames: string[] = [];
      eachFrame(await told, 1 << 20, frame => frames.push(describeFrame(frame)));
      return frames.at(-1) ?? 'nothing';
    };

    for (const [what, bytes] of [
      ['without parameters and their end', message(PROTOCOL_VERSION, '')],
      ['whose last value does not end', message(PROTOCOL_VERSION, 'user\0admin')],
      ['whose parameters do not end', message(PROTOCOL_VERSION, 'user\0admin\0')],
      ['whose parameters end within one', message(PROTOCOL_VERSION, 'user\0admin\0database\0\0')],
      ['with more behind the end', message(PROTOCOL_VERSION, 'user\0admin\0\0database\0postgres\0\0')],
      ['without a user', message(PROTOCOL_VERSION, 'database\0postgres\0\0')],
      ['whose user is nobody', message(PROTOCOL_VERSION, 'user\0\0database\0postgres\0\0')],
      ['without a database', message(PROTOCOL_VERSION, 'user\0admin\0\0')],
      ['of another version', message((4 << 16) | 2, 'user\0admin\0\0')],
      ['of another version, with what that may mean', message(5 << 16, 'x')],
    ] as const)
      it(what, async () => {
        const { host, port } = cluster.postgres.address;
        const expected = await lastWord(net.connect(path.join(host, `.s.PGSQL.${port}`)), bytes);
        assert.match(expected, /^error FATAL/);
        const client = await WireClient.encrypted(cluster);
        assert.equal(await lastWord(client.socket, bytes), expected);
      });
  });

  it('refuses a start-up in the clear', async () => {
    const client = WireClient.plain(cluster, startup({ user: 'admin', database: 'postgres' }));
    assert.match((await client.until('error'))[0]!, /^error FATAL 08P01 .*SSL is mandatory/);
  });

  it('ignores cancel requests and garbage', async () => {
    const cancel = Buffer.alloc(16);
    cancel.writeInt32BE(16, 0);
    cancel.writeInt32BE(80877102, 4);
    for (const bytes of [cancel, Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
      const client = WireClient.plain(cluster, bytes);
      assert.deepEqual(await client.until('never'), []);
    }
  });

  it('refuses a wrong token, another database and settings that cannot be set', async () => {
    assert.equal(await refusal({}, 'wrong'), 'error FATAL 08006 unable to accept connection, access denied');
    assert.equal(await refusal({ database: 'bank' }), 'error FATAL 3D000 database "bank" does not exist');
    assert.equal(
      await refusal({ default_transaction_read_only: 'on' }),
      'error FATAL 0A000 setting configuration parameter "default_transaction_read_only" not supported',
    );
    assert.equal(
      await refusal({ options: '-c role=admin' }),
      'error FATAL 0A000 setting configuration parameter "role" not supported',
    );
    assert.equal(
      await refusal({ options: '-c statement_timeout=1' }),
      'error FATAL 0A000 setting configuration parameter "statement_timeout" not supported',
    );
    assert.match(await refusal({ timezone: 'Nowhere' }), /^error FATAL 22023/);
  });

  it('applies settings given at start-up', async () => {
    const client = await WireClient.session(cluster, {
      timezone: 'Asia/Tokyo',
      options: '-c amzn-cluster-id=abc -c timezone=UTC',
    });
    client.send(query('SHOW timezone'));
    assert.ok((await client.until('ready')).includes('dataRow ["Asia/Tokyo"]'));
    client.close();
  });

  it('answers psql', async () => {
    const psql = spawn('psql', ['-X', '-At', '-c', 'SELECT 40 + 2', '-c', 'SHOW server_version'], {
      env: {
        ...process.env,
        // Debian's psql is a script that speaks of locales it does not find
        LC_ALL: 'C',
        PGHOST: 'localhost',
        PGPORT: String(cluster.gateway.port),
        PGUSER: 'admin',
        PGDATABASE: 'postgres',
        PGPASSWORD: TEST_TOKEN,
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: cluster.caFile,
      },
    });
    const output: Buffer[] = [];
    psql.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    psql.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    await once(psql, 'close');
    assert.equal(Buffer.concat(output).toString(), '42\n16.15\n');
  });

  it('holds clients to the number and rate of connections', async () => {
    for (const [limits, code] of [
      [{ connections: 1 }, '53300'],
      [{ connectionBurst: 1, connectionsPerSecond: 0 }, '53400'],
    ] as const) {
      const small = await startTestGateway({ postgres: cluster.postgres, limits });
      await small.connect();
      const second = new pg.Client(small.config());
      second.on('error', () => undefined);
      await assert.rejects(second.connect(), { code });
      await small.close();
    }
  });
});
