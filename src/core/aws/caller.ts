/** Whose credentials a command is about to use: told before it runs, and held against the account that it is meant for. */

export interface CallerIdentity {
  /** Twelve digits. */
  account: string;
  /** `arn:aws:sts::123456789012:assumed-role/Admin/jane` */
  arn: string;
}

/** What STS said of the credentials, or why that is not known: it is told and keeps no command from running. */
export type Caller = CallerIdentity | { unknown: string };

/** The account that something of a command belongs to, as far as its ARN tells. */
export interface AccountOf {
  account: string;
  /** “the functions' role” */
  what: string;
}

/** The caller's account where it is known. */
export const accountOf = (caller: Caller): string | undefined => ('account' in caller ? caller.account : undefined);

/** For people; a warning first, and set apart, where the command is meant for another account. */
export function callerLines(caller: Caller, owner?: AccountOf): string[] {
  if ('unknown' in caller) {
    const elsewhere = owner === undefined ? '' : `; ${owner.what} is of ${owner.account}`;
    return [`Account: that of your credentials, not known (${caller.unknown})${elsewhere}`];
  }
  const { account, arn } = caller;
  return [
    ...(owner === undefined || owner.account === account
      ? []
      : [`⚠ Not your account: ${owner.what} is of ${owner.account}, your credentials are of ${account}.`, '']),
    `Account: ${account}`,
    `You: ${arn}`,
  ];
}
