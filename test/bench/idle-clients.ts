import { once } from 'node:events';
import tls from 'node:tls';
import { password, query, startup } from '../../src/local/gateway/wire/client-messages';
import { TEST_TOKEN } from '../support/gateway';

/** As many as a cluster takes. */
export const CLIENTS = 10_000;
const AT_A_TIME = 50;
const READY = 0x5a;

/** Opens `count` encrypted, authenticated connections that have run one statement each. */
export async function openIdleClients(port: number, count: number): Promise<tls.TLSSocket[]> {
  const clients: tls.TLSSocket[] = [];
  const secureContext = tls.createSecureContext();
  let next = 0;
  const open = async (): Promise<void> => {
    while (next++ < count) {
      const socket = tls.connect({
        port,
        host: '127.0.0.1',
        secureContext,
        rejectUnauthorized: false,
        ALPNProtocols: ['postgresql'],
      });
      socket.on('error', () => undefined);
      await once(socket, 'secureConnect');
      socket.write(startup({ user: 'admin', database: 'postgres' }));
      await once(socket, 'data');
      socket.write(password(Buffer.from(`${TEST_TOKEN}\0`)));
      await untilReady(socket);
      socket.write(query('SELECT 1'));
      await untilReady(socket);
      clients.push(socket);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, open));
  return clients;
}

/** The answers are short: ReadyForQuery ends the last chunk. */
async function untilReady(socket: tls.TLSSocket): Promise<void> {
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    if (chunk.length >= 6 && chunk[chunk.length - 6] === READY) return;
  }
}
