import net from 'node:net';
import { ADDRESS_ATTEMPTS } from '../base/address-attempts';

/** `pg` connects its socket by port and host, or by the path of a Unix socket, and leaves the rest to Node. */
class DatabaseSocket extends net.Socket {
  override connect(...args: unknown[]): this {
    const [port, host] = args;
    if (typeof port === 'number' && typeof host === 'string') return super.connect({ port, host, ...ADDRESS_ATTEMPTS });
    return super.connect(...(args as [path: string]));
  }
}

/** A socket for `pg`'s `stream`, one per connection, with the patience of `ADDRESS_ATTEMPTS`. */
export const databaseSocket = (): net.Socket => new DatabaseSocket();
