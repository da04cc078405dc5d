/**
 * An order service on DSQL, after the measurements of the talk DEV308 at re:Invent 2025: orders with items, ids made by the client, an
 * index beside each key that a question needs. One DDL statement per transaction, so one per entry.
 */
export const CREATE_ORDER_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS orders (
  id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
  user_id int NOT NULL,
  status varchar(20) NOT NULL,
  total_value int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
)`,
  `CREATE TABLE IF NOT EXISTS order_items (
  id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
  order_id uuid NOT NULL,
  product_id int NOT NULL,
  quantity int NOT NULL,
  value int NOT NULL
)`,
];

/** Built in the background: wait for the jobs before measuring. */
export const CREATE_ORDER_INDEXES: readonly string[] = [
  'CREATE INDEX ASYNC IF NOT EXISTS order_items_order_id ON order_items (order_id)',
  'CREATE INDEX ASYNC IF NOT EXISTS orders_created_at ON orders (created_at)',
];

/** Orders that a range answers at most; each costs one more select, for its items. */
export const ORDERS_OF_A_RANGE = 100;

/** The statements of the service. Create: 3 inserts in a transaction. Get: 2 selects, by key and by index. Range: 1 + up to 100 selects. */
export const ORDER_STATEMENTS = {
  insertOrder: 'INSERT INTO orders (id, user_id, status, total_value) VALUES ($1, $2, $3, $4)',
  insertItem: 'INSERT INTO order_items (id, order_id, product_id, quantity, value) VALUES ($1, $2, $3, $4, $5)',
  order: 'SELECT id, user_id, status, total_value, created_at FROM orders WHERE id = $1',
  items: 'SELECT id, product_id, quantity, value FROM order_items WHERE order_id = $1',
  range:
    'SELECT id, user_id, status, total_value, created_at FROM orders WHERE created_at >= $1 AND created_at < $2 ' +
    `ORDER BY created_at LIMIT ${ORDERS_OF_A_RANGE}`,
  someIds: 'SELECT id FROM orders LIMIT $1',
} as const;

/** Items of an order that the load creates: with the order itself three inserts. */
export const ITEMS_PER_ORDER = 2;
