import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodedError } from '../../../src/base/errors';
import { RpcChannel, type Port } from '../../../src/base/rpc';

interface Server {
  requests: { add(p: { a: number; b: number }): number; fail(p: { code: string }): never; hang(p: null): void };
  events: { tick: { n: number } };
}
interface Client {
  requests: object;
  events: object;
}

function portPair(): [Port & { close(): void }, Port & { close(): void }] {
  const make = () => ({ message: new Set<(m: unknown) => void>(), close: new Set<() => void>() });
  const ends = [make(), make()] as const;
  const port = (mine: 0 | 1, theirs: 0 | 1) => ({
    post: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => ends[theirs].message.forEach(listener => listener(copy)));
    },
    onMessage: (listener: (m: unknown) => void) => {
      ends[mine].message.add(listener);
      return { dispose: () => void ends[mine].message.delete(listener) };
    },
    onClose: (listener: () => void) => {
      ends[mine].close.add(listener);
      return { dispose: () => void ends[mine].close.delete(listener) };
    },
    close: () => ends[theirs].close.forEach(listener => listener()),
  });
  return [port(0, 1), port(1, 0)];
}

function connect() {
  const [a, b] = portPair();
  const server = new RpcChannel<Server, Client>(a, {
    add: p => p.a + p.b,
    fail: p => {
      throw new CodedError(p.code, 'it failed', { nextStep: 'try another' });
    },
    hang: () => new Promise<void>(() => undefined),
  });
  const client = new RpcChannel<Client, Server>(b, {});
  return { a, b, server, client };
}

describe('RpcChannel', () => {
  it('fails a call whose answer cannot be sent', async () => {
    const [a, b] = portPair();
    new RpcChannel<Server, Client>(a, {
      add: () => (() => 1) as unknown as number,
      fail: () => assert.fail(),
      hang: () => undefined,
    });
    const client = new RpcChannel<Client, Server>(b, {});
    await assert.rejects(client.call('add', { a: 1, b: 2 }), { code: 'INTERNAL', message: /could not be cloned/ });
  });

  it('returns what the handler returns, for any numbers and any order', async () => {
    const { client } = connect();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer(), fc.integer()), { maxLength: 20 }), async pairs => {
        const sums = await Promise.all(pairs.map(([a, b]) => client.call('add', { a, b })));
        assert.deepEqual(
          sums,
          pairs.map(([a, b]) => a + b),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('carries code and next step of a coded error', async () => {
    const { client } = connect();
    await assert.rejects(client.call('fail', { code: 'SOME_CODE' }), (error: CodedError) => {
      assert.equal(error.code, 'SOME_CODE');
      assert.equal(error.nextStep, 'try another');
      return error instanceof CodedError;
    });
  });

  it('hands an error that nobody waits for to the port of the other side', async () => {
    const [a, b] = portPair();
    const faults: CodedError[] = [];
    const host = new RpcChannel<Client, Client>({ ...a, onFault: error => faults.push(error) }, {});
    const view = new RpcChannel<Client, Client>(b, {});
    view.report(new CodedError('SOME_CODE', 'it failed', { nextStep: 'try another' }));
    view.report(new TypeError('of its own'));
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(
      faults.map(({ code, message, nextStep }) => [code, message, nextStep]),
      [
        ['SOME_CODE', 'it failed', 'try another'],
        ['INTERNAL', 'of its own', undefined],
      ],
    );
    host.dispose();
    view.dispose();
  });

  it('refuses a method nobody serves, inherited names included', async () => {
    const { a, b } = connect();
    const answers: unknown[] = [];
    b.onMessage(message => answers.push(message));
    for (const method of ['toString', 'constructor', 'nothing']) {
      b.post({ rpc: 'call', id: 99, method, params: null });
      await new Promise(resolve => setImmediate(resolve));
    }
    assert.equal(answers.length, 3);
    for (const answer of answers) assert.equal((answer as { error: { code: string } }).error.code, 'UNKNOWN_METHOD');
    a.close();
  });

  it('settles every pending call when the port closes', async () => {
    const { a, client } = connect();
    const pending = client.call('hang', null);
    a.close();
    await assert.rejects(pending, { code: 'CHANNEL_CLOSED' });
    await assert.rejects(client.call('add', { a: 1, b: 1 }), { code: 'CHANNEL_CLOSED' });
  });

  it('delivers events to those who listen, and survives messages that are not its own', async () => {
    const { b, server, client } = connect();
    const seen: number[] = [];
    const subscription = client.on('tick', value => seen.push(value.n));
    await fc.assert(
      fc.asyncProperty(fc.anything(), async noise => {
        try {
          b.post(noise);
        } catch {
          return; // not cloneable
        }
        await new Promise(resolve => setImmediate(resolve));
      }),
      { numRuns: 50 },
    );
    server.send('tick', { n: 1 });
    await new Promise(resolve => setImmediate(resolve));
    subscription.dispose();
    server.send('tick', { n: 2 });
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(seen, [1]);
  });
});
