import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { ActiveFlights } from '../../../src/local/gateway/active-flights';
import { Backend } from '../../../src/local/gateway/backend';
import { BackendReader } from '../../../src/local/gateway/backend-reader';
import { conflictOC000 } from '../../../src/local/gateway/errors';
import { Flight } from '../../../src/local/gateway/flight';
import { Output, type Sink } from '../../../src/local/gateway/output';
import { query } from '../../../src/local/gateway/wire/client-messages';
import { commandComplete, oneValue, ready } from '../../../src/local/gateway/wire/server-messages';
import { until } from '../../support/scratch';

/** A client's side of which the test says how much of its answers it has not taken. */
class Reader implements Sink {
  pendingBytes = 0;
  onDrain = (): void => undefined;
  write = (): void => undefined;
  writeAll = (): void => undefined;
}

describe('a statement whose client does not take its rows', () => {
  it('can be given up also where the network has taken some of them since, but not all', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const reader = new BackendReader();
    const socket = net.connect({
      ...{ host: '127.0.0.1', port: (server.address() as net.AddressInfo).port },
      onread: reader.onread,
    });
    const [postgres] = (await once(server, 'connection')) as [net.Socket];
    try {
      const client = new Reader();
      const backend = new Backend(socket, reader, 1, 'admin', new ActiveFlights());
      const flight = new Flight(new Output(client));
      flight.add(query('SELECT'), { kind: 'query', forward: true, op: 0 });
      const over = backend.fly(flight, 'none');
      assert.equal(backend.giveUp(conflictOC000), false);
      client.pendingBytes = 2 * 1024 * 1024;
      postgres.write(oneValue(Buffer.from('a row')));
      await until(() => socket.isPaused(), 'the backend is not read');
      client.pendingBytes = 512 * 1024;
      assert.equal(backend.giveUp(conflictOC000), true);
      postgres.write(Buffer.concat([commandComplete('SELECT 1'), ready('T')]));
      await over;
      assert.equal(flight.failure?.error, conflictOC000);
    } finally {
      socket.destroy();
      postgres.destroy();
      server.close();
    }
  });
});
