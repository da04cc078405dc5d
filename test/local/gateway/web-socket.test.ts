import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import postgres from 'postgres';
import { Agent, WebSocket as BrowserWebSocket } from 'undici';
import { createWebSocketStream, WebSocket } from 'ws';
import { accessDenied } from '../../../src/local/gateway/errors';
import { password, query, startup, TERMINATE } from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, TEST_TOKEN, type TestGateway } from '../../support/gateway';
import { until } from '../../support/scratch';

/** The socket AWS's connector hands to postgres.js, as far as bytes go: a WebSocket as in browsers, one message for each write. */
async function browserSocket(url: string, ca: string): Promise<Duplex> {
  const socket = new BrowserWebSocket(url, { dispatcher: new Agent({ connect: { ca } }) });
  socket.binaryType = 'arraybuffer';
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = ({ error }) => reject(error as Error);
  });
  const duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      socket.send(chunk);
      done();
    },
    final: done => {
      socket.close();
      done();
    },
  });
  // postgres.js takes leave of sockets that say they are open
  const stream = Object.assign(duplex, { readyState: 'open' });
  socket.onmessage = ({ data }) => stream.push(Buffer.from(data as ArrayBuffer));
  socket.onclose = () => {
    stream.readyState = 'closed';
    stream.destroy();
  };
  return stream;
}

const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

describe('the protocol over a WebSocket', () => {
  const serverNames: (string | undefined)[] = [];
  let test: TestGateway;
  let ca: string;
  const url = (host = '127.0.0.1') => `wss://${host}:${test.gateway.port}`;
  /** What comes until the server is ready, or hangs up. */
  const answers = async (stream: Duplex): Promise<Buffer> => {
    let bytes = Buffer.alloc(0);
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.at(-6) === 0x5a) break;
    }
    return bytes;
  };
  const open = async (): Promise<Duplex> => {
    const socket = new WebSocket(url(), { ca });
    await once(socket, 'open');
    return createWebSocketStream(socket);
  };
  const encrypted = async (): Promise<tls.TLSSocket> => {
    const socket = tls.connect({ host: '127.0.0.1', port: test.gateway.port, ca });
    await once(socket, 'secureConnect');
    return socket;
  };
  const hello = Buffer.concat([
    startup({ user: 'admin', database: 'postgres' }),
    password(Buffer.from(`${TEST_TOKEN}\0`)),
  ]);

  before(async () => {
    test = await startTestGateway({
      authenticator: {
        authenticate: (_user, token, _now, reached) => {
          serverNames.push(reached?.serverName);
          return Promise.resolve(token === TEST_TOKEN ? undefined : accessDenied);
        },
      },
    });
    ca = fs.readFileSync(test.caFile, 'utf8');
  });
  after(() => test?.close());

  it('serves postgres.js as AWS’s connector drives it, by the server name of the address', async () => {
    const options = {
      user: 'admin',
      database: 'postgres',
      pass: TEST_TOKEN,
      ssl: false,
      max: 2,
      socket: () => browserSocket(url('localhost'), ca),
    };
    const db = postgres(options);
    try {
      await db`CREATE TABLE notes (id int PRIMARY KEY, body text)`;
      const long = 'é'.repeat(400_000);
      await db.begin(async tx => {
        await tx`INSERT INTO notes ${tx([
          { id: 1, body: long },
          { id: 2, body: long },
        ])}`;
      });
      const rows = await db<{ body: string }[]>`SELECT body FROM notes`;
      assert.deepEqual([rows.length, rows.every(({ body }) => body === long)], [2, true]);
      await assert.rejects(db`SELECT nothing`.execute(), { code: '42703' });
      assert.equal((await db`SELECT i FROM generate_series(1, 100000) i`).length, 100_000);
    } finally {
      await db.end();
    }
    assert.deepEqual([...new Set(serverNames)], ['localhost']);
    await until(() => test.gateway.stats().connections === 0, 'the connections are gone');
  });

  it('takes messages however they are cut into frames', async () => {
    const bytes = Buffer.concat([hello, query('SELECT 1')]);
    for (const step of [1, 7, bytes.length]) {
      const stream = await open();
      for (let at = 0; at < bytes.length; at += step) stream.write(bytes.subarray(at, at + step));
      let answered = await answers(stream);
      if (!answered.includes('SELECT 1')) answered = Buffer.concat([answered, await answers(stream)]);
      assert.ok(answered.includes('SELECT 1'), `in steps of ${step}`);
      stream.end(TERMINATE);
      await once(stream.resume(), 'close');
    }
  });

  it('refuses a wrong token in the protocol, then closes the WebSocket', async () => {
    const stream = await open();
    stream.write(startup({ user: 'admin', database: 'postgres' }));
    stream.write(password(Buffer.from('wrong\0')));
    assert.match((await answers(stream)).toString(), /access denied/);
    assert.ok(stream.readableEnded);
  });

  it('hangs up on who sends much before having logged in, where a frame would be kept until it is whole', async () => {
    const socket = new WebSocket(url(), { ca });
    await once(socket, 'open');
    socket.on('error', () => undefined);
    socket.send(Buffer.alloc(8 * 1024 * 1024));
    const [code] = (await once(socket, 'close')) as [number];
    assert.equal(code, 1006, 'without a word');
    await until(() => test.gateway.stats().connections === 0, 'the connection is gone');
  });

  it('is found by its first bytes where a client names no protocol in TLS', async () => {
    const socket = await encrypted();
    for (const letter of UPGRADE) {
      socket.write(letter);
      await new Promise(setImmediate);
    }
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 101 /);
    socket.destroy();
  });

  it('closes on what is no WebSocket’s frame, and on no request of HTTP', async () => {
    const unmasked = Buffer.from([0x82, 0x01, 0x00]);
    const reserved = Buffer.from([0xff, 0x80, 1, 2, 3, 4]);
    const endless = Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]);
    for (const frame of [unmasked, reserved, endless]) {
      const socket = await encrypted();
      socket.write(UPGRADE);
      await once(socket, 'data');
      socket.write(frame);
      socket.resume();
      await until(() => socket.readableEnded, 'the gateway has closed');
      socket.destroy();
    }
    const socket = await encrypted();
    socket.write('GET nonsense\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
    socket.destroy();
    await until(() => test.gateway.stats().connections === 0, 'the connections are gone');
  });

  it('tells what it is to a request that wants no WebSocket', async () => {
    const request = https.get(`https://localhost:${test.gateway.port}/`, { ca, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 426);
    assert.equal(response.headers.upgrade, 'websocket');
    response.resume();
    await once(response, 'end');
  });

  it('lets go of a client that vanishes', async () => {
    const stream = await open();
    stream.write(hello);
    await answers(stream);
    assert.equal(test.gateway.stats().connections, 1);
    stream.destroy();
    await until(() => test.gateway.stats().connections === 0, 'the connection is freed');
  });

  it('says goodbye when it closes', async () => {
    const stream = await open();
    stream.write(hello);
    await answers(stream);
    const [goodbye] = await Promise.all([answers(stream), test.gateway.close()]);
    assert.match(goodbye.toString(), /57P01/);
  });
});
