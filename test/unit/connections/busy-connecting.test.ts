import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { auditLiveDatabase } from '../../../src/node/audit/database';
import { bankPool } from '../../../src/node/bank/connect';
import { callerIdentity } from '../../../src/node/connections/caller-identity';
import { DatabasePools } from '../../../src/node/database-pools';
import { openSocket } from '../../../src/node/doctor/postgres-tls';
import { SqlConnection } from '../../../src/node/sql/connection';
import { SqlConnections } from '../../../src/stress/sql/connections';

/** A name of two addresses, as `localhost` is: a server is at the first alone. */
const HOST = 'two-addresses.example';
const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
/** Node's patience with an address, shortened for the test, and how long this process then looks at nothing. */
const ATTEMPT_MS = 10;
const BUSY_MS = 50;

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const region = 'us-east-1';

function beBusy(): void {
  for (const end = performance.now() + BUSY_MS; performance.now() < end;);
}

describe('connecting to a name of several addresses, by a process that is busy meanwhile', () => {
  const { lookup } = dns;
  const patience = net.getDefaultAutoSelectFamilyAttemptTimeout();
  let server: net.Server;
  let port: number;
  let came: number;

  before(done => {
    // the system takes a connection also for a client that is gone again: one that says something is here
    server = net.createServer(socket =>
      socket.on('error', () => undefined).once('data', () => (came++, socket.destroy())),
    );
    server.listen(0, '127.0.0.1', done);
  });
  before(() => {
    port = (server.address() as AddressInfo).port;
    net.setDefaultAutoSelectFamilyAttemptTimeout(ATTEMPT_MS);
    dns.lookup = ((name: string, _options: unknown, answer: (error: null, addresses: unknown) => void) => {
      assert.equal(name, HOST);
      // timers come next, and only then what the network says
      setImmediate(() => {
        answer(null, ADDRESSES);
        beBusy();
      });
    }) as typeof dns.lookup;
  });
  beforeEach(() => (came = 0));
  after(done => {
    dns.lookup = lookup;
    net.setDefaultAutoSelectFamilyAttemptTimeout(patience);
    server.close(done);
  });

  const database = () => ({ host: HOST, port, region, user: 'admin', credentials: KEYS });
  const place = () => ({ host: HOST, port, region, user: 'admin', profileName: 'orders', kind: 'local' as const });
  const { signal } = new AbortController();
  const admin = () => Promise.resolve(KEYS);
  const WAYS: [who: string, connect: () => Promise<unknown>][] = [
    ['an SQL session', () => SqlConnection.open({ ...place(), credentials: admin })],
    [
      'a chapter',
      () => {
        const target = { name: 'orders', kind: 'aws' as const, region, endpoint: HOST, port, credentials: { admin } };
        return new DatabasePools(target).connect('admin', 'admin');
      },
    ],
    ['a job of the bank', () => bankPool(database(), 1).connect()],
    [
      'a stress run by SQL',
      () => SqlConnections.open(database(), 1, { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 }, () => 0),
    ],
    ['an audit', () => auditLiveDatabase({ host: HOST, port, user: 'admin' })],
    ['a call of a control plane', () => callerIdentity(admin, region, signal, `http://${HOST}:${port}`)],
    ['the doctor', () => openSocket(HOST, port, signal).then(socket => once(socket.resume().end('here'), 'close'))],
  ];
  for (const [who, connect] of WAYS)
    it(`${who} reaches the one that answers`, async () => {
      await connect().catch(() => undefined); // the server says nothing but good-bye
      assert.ok(came > 0, 'nobody came');
    });
});
