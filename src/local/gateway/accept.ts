import type net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { tlsRequired } from './errors';
import type { WebSocketDoor } from './web-socket';
import { ProtocolViolation } from './wire/frames';
import { errorResponse } from './wire/server-messages';
import { readStartup } from './wire/startup';

/** First byte of a TLS handshake record. */
const TLS_HANDSHAKE = 0x16;
const ACCEPTED = Buffer.from('S');
const DECLINED = Buffer.from('N');
const ALPN = 'postgresql';
const ALPN_HTTP = 'http/1.1';
/** First byte of `GET `, which begins a WebSocket; no start-up message is so long that it could. */
const GET = 0x47;

export interface TlsFiles {
  /** PEM, with the intermediate certificates where there are any. */
  cert: string;
  key: string;
}

/** TLS as the service speaks it. */
export function tlsOptions(files: TlsFiles): tls.TLSSocketOptions & tls.SecureContextOptions {
  return {
    isServer: true,
    secureContext: tls.createSecureContext({ cert: files.cert, key: files.key, minVersion: 'TLSv1.2' }),
    ALPNProtocols: [ALPN, ALPN_HTTP],
  };
}

/**
 * Leads a new connection to its encrypted stream: by SSLRequest, or by TLS from the first byte on, there within a WebSocket too. Cancel
 * requests are taken and ignored, as the service does; a start-up without TLS is refused. Sockets may be half open: who ends its side before
 * a start-up is hung up on.
 * @param onSecure gets the TLS server name the client asked for, if any
 */
export function encrypt(
  socket: net.Socket,
  options: tls.TLSSocketOptions,
  webSockets: WebSocketDoor,
  onSecure: (stream: Duplex, serverName: string | undefined) => void,
): void {
  let received: Buffer = Buffer.alloc(0);
  let requests = 0;
  const secure = (direct: boolean): void => {
    socket.off('data', receive);
    socket.pause();
    const stream = new tls.TLSSocket(socket, options);
    const open = (within: Duplex): void => onSecure(within, stream.servername || undefined);
    const hangUp = (): void => void stream.end();
    const enter = (): void => {
      stream.off('end', hangUp); // its client is answered first
      open(stream);
    };
    stream.on('error', () => socket.destroy());
    stream.on('end', hangUp);
    stream.once('secure', () => {
      // who names no protocol tells by the first byte which it is
      if (!direct || stream.alpnProtocol === ALPN) enter();
      else firstByte(stream, byte => (byte === GET ? webSockets.enter(stream, open) : enter()));
    });
  };
  const end = (answer?: Buffer): void => {
    socket.off('data', receive);
    if (answer) socket.end(answer);
    socket.destroySoon();
  };
  const receive = (chunk: Buffer): void => {
    received = received.length > 0 ? Buffer.concat([received, chunk]) : chunk;
    if (received[0] === TLS_HANDSHAKE) {
      socket.off('data', receive);
      socket.pause();
      socket.unshift(received);
      return secure(true);
    }
    try {
      const read = readStartup(received);
      if (!read) return;
      const { request, bytes } = read;
      if (request.type === 'gss' && requests++ === 0 && bytes === received.length) {
        received = Buffer.alloc(0);
        socket.write(DECLINED);
      } else if (request.type === 'ssl' && bytes === received.length) {
        // anything sent along in the clear would have been injected
        socket.write(ACCEPTED);
        secure(false);
      } else
        end(request.type === 'startup' || request.type === 'other-version' ? errorResponse(tlsRequired) : undefined);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      end();
    }
  };
  socket.on('error', () => socket.destroy());
  socket.on('end', () => end());
  socket.on('data', receive);
}

/** Looks at a stream's first byte and leaves it there. Never calls when the stream ends before it. */
function firstByte(stream: tls.TLSSocket, tell: (byte: number) => void): void {
  stream.once('readable', () => {
    const read = stream.read() as Buffer | null;
    if (read === null) return;
    stream.unshift(read);
    tell(read[0]!);
  });
}
