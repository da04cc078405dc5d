import { COLUMN_FIXES } from './lint-fixes/columns';
import type { FixCase } from './lint-fixes/fix-case';
import { INDEX_FIXES } from './lint-fixes/indexes';
import { TRANSACTION_FIXES } from './lint-fixes/transactions';
import { TABLE_FIXES } from './lint-fixes/tables';
import { STATEMENT_FIXES } from './lint-fixes/statements';

/** A case for every way out that lint offers. */
export const FIX_CASES: readonly FixCase[] = [
  ...COLUMN_FIXES,
  ...INDEX_FIXES,
  ...TRANSACTION_FIXES,
  ...TABLE_FIXES,
  ...STATEMENT_FIXES,
];
