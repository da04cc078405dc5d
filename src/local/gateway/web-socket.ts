import http from 'node:http';
import type { Duplex } from 'node:stream';
import type tls from 'node:tls';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';

/** A frame is kept until it is whole; a driver may put a batch of messages into one. Its messages meet the protocol's own limit. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Of who has not logged in no such frame is kept. A start-up takes 10 KB at most, a password 64 KB. */
const MAX_STRANGE_BYTES = 128 * 1024;

/**
 * The protocol within WebSockets, as the service carries it at `wss://<host>:443` for browsers and for AWS's connector for postgres.js
 * (postgres-web-socket.ts of awslabs/aurora-dsql-connectors, read 2026-11-22): no subprotocol, binary messages that may be cut anywhere;
 * TLS is the WebSocket's own.
 */
export class WebSocketDoor {
  private readonly entering = new WeakMap<Duplex, (stream: Duplex) => void>();
  private readonly guards = new WeakMap<Duplex, () => void>();
  private readonly webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  private readonly http = http
    .createServer((_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket', 'content-type': 'text/plain' });
      response.end('This is a database: it takes WebSockets that carry the PostgreSQL protocol.\n');
    })
    .on('upgrade', (request, socket: tls.TLSSocket, head: Buffer) =>
      this.webSockets.handleUpgrade(request, socket, head, webSocket => {
        const stream = streamWithin(webSocket);
        this.guard(socket, stream);
        this.entering.get(socket)?.(stream);
      }),
    );

  /** Takes an encrypted stream that begins with a request of HTTP. What asks for no WebSocket is answered, and closed. */
  enter(socket: tls.TLSSocket, onOpen: (stream: Duplex) => void): void {
    this.entering.set(socket, onOpen);
    this.http.emit('connection', socket);
  }

  /** Whoever is behind a stream of `enter` has logged in. Other streams are none of the door's. */
  trust(stream: Duplex): void {
    this.guards.get(stream)?.();
  }

  private guard(socket: tls.TLSSocket, stream: Duplex): void {
    let bytes = 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > MAX_STRANGE_BYTES) socket.destroy();
    };
    socket.on('data', count);
    this.guards.set(stream, () => socket.off('data', count));
  }
}

/** The bytes a WebSocket carries. Closes with it, also when it ends without a word. */
function streamWithin(webSocket: WebSocket): Duplex {
  const stream = createWebSocketStream(webSocket);
  webSocket.once('close', () => stream.once('end', () => stream.destroy()));
  return stream;
}
