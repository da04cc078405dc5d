/**
 * What the bank's books are compared by, told alike by the database and by the generator of the calls: sums that show where money lies and what
 * rows say, as a whole and in parts, without a row being read by a client. Each statement stands beside what computes the same here.
 */
import type { Transfer } from './transfer';

/** A prime, so that no power of two in an amount hides a part of it; products of two numbers below it fit a bigint. */
export const PLACEMENT_MODULUS = 2_147_483_647;
const MIX_MODULUS = 2_147_483_629;
const MIX = 1_103_515_245;

/** Accounts and rows are told apart in so many parts. */
export const BOOK_PARTS = 4_096;
/** Spread the accounts of a row over the parts, payer and payee each in its own way. */
const PAYER = 1_103_515_245;
const PAYEE = 1_566_083_941;

/**
 * What one unit of money at an account counts in a placement: a number of 31 bits without a pattern in its id, so that mistakes do not make up
 * for each other but by a chance of one in 2^31. `id` from 0 below 2^31.
 */
export function weightOf(id: number): number {
  const mixed = timesModulo(id % MIX_MODULUS, MIX, MIX_MODULUS);
  return timesModulo(mixed, mixed, PLACEMENT_MODULUS);
}

/**
 * What a transfer adds to the bank's placement, the sum of all balances, each by the weight of its account. A transfer that was applied twice,
 * not at all, or to other accounts leaves the sum of balances as it was, but not this one. From 0 below `PLACEMENT_MODULUS`.
 */
export function placementShift({ payer, payee, amount }: Transfer): number {
  const difference = weightOf(payee) - weightOf(payer);
  return timesModulo(amount, difference < 0 ? difference + PLACEMENT_MODULUS : difference, PLACEMENT_MODULUS);
}

/** The part of the history that a transfer's row is of. */
export function rowPart({ payer, payee, amount }: Transfer): number {
  const sum = timesModulo(payer, PAYER, PLACEMENT_MODULUS) + timesModulo(payee, PAYEE, PLACEMENT_MODULUS) + amount;
  return (sum % PLACEMENT_MODULUS) % BOOK_PARTS;
}

/** The part of the accounts that an account is of: up to as many accounts as there are parts each has its own. */
export const accountPart = (id: number): number => id % BOOK_PARTS;

/** a·b mod m, of numbers below 2^31, whose product a double does not hold. */
const timesModulo = (a: number, b: number, m: number): number =>
  ((((a >>> 16) * b) % m) * 65_536 + (a & 65_535) * b) % m;

const mixOf = (id: string): string => `(${id}::bigint % ${MIX_MODULUS} * ${MIX} % ${MIX_MODULUS})`;
const weight = (id: string): string => `(${mixOf(id)} * ${mixOf(id)} % ${PLACEMENT_MODULUS})`;
/** Cents, which no transfer moves, count for nothing. */
const units = (money: string): string => `(${money} % ${PLACEMENT_MODULUS})::bigint`;

/** What all balances, or all rows, come to, each unit by the weight of its account. */
export const BALANCES_PLACED = `coalesce(sum(${weight('id')} * ${units('balance')}), 0)`;
export const ROWS_PLACED = `coalesce(sum((${weight('payee_id')} - ${weight('payer_id')}) * ${units('amount')}), 0)`;
const ROW_PART = `coalesce((payer_id::bigint % ${PLACEMENT_MODULUS} * ${PAYER} + payee_id::bigint % ${PLACEMENT_MODULUS} * ${PAYEE} + ${units('amount')}) % ${PLACEMENT_MODULUS} % ${BOOK_PARTS}, 0)`;

/** The half of `BOOKS` that tells the accounts: all there is of a bank without a history. */
export const ACCOUNTS_BOOK = `SELECT 'accounts' AS book, part, coalesce(sum(rows), 0)::text AS rows, coalesce(sum(balances), 0)::text AS sum_of_balances,
  coalesce(sum(negative), 0)::int AS negative_balances, coalesce(sum(placement), 0)::text AS placement
FROM (SELECT (id % ${BOOK_PARTS})::int AS part, count(*) AS rows, sum(balance) AS balances,
    count(*) FILTER (WHERE balance < 0) AS negative, ${BALANCES_PLACED} AS placement FROM accounts GROUP BY 1) AS a
GROUP BY GROUPING SETS ((), (part))`;

/**
 * Balances and history in one statement, so in one snapshot: the whole of each (`part` is null) and their parts, 8,194 rows at most, from one
 * scan of each table.
 */
export const BOOKS = `${ACCOUNTS_BOOK}
UNION ALL
SELECT 'transactions', part, coalesce(sum(rows), 0)::text, '0', 0, coalesce(sum(placement), 0)::text
FROM (SELECT ${ROW_PART}::int AS part, count(*) AS rows, ${ROWS_PLACED} AS placement FROM transactions GROUP BY 1) AS t
GROUP BY GROUPING SETS ((), (part))`;
