/**
 * Spares handlers the encryption on the gateway's Unix socket, which takes a sixth of a call's CPU time and protects nothing there: only this
 * user reaches it. libpq does the same ("sslmode is ignored for Unix domain socket communication", PostgreSQL 16, 34.19). Who does not ask for TLS is
 * refused as ever, and where the outcome of a handshake is not known beforehand there is one.
 */
import net from 'node:net';
import tls from 'node:tls';
import { unencrypted } from '../../gateway/wire/startup';

/** Connections to the gateway's Unix socket, and the names in its certificate. */
export interface SparedRoute {
  sockets: WeakSet<net.Socket>;
  isClusterName(name: string): boolean;
}

type Connect = (...args: unknown[]) => net.Socket;

/** What a client may give to `tls.connect` beside the socket without a wish of its own; trust in the cluster's CA is given in an environment. */
const PLAIN_OPTIONS = new Set(['socket', 'host', 'port', 'servername', 'rejectUnauthorized']);

interface Upgrade {
  socket: net.Socket;
  serverName: string;
}

/** A connection to the gateway whose handshake with these options would certainly succeed; else undefined. */
function sparedUpgrade(options: unknown, { sockets, isClusterName }: SparedRoute): Upgrade | undefined {
  if (typeof options !== 'object' || options === null) return undefined;
  const { socket, servername } = options as tls.ConnectionOptions;
  if (!(socket instanceof net.Socket) || !sockets.has(socket)) return undefined;
  if (typeof servername !== 'string' || !isClusterName(servername.toLowerCase())) return undefined;
  const isPlain = Object.entries(options).every(([name, value]) => value === undefined || PLAIN_OPTIONS.has(name));
  return isPlain ? { socket, serverName: servername } : undefined;
}

/** The socket itself in place of a TLSSocket around it, as one whose handshake has succeeded. It has no certificate or cipher to show. */
function upgrade({ socket, serverName }: Upgrade): net.Socket {
  // errors of a connection below TLS are told by the TLSSocket alone
  socket.removeAllListeners('error');
  socket.write(unencrypted(serverName));
  process.nextTick(() => socket.destroyed || socket.emit('secureConnect'));
  return Object.assign(socket, { encrypted: true, authorized: true, servername: serverName });
}

/** Changes `tls.connect` in this thread. */
export function spareEncryption(route: SparedRoute): void {
  const connect = tls.connect as Connect;
  const spared: Connect = (...args) => {
    const [options, onSecure] = args;
    const plain = sparedUpgrade(options, route);
    if (!plain) return connect(...args);
    const socket = upgrade(plain);
    if (typeof onSecure === 'function') socket.once('secureConnect', onSecure as () => void);
    return socket;
  };
  tls.connect = spared as typeof tls.connect;
}
