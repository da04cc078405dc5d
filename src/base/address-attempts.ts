/**
 * For sockets to a name with several addresses, of AWS's or a cluster's. Node drops each address but the last after 250 ms, which a far region takes, or this
 * process while it computes; where the last is one that the machine cannot reach, as `localhost` has in containers without IPv6, the call has failed.
 */
export const ADDRESS_ATTEMPTS = { autoSelectFamilyAttemptTimeout: 3_000 };
