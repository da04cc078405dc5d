/** Table rows that one transaction may change (User Guide, quotas, September 2026; recorded on a cluster 2026-09-15). */
export const TRANSACTION_ROW_LIMIT = 3_000;
