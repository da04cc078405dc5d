/** Sum of balances and rows before and after; the money invariant. */
export interface BankAudit {
  accounts: number;
  /** Decimal integer text: never lose precision. */
  sumOfBalances: string;
  negativeBalances: number;
  /** Where the money lies, as one number, see `placementShift`: from 0 below 2^31. Absent where nobody asked. */
  placement?: number;
}

/** Whether transfers alone can have led from one audit to the other: the same accounts, the same sum to the last unit. */
export function moneyConserved(before: BankAudit, after: BankAudit): boolean {
  return before.accounts === after.accounts && BigInt(before.sumOfBalances) === BigInt(after.sumOfBalances);
}

/** What the sum of balances lost (negative) or gained, as decimal text. */
export function moneyDrift(before: BankAudit, after: BankAudit): string {
  return (BigInt(after.sumOfBalances) - BigInt(before.sumOfBalances)).toString();
}
