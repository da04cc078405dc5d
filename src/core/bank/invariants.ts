/** Sum of balances and rows before and after; the money invariant. */
export interface BankAudit {
  accounts: number;
  /** Decimal text, with a fraction where balances have one: never lose precision. */
  sumOfBalances: string;
  negativeBalances: number;
  /** Where the money lies, as one number, see `weightOf`: from 0 below `PLACEMENT_MODULUS`. Absent where nobody asked. */
  placement?: number;
}

/** What `transactions` holds. */
export interface HistoryAudit {
  rows: number;
  /** What its rows add to the placement of the balances: from 0 below `PLACEMENT_MODULUS`. Absent where its columns are others. */
  placement?: number;
  /** Rows by `rowPart`; empty ones are absent. Only of a whole look at the bank. */
  parts?: ReadonlyMap<number, number>;
}

/** A look at the bank. */
export interface BankBooks {
  bank: BankAudit;
  /** Absent where it could not be read, or nobody asked. */
  history?: HistoryAudit;
  /** Sums of balances by `accountPart`, decimal text; absent where ids are no numbers. */
  balances?: ReadonlyMap<number, string>;
  /** Balances and history are of one snapshot. */
  oneSnapshot?: true;
}

/** Whether transfers alone can have led from one audit to the other: the same accounts, the same sum to the last unit. */
export function moneyConserved(before: BankAudit, after: BankAudit): boolean {
  return before.accounts === after.accounts && moneyDrift(before, after) === '0';
}

/** Of an audit, what its money is. */
type Money = Pick<BankAudit, 'sumOfBalances'>;

/** What the sum of balances lost (negative) or gained, as decimal text; `0` when nothing. */
export function moneyDrift(before: Money, after: Money): string {
  const digits = Math.max(fractionOf(before).length, fractionOf(after).length);
  const drift = inSmallestUnits(after, digits) - inSmallestUnits(before, digits);
  if (drift === 0n || digits === 0) return drift.toString();
  const text = (drift < 0n ? -drift : drift).toString().padStart(digits + 1, '0');
  return `${drift < 0n ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

const fractionOf = ({ sumOfBalances }: Money): string => sumOfBalances.split('.')[1] ?? '';

/** The sum as a whole number of units of so many decimal digits. */
const inSmallestUnits = (money: Money, digits: number): bigint =>
  BigInt((money.sumOfBalances.split('.')[0] ?? '') + fractionOf(money).padEnd(digits, '0'));
