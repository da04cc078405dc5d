import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { password, query, startup } from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, TEST_TOKEN, type TestGateway } from '../../support/gateway';
import { removeDirectory, temporaryDirectory, until } from '../../support/postgres';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const parameters = { user: 'admin', database: 'postgres' };

async function readUntil(stream: net.Socket, isEnough: (bytes: Buffer) => boolean): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (!isEnough(bytes)) {
    const [chunk] = (await once(stream, 'data')) as [Buffer];
    bytes = Buffer.concat([bytes, chunk]);
  }
  return bytes;
}
/** ReadyForQuery ends the answer. */
const isReady = (bytes: Buffer): boolean => bytes.length >= 6 && bytes[bytes.length - 6] === 0x5a;

const suite = (): void => {
  let folder: string;
  let socketPath: string;
  let test: TestGateway;

  before(async () => {
    folder = temporaryDirectory();
    socketPath = path.join(folder, 'gateway');
    // left over from a gateway that was killed
    const dead = net.createServer().listen(socketPath);
    await once(dead, 'listening');
    fs.linkSync(socketPath, `${socketPath}.kept`);
    await new Promise(resolve => dead.close(resolve));
    fs.renameSync(`${socketPath}.kept`, socketPath);
    test = await startTestGateway({ socketPath });
  });
  after(async () => {
    await test?.close();
    removeDirectory(folder);
  });

  it('takes the place of a socket that a dead gateway left, and says where it listens', () => {
    assert.equal(test.gateway.socketPath, socketPath);
    assert.deepEqual(test.log, []);
  });

  async function session(): Promise<tls.TLSSocket> {
    const socket = net.connect(socketPath);
    socket.write(SSL_REQUEST);
    assert.equal(String(await readUntil(socket, bytes => bytes.length > 0)), 'S');
    const secure = tls.connect({ socket, rejectUnauthorized: false });
    await once(secure, 'secureConnect');
    secure.write(startup(parameters));
    await readUntil(secure, bytes => bytes.length > 0);
    secure.write(password(Buffer.from(`${TEST_TOKEN}\0`)));
    await readUntil(secure, isReady);
    return secure;
  }

  it('serves as it does on its port: TLS, a token, statements, also who ends his side behind them', async () => {
    const secure = await session();
    secure.write(query('SELECT 40 + 2'));
    assert.match(String(await readUntil(secure, isReady)), /42/);
    secure.end(query('SELECT 40 + 3'));
    assert.match(String(await readUntil(secure, isReady)), /43/);
    await once(secure.resume(), 'close');
  });

  it('lets go of who vanishes while a statement runs', async () => {
    const secure = await session();
    secure.write(query('SELECT pg_sleep(60)'));
    await until(() => test.gateway.stats().lent === 1, 'the statement runs');
    secure.destroy();
    await until(() => test.gateway.stats().lent === 0 && test.gateway.stats().connections === 0, 'nothing is left');
  });

  it('refuses who does not encrypt', async () => {
    const socket = net.connect(socketPath);
    socket.write(startup(parameters));
    const answer = await readUntil(socket, bytes => bytes.length > 5);
    assert.equal(String.fromCharCode(answer[0]!), 'E');
    socket.destroy();
  });

  it('does without where it cannot listen', async () => {
    const other = await startTestGateway({
      socketPath: path.join(folder, 'missing', 'gateway'),
      postgres: test.postgres,
    });
    try {
      assert.equal(other.gateway.socketPath, undefined);
      assert.equal(other.log.length, 1);
      const client = await other.connect();
      assert.equal((await client.query('SELECT 1 AS one')).rows[0].one, 1);
    } finally {
      await other.close();
    }
  });

  it('leaves no socket behind', async () => {
    await test.gateway.close();
    assert.equal(fs.existsSync(socketPath), false);
  });
};

// Windows has no such sockets for us
if (process.platform !== 'win32') describe('Gateway on a Unix socket', suite);
