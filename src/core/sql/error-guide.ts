/** Why DSQL answers what it answers, as dated data. Texts of the server vary between versions: entries match by SQLSTATE and key words. */
import type { Grade } from '../dialect/rule';
import { CONNECTION_GUIDES } from './error-guides/connections';
import { LIMIT_GUIDES } from './error-guides/limits';
import { REFUSAL_GUIDES } from './error-guides/refusals';
import { STATEMENT_GUIDES } from './error-guides/statements';
import { TRANSACTION_GUIDES } from './error-guides/transactions';

/** One kind of error. */
export interface ErrorGuide {
  /** Stable, `snake_case`. */
  id: string;
  /** Any of these SQLSTATEs. */
  sqlstates: readonly string[];
  /** In the message or the hint, case-insensitively; every error of the SQLSTATE when undefined. */
  pattern?: RegExp;
  /** What is behind it: one or two sentences. */
  why: string;
  /** What to do, one sentence, imperative. */
  nextStep: string;
  /** The same statement or transaction may be sent again. `unknown-outcome`: only after looking whether it took effect. */
  retry: 'whole-transaction' | 'later' | 'unknown-outcome' | 'no';
  /** How well and since when it is known. */
  grade: Grade;
  asOf: string;
  source: string;
}

/** In order: the first that fits is taken, so particular ones stand before general ones. */
export const ERROR_GUIDES: readonly ErrorGuide[] = [
  ...TRANSACTION_GUIDES,
  ...LIMIT_GUIDES,
  ...CONNECTION_GUIDES,
  ...REFUSAL_GUIDES,
  ...STATEMENT_GUIDES,
];
