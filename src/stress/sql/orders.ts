import { createOrder, getOrder, ordersBetween, type NewOrder } from '../../core/orders/operations';
import { ITEMS_PER_ORDER, ORDER_STATEMENTS } from '../../core/orders/schema';
import { CodedError } from '../../base/errors';
import type { Transfer } from '../../core/bank/transfer';
import type { CallOutcome, Transport } from '../../core/stress/outcome';
import { seededRandom, type Random } from '../../core/stress/random';
import { RecentIds } from '../../core/stress/recent-ids';
import type { Drive } from '../../protocol/stress';
import { SqlConnections } from './connections';

type OrderDrive = Extract<Drive, { type: 'orders' }>;

/** Ids of orders that were there before, read when the worker begins. */
const IDS_AT_START = 500;
const PRODUCTS = 1_000;
const UNDEFINED_TABLE = '42P01';
/** What a range reaches back, milliseconds. */
const RANGE_MS = 60 * 60 * 1000;

/** The order service over `pg`: orders created, read by key, and read by a range of time, by weight. */
export class OrderTransport implements Transport {
  private readonly ids = new RecentIds();

  private constructor(
    private readonly drive: OrderDrive,
    private readonly connections: SqlConnections,
    private readonly random: Random,
  ) {}

  /** Opens `connections` connections; rejects when one of them cannot be opened, or the tables are missing. */
  static async open(drive: OrderDrive, connections: number, random: Random): Promise<OrderTransport> {
    const own = seededRandom(Math.floor(random() * 2 ** 32));
    const opened = await SqlConnections.open(drive.target, connections, drive.retry, random);
    const transport = new OrderTransport(drive, opened, own);
    try {
      await transport.readIds();
    } catch (error) {
      transport.close();
      throw (error as { code?: unknown }).code === UNDEFINED_TABLE ? tablesMissing(error) : error;
    }
    return transport;
  }

  send({ payer }: Transfer, settle: (outcome: CallOutcome) => void): void {
    const { create, get, range } = this.drive.weights;
    const draw = this.random() * (create + get + range);
    const settled = (outcome: CallOutcome): void => settle({ ...outcome, movesNothing: true });
    const id = draw >= create && draw < create + get ? this.ids.pick(this.random) : undefined;
    if (id !== undefined) this.connections.run(run => getOrder(run, id), settled);
    else if (draw >= create + get) {
      const now = Date.now();
      this.connections.run(run => ordersBetween(run, new Date(now - RANGE_MS), new Date(now)), settled);
    } else {
      // also where an order should be read and none is known yet
      const order = this.newOrder(payer);
      this.connections.run(
        run => createOrder(run, order),
        outcome => {
          if (outcome.errorClass === undefined) this.ids.add(order.id);
          settled(outcome);
        },
      );
    }
  }

  close(): void {
    this.connections.close();
  }

  private newOrder(userId: number): NewOrder {
    const { random } = this;
    const upTo = (n: number): number => 1 + Math.floor(random() * n);
    const item = (): NewOrder['items'][number] => ({
      id: crypto.randomUUID(),
      productId: upTo(PRODUCTS),
      quantity: upTo(5),
      value: upTo(100),
    });
    // ids are not from the run's seed: the same run may be repeated over the same tables
    return { id: crypto.randomUUID(), userId, items: Array.from({ length: ITEMS_PER_ORDER }, item) };
  }

  private async readIds(): Promise<void> {
    const { rows } = await this.connections.once(ORDER_STATEMENTS.someIds, [IDS_AT_START]);
    for (const { id } of rows as { id: string }[]) this.ids.add(id);
  }
}

function tablesMissing(cause: unknown): CodedError {
  return new CodedError('STRESS_TABLES_MISSING', 'the tables of the order service are missing', {
    cause,
    nextStep: 'Make them with the chapter of the order service: dsql-workshop run 10-order-service',
  });
}
