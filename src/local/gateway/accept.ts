import type net from 'node:net';
import tls from 'node:tls';
import { tlsRequired } from './errors';
import { ProtocolViolation } from './wire/frames';
import { errorResponse } from './wire/server-messages';
import { readStartup } from './wire/startup';

/** First byte of a TLS handshake record. */
const TLS_HANDSHAKE = 0x16;
const ACCEPTED = Buffer.from('S');
const DECLINED = Buffer.from('N');
const ALPN = 'postgresql';

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
    ALPNProtocols: [ALPN],
  };
}

/**
 * Leads a new connection to its encrypted stream: by SSLRequest, or by TLS from the first byte on. Cancel requests are taken and
 * ignored, as the service does; a start-up without TLS is refused.
 */
export function encrypt(
  socket: net.Socket,
  options: tls.TLSSocketOptions,
  onSecure: (stream: tls.TLSSocket) => void,
): void {
  let received: Buffer = Buffer.alloc(0);
  let requests = 0;
  const secure = (): void => {
    socket.off('data', receive);
    socket.pause();
    const stream = new tls.TLSSocket(socket, options);
    stream.on('error', () => socket.destroy());
    stream.once('secure', () => onSecure(stream));
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
      return secure();
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
        secure();
      } else end(request.type === 'startup' ? errorResponse(tlsRequired) : undefined);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      end();
    }
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', receive);
}
