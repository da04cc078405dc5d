import type { BankAudit } from '../stress/contract';

/** Whether transfers alone can have led from one audit to the other: the same accounts, the same sum to the last unit. */
export function moneyConserved(before: BankAudit, after: BankAudit): boolean {
  return before.accounts === after.accounts && BigInt(before.sumOfBalances) === BigInt(after.sumOfBalances);
}

/** What the sum of balances lost (negative) or gained, as decimal text. */
export function moneyDrift(before: BankAudit, after: BankAudit): string {
  return (BigInt(after.sumOfBalances) - BigInt(before.sumOfBalances)).toString();
}
