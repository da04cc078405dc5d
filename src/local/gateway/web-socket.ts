import http from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';

/** A frame is kept until it is whole; a driver may put a batch of messages into one. Its messages meet the protocol's own limit. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/**
 * The protocol within WebSockets, as the service carries it at `wss://<host>:443` for browsers and for AWS's connector for postgres.js
 * (postgres-web-socket.ts of awslabs/aurora-dsql-connectors, read 2026-11-22): no subprotocol, binary messages that may be cut anywhere;
 * TLS is the WebSocket's own.
 */
export class WebSocketDoor {
  private readonly entering = new WeakMap<Duplex, (stream: Duplex) => void>();
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
    .on('upgrade', (request, socket: Duplex, head: Buffer) =>
      this.webSockets.handleUpgrade(request, socket, head, webSocket =>
        this.entering.get(socket)?.(streamWithin(webSocket)),
      ),
    );

  /** Takes an encrypted stream that begins with a request of HTTP. What asks for no WebSocket is answered, and closed. */
  enter(socket: Duplex, onOpen: (stream: Duplex) => void): void {
    this.entering.set(socket, onOpen);
    this.http.emit('connection', socket);
  }
}

/** The bytes a WebSocket carries. Closes with it, also when it ends without a word. */
function streamWithin(webSocket: WebSocket): Duplex {
  const stream = createWebSocketStream(webSocket);
  webSocket.once('close', () => stream.once('end', () => stream.destroy()));
  return stream;
}
