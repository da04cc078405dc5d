import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Pool, type PoolClient } from 'pg';
import { withRetry } from './retry';

const hostname = process.env.CLUSTER_ENDPOINT!;
const signer = new DsqlSigner({ hostname, region: process.env.AWS_REGION });

const pool = new Pool({
  host: hostname,
  port: 5432,
  user: 'myapp',
  database: 'postgres',
  password: () => signer.getDbConnectAuthToken(),
  ssl: true,
  // as many as invocations run at a time: one, unless on Lambda Managed Instances
  max: Number(process.env.AWS_LAMBDA_MAX_CONCURRENCY ?? 1),
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
});

pool.on('error', () => undefined);

type Request =
  | { operation: 'create'; customer: number; lines: { product: string; quantity: number; price: number }[] }
  | { operation: 'get'; number: number }
  | { operation: 'range' | 'page' | 'batch'; from: string; to: string; limit: number };

interface Line {
  product: string;
  quantity: number;
  price: number;
}

interface Order {
  id: string;
  customer: number;
  created_at: string;
  lines: Line[];
}

/** A connection that counts the statements it sends: each is a round trip. */
class Session {
  statements = 0;

  constructor(private readonly client: PoolClient) {}

  async rows<T>(sql: string, values: unknown[]): Promise<T[]> {
    this.statements++;
    const { rows } = await this.client.query(sql, values);
    return rows as T[];
  }
}

/** Three inserts, one transaction: the order, and a row for each of its lines. */
async function create(session: Session, client: PoolClient, customer: number, lines: Line[]): Promise<{ id: string }> {
  await client.query('BEGIN');
  const [order] = await session.rows<{ id: string }>('INSERT INTO orders (customer) VALUES ($1) RETURNING id', [
    customer,
  ]);
  for (const { product, quantity, price } of lines)
    await session.rows('INSERT INTO order_lines (order_id, product, quantity, price) VALUES ($1, $2, $3, $4)', [
      order!.id,
      product,
      quantity,
      price,
    ]);
  await client.query('COMMIT');
  return order!;
}

const LINES = 'SELECT product, quantity, price FROM order_lines WHERE order_id = $1 ORDER BY product';

/** Two selects: the order by its number's index, its lines by theirs. */
async function get(session: Session, number: number): Promise<Order> {
  const [order] = await session.rows<Order>('SELECT id, customer, created_at FROM orders WHERE number = $1', [number]);
  if (!order) throw new Error(`There is no order ${number}`);
  return { ...order, lines: await session.rows<Line>(LINES, [order.id]) };
}

const RANGE = `SELECT id, customer, created_at FROM orders
                WHERE created_at >= $1 AND created_at < $2 ORDER BY created_at LIMIT $3`;

/** One select for the orders, and one more for each of them: what a loop over `get` becomes. */
async function range(session: Session, from: string, to: string, limit: number): Promise<Order[]> {
  const orders = await session.rows<Order>(RANGE, [from, to, limit]);
  const full: Order[] = [];
  for (const order of orders) full.push({ ...order, lines: await session.rows<Line>(LINES, [order.id]) });
  return full;
}

/** The same page in one statement. */
async function page(session: Session, from: string, to: string, limit: number): Promise<Order[]> {
  const rows = await session.rows<Line & { id: string; customer: number; created_at: string }>(
    `SELECT o.id, o.customer, o.created_at, l.product, l.quantity, l.price
       FROM (${RANGE}) AS o JOIN order_lines AS l ON l.order_id = o.id
      ORDER BY o.created_at, l.product`,
    [from, to, limit],
  );
  const orders = new Map<string, Order>();
  for (const { id, customer, created_at, ...line } of rows) {
    const order = orders.get(id) ?? { id, customer, created_at, lines: [] };
    order.lines.push(line);
    orders.set(id, order);
  }
  return [...orders.values()];
}

/** Two statements: the orders, then all their lines by a list of keys. */
async function batch(session: Session, from: string, to: string, limit: number): Promise<Order[]> {
  const orders = await session.rows<Order>(RANGE, [from, to, limit]);
  const lines = await session.rows<Line & { order_id: string }>(
    'SELECT order_id, product, quantity, price FROM order_lines WHERE order_id = ANY($1::uuid[]) ORDER BY product',
    [orders.map(({ id }) => id)],
  );
  const byOrder = new Map(orders.map(order => [order.id, { ...order, lines: [] as Line[] }]));
  for (const { order_id, ...line } of lines) byOrder.get(order_id)!.lines.push(line);
  return [...byOrder.values()];
}

/** What a page holds, small enough to compare: two ways to make it must agree in all of it. */
function summary(orders: Order[]) {
  const lines = orders.flatMap(order => order.lines);
  return {
    orders: orders.length,
    lines: lines.length,
    total: lines.reduce((sum, { quantity, price }) => sum + quantity * Number(price), 0),
    first: orders[0]?.id,
    last: orders.at(-1)?.id,
  };
}

async function answer(request: Request, client: PoolClient): Promise<object> {
  const session = new Session(client);
  const done = (result: object): object => ({ ...result, statements: session.statements });
  switch (request.operation) {
    case 'create':
      return done(await create(session, client, request.customer, request.lines));
    case 'get':
      return done(await get(session, request.number));
    default: {
      const make = { range, page, batch }[request.operation];
      return done(summary(await make(session, request.from, request.to, request.limit)));
    }
  }
}

export const handler = async (request: Request) => {
  try {
    const { value } = await withRetry(async () => {
      const client = await pool.connect();
      let broken = false;
      try {
        return await answer(request, client);
      } catch (error) {
        await client.query('ROLLBACK').catch(() => (broken = true));
        throw error;
      } finally {
        client.release(broken);
      }
    });
    return value;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { error: message, errorCode: code };
  }
};
