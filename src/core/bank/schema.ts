import { BALANCES_PLACED, ROWS_PLACED } from './books';

/** The bank's tables, as the workshop's chapters create them: one DDL statement per transaction, so one per entry. */
export const CREATE_TABLES: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS accounts (id int PRIMARY KEY, balance bigint NOT NULL)',
  `CREATE TABLE IF NOT EXISTS transactions (
  id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
  payer_id int NOT NULL,
  payee_id int NOT NULL,
  amount int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
)`,
];

/** Accounts, sum of balances as text (beyond 2^53 it must not lose a cent) and negative balances: one statement, so one snapshot. */
export const AUDIT =
  'SELECT count(*)::int AS accounts, coalesce(sum(balance), 0)::text AS sum_of_balances, ' +
  '(count(*) FILTER (WHERE balance < 0))::int AS negative_balances FROM accounts';

/** The same with `placement`, the sum of all balances, each by the weight of its account. */
export const AUDIT_WITH_PLACEMENT = AUDIT.replace(
  ' FROM accounts',
  `, ${BALANCES_PLACED}::text AS placement FROM accounts`,
);

/** How many transfers were recorded. */
export const HISTORY = 'SELECT count(*)::text AS rows FROM transactions';

/** The same with `placement`, what the recorded transfers added to that of the balances. */
export const HISTORY_WITH_PLACEMENT = HISTORY.replace(
  ' FROM transactions',
  `, ${ROWS_PLACED}::text AS placement FROM transactions`,
);
