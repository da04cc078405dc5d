import { setTimeout as timer } from 'node:timers/promises';
import pg from 'pg';
import { isOccConflict } from '../../src/core/bank/occ-retry';
import { TRANSFER } from '../../src/core/bank/transfer';
import { accountSampler, pairSampler } from '../../src/core/stress/accounts';
import { seededRandom } from '../../src/core/stress/random';

/** How the statements are sent: as text with literals, or as named prepared statements. */
export type Protocol = 'simple' | 'prepared';

const PREPARED = Object.fromEntries(
  Object.entries(TRANSFER).map(([name, text]) => [text, { name: `transfer_${name}`, text }]),
);

/** "Unable to accept connection, rate exceeded." */
const RATE_EXCEEDED = '53400';
const COME_BACK_MS = 500;

/** Transfers that were committed. */
export interface Transfers {
  /** After the warm-up. */
  perSecond: number;
  /** All of them, also those of the warm-up. */
  committed: number;
}

/** Transfers with history by `clients` connections of `pg` in this process. Conflicts are tried again at once. */
export async function transfers(
  config: pg.ClientConfig,
  load: { clients: number; seconds: number; accounts: number; protocol: Protocol; warmUpSeconds?: number },
  /** Called when all clients have connected; what it returns, when the last transaction has ended and all are connected still. */
  watch: () => () => void = () => () => undefined,
): Promise<Transfers> {
  const clients = await Promise.all(Array.from({ length: load.clients }, () => connected(config)));
  const ended = watch();
  try {
    let committed = 0;
    let counted = 0;
    const begin = performance.now() + (load.warmUpSeconds ?? 0.5) * 1000;
    const end = begin + load.seconds * 1000;
    await Promise.all(
      clients.map(async (client, i) => {
        const next = pairSampler(accountSampler({ type: 'uniform' }, load.accounts, seededRandom(i)), load.accounts);
        while (performance.now() < end) {
          const { payer, payee } = next();
          if (!(await transferred(client, payer, payee, load.protocol))) continue;
          committed++;
          if (performance.now() >= begin) counted++;
        }
      }),
    );
    const perSecond = (counted * 1000) / (performance.now() - begin);
    ended();
    return { perSecond, committed };
  } finally {
    await Promise.all(clients.map(client => client.end()));
  }
}

/** Who is refused for the rate of connections comes back a moment later: rounds follow each other faster than the allowance grows. */
async function connected(config: pg.ClientConfig): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if ((error as { code?: string }).code !== RATE_EXCEEDED) throw error;
      await timer(COME_BACK_MS);
    }
  }
}

async function transferred(client: pg.Client, payer: number, payee: number, protocol: Protocol): Promise<boolean> {
  const run = (text: string, values: number[] = []): Promise<unknown> => {
    if (protocol === 'simple' || values.length === 0) return client.query(literal(text, values));
    return client.query({ ...PREPARED[text], text, values });
  };
  try {
    await run(TRANSFER.begin);
    await run(TRANSFER.debit, [1, payer]);
    await run(TRANSFER.credit, [1, payee]);
    await run(TRANSFER.record, [payer, payee, 1]);
    await run(TRANSFER.commit);
    return true;
  } catch (error) {
    await client.query(TRANSFER.rollback);
    if (!isOccConflict(error) && (error as { code?: string }).code !== '40P01') throw error;
    return false;
  }
}

/** The values are numbers of our own: no quoting needed. */
const literal = (text: string, values: number[]): string =>
  text.replace(/\$(\d)/g, (_match, i: string) => String(values[Number(i) - 1]));
