import type { RunStatement } from '../bank/transfer';
import { ORDER_STATEMENTS } from './schema';

/** An order to create. Ids come from the client, so that a repetition cannot create it twice. */
export interface NewOrder {
  id: string;
  userId: number;
  items: { id: string; productId: number; quantity: number; value: number }[];
}

/** Creates an order with its items, in one transaction: one insert each. */
export async function createOrder(run: RunStatement, order: NewOrder): Promise<void> {
  const total = order.items.reduce((sum, { quantity, value }) => sum + quantity * value, 0);
  await run('BEGIN');
  try {
    await run(ORDER_STATEMENTS.insertOrder, [order.id, order.userId, 'created', total]);
    for (const { id, productId, quantity, value } of order.items)
      await run(ORDER_STATEMENTS.insertItem, [id, order.id, productId, quantity, value]);
    await run('COMMIT');
  } catch (error) {
    // the first error is the one to report
    await run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Reads an order by its key and its items by the index: two selects. */
export async function getOrder(run: RunStatement, id: string): Promise<{ order: unknown; items: unknown[] }> {
  const { rows } = await run(ORDER_STATEMENTS.order, [id]);
  const items = await run(ORDER_STATEMENTS.items, [id]);
  return { order: rows[0], items: items.rows };
}

/** The first orders created in [from, to), and one more select for the items of each: what an ORM makes of it unasked. */
export async function ordersBetween(run: RunStatement, from: Date, to: Date): Promise<number> {
  const { rows } = await run(ORDER_STATEMENTS.range, [from, to]);
  for (const { id } of rows as { id: string }[]) await run(ORDER_STATEMENTS.items, [id]);
  return rows.length;
}
