import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LambdaTarget } from '../../src/protocol/stress';

/** What an Invoke call asks for, as the workshop's handler takes it. */
export interface InvokedTransfer {
  payer_id: number;
  payee_id: number;
  amount: number;
}

/** Answers one Invoke call: `reply` sends the payload of a success. */
export type Answer = (
  transfer: InvokedTransfer,
  reply: (payload: object) => void,
  response: http.ServerResponse,
) => void;

/** An Invoke API in this process whose behaviour is known. */
export interface InvokeEndpoint {
  target: LambdaTarget;
  /** Calls that came in. */
  served(): number;
  close(): void;
}

const OK = { balance: 99, duration: 1, retries: 0 };

/** Starts an endpoint on a free port of the loopback. */
export async function invokeEndpoint(answer: Answer): Promise<InvokeEndpoint> {
  let served = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      served++;
      const transfer = JSON.parse(Buffer.concat(chunks).toString()) as InvokedTransfer;
      answer(transfer, payload => void response.end(JSON.stringify(payload)), response);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    target: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    },
    served: () => served,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** An endpoint that answers at once but for a stall, and what it saw. */
export interface Stalling {
  answer: Answer;
  /** When each call came, milliseconds from the first one. */
  cameAtMs: number[];
}

/** All that come in the stall wait for its end. Times count from the first call. */
export function stalling(fromMs: number, toMs: number): Stalling {
  let began: number | undefined;
  const seen: Stalling = {
    cameAtMs: [],
    answer: (_transfer, reply) => {
      began ??= performance.now();
      const at = performance.now() - began;
      seen.cameAtMs.push(at);
      if (at < fromMs || at >= toMs) return reply(OK);
      // a timer may fire early: who is answered may ask again at once, and is not to be held twice
      const answerBehind = (): void => {
        const leftMs = toMs - (performance.now() - began!);
        if (leftMs > 0) setTimeout(answerBehind, leftMs);
        else reply(OK);
      };
      answerBehind();
    },
  };
  return seen;
}
