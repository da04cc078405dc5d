import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { loadServerCertificate } from '../../../src/local/identity/certificates';
import { Connection } from '../../../src/stress/lean/connection';
import { LeanTransport } from '../../../src/stress/lean/transport';

const REQUEST = 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\nhi';
const ok = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\n${more}content-length: ${body.length}\r\n\r\n${body}`;

/** The answer's body, or the error's code. */
const send = (connection: Connection): Promise<string> =>
  new Promise(resolve =>
    connection.send(REQUEST, {
      answered: ({ body }) => resolve(body),
      failed: error => resolve(`! ${String((error as { code?: unknown }).code)}`),
    }),
  );

describe('a connection of the load generator', () => {
  let server: net.Server;
  let sockets: net.Socket[];
  let connection: Connection;
  /** Serves request `n` of the test. */
  let serve: (n: number, socket: net.Socket) => void;

  beforeEach(async () => {
    sockets = [];
    let requests = 0;
    server = net.createServer(socket => {
      sockets.push(socket);
      socket.on('error', () => undefined).on('data', () => serve(requests++, socket));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    connection = new Connection(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
  afterEach(async () => {
    connection.close();
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
  });

  it('serves call after call', async () => {
    serve = (n, socket) => socket.write(ok(`answer ${n}`));
    for (const n of [0, 1, 2]) assert.equal(await send(connection), `answer ${n}`);
    assert.equal(sockets.length, 1);
  });

  it('is opened again after the server closed it with an answer', async () => {
    serve = (n, socket) => socket.end(ok(`answer ${n}`, 'connection: close\r\n'));
    for (const n of [0, 1]) assert.equal(await send(connection), `answer ${n}`);
    assert.equal(sockets.length, 2);
  });

  it('does not make a call again whose answer was lost, and serves the next', async () => {
    serve = (n, socket) => void (n === 0 ? socket.destroy() : socket.write(ok(`answer ${n}`)));
    assert.match(await send(connection), /^! (ECONNRESET|HPE_INVALID_ANSWER)$/);
    assert.equal(await send(connection), 'answer 1');
  });

  it('never takes bytes that nobody asked for as an answer', async () => {
    serve = (n, socket) => socket.write(n === 0 ? ok('first') + ok('stray') : ok('second'));
    assert.equal(await send(connection), '! HPE_INVALID_ANSWER');
    assert.equal(await send(connection), 'second');
    assert.equal(sockets.length, 2);
  });

  it('tells that nobody listens', async () => {
    const port = (server.address() as AddressInfo).port;
    await new Promise(resolve => server.close(resolve));
    assert.equal(await send(new Connection(new URL(`http://127.0.0.1:${port}`))), '! ECONNREFUSED');
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  });
});

describe('calls of the load generator that wait for a connection', () => {
  it('are made one after another, in their order, and each is told of once, however many there are', async () => {
    const came: number[] = [];
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        came.push((JSON.parse(Buffer.concat(chunks).toString()) as { payer_id: number }).payer_id);
        response.end(JSON.stringify({ balance: 1, duration: 1, retries: 0 }));
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
    const transport = new LeanTransport({ endpoint, region: 'us-east-1', credentials }, 'bank', 1, () => [
      'host',
      'localhost',
    ]);
    const order = Array.from({ length: 2_300 }, (_, i) => i + 1);
    const settled: number[] = [];
    try {
      await new Promise<void>(resolve => {
        for (const payer of order)
          transport.send({ payer, payee: 1, amount: 1 }, ({ errorClass, message }) => {
            assert.equal(errorClass, undefined, message);
            if (settled.push(payer) === order.length) resolve();
          });
      });
      assert.deepEqual(came, order);
      assert.deepEqual(settled, order);
    } finally {
      transport.close();
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('a connection of the load generator over TLS', () => {
  it('verifies who answers: by a trusted authority only', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lean-tls-'));
    const {
      privateKey: key,
      certificate: cert,
      caFile,
    } = await loadServerCertificate(folder, ['localhost'], Date.now());
    const server = https.createServer({ key, cert }, (request, response) => {
      request.resume().on('end', () => response.end('over TLS'));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    try {
      const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
      assert.equal(await fromProcess(origin, caFile), 'over TLS, over TLS');
      assert.match(await fromProcess(origin, undefined), /^! (SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/);
    } finally {
      server.closeAllConnections();
      server.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Two calls from a process that trusts `caFile` besides the usual authorities, as Node reads it only at its start. */
async function fromProcess(origin: string, caFile: string | undefined): Promise<string> {
  const module = path.resolve(__dirname, '../../../src/stress/lean/connection.ts');
  const script = `
    const { Connection } = require(${JSON.stringify(module)});
    const connection = new Connection(new URL(${JSON.stringify(origin)}));
    const send = () => new Promise(resolve => connection.send(${JSON.stringify(REQUEST)}, {
      answered: ({ body }) => resolve(body), failed: error => resolve('! ' + error.code) }));
    (async () => {
      const first = await send();
      console.log(first.startsWith('!') ? first : first + ', ' + (await send()));
      connection.close();
    })();`;
  const env = { ...process.env };
  delete env['NODE_EXTRA_CA_CERTS'];
  const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: path.resolve(__dirname, '../../..'),
    env: { ...env, ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }) },
  });
  return stdout.trim();
}
