import { CodedError } from '../../base/errors';
import type { TableColumn } from '../../core/bank/own-tables';
import { sqlstateOf } from '../../core/sql/sqlstate';

/** The audit could not be made. */
export function auditFailed(error: unknown): CodedError {
  const missing = isOf(error, '42P01');
  return missing
    ? new CodedError('BANK_NOT_SET_UP', 'there is no table "accounts" in the database', {
        cause: error,
        nextStep:
          'Create the tables and load the accounts first: dsql-workshop setup, or “Prepare only” in the Stress view.',
      })
    : new CodedError('BANK_AUDIT_FAILED', `the balances could not be summed up: ${messageOf(error)}`, {
        cause: error,
        nextStep: 'Check that the database is reachable and that its user may read "accounts".',
      });
}

const LOAD_AGAIN = 'Load again: what has been committed stays, only missing accounts are inserted.';
/** Where the disk of a local cluster is full, or the storage of one in AWS. */
export const LOAD_WITH_ROOM = `Make room first, on the disk of a local cluster. ${LOAD_AGAIN}`;

/** A load stopped; what was committed stays, and the next load goes on from there. */
export function loadFailed(error: unknown, loaded: number, count: number): CodedError {
  if (isForeign(error)) return error;
  return new CodedError('BANK_LOAD_FAILED', `loading stopped at ${loaded} of ${count} accounts: ${messageOf(error)}`, {
    cause: error,
    nextStep: isOf(error, '53100') ? LOAD_WITH_ROOM : LOAD_AGAIN,
  });
}

/** The tables could not be created. */
export function setupFailed(error: unknown): CodedError {
  if (isForeign(error)) return error;
  return new CodedError('BANK_SETUP_FAILED', `the bank's tables could not be created: ${messageOf(error)}`, {
    cause: error,
    nextStep: 'Check that the database is reachable and that its user may create tables.',
  });
}

/** A reset stopped; what was committed stays deleted. */
export const deleteFailed = (table: string, error: unknown): CodedError =>
  new CodedError('BANK_DELETE_FAILED', `deleting rows of ${table} stopped: ${messageOf(error)}`, {
    cause: error,
    nextStep: isOf(error, '23503')
      ? 'Delete the rows of yours that refer to these first, then repeat it.'
      : 'Repeat it: what has been deleted stays deleted, and the rest goes then.',
  });

/** A table of the bank's name is somebody else's. */
export function foreignTable(table: string, columns: readonly TableColumn[]): CodedError {
  const shown = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  return new CodedError('BANK_TABLE_FOREIGN', `the table "${table}" is not the workshop's: its columns are ${shown}`, {
    nextStep: 'Nothing was changed. Use another cluster for the workshop, or rename the table.',
  });
}

/** Somebody asked a load or a delete to stop. */
export function cancelled(what: string): CodedError {
  return new CodedError('CANCELLED', `${what} was cancelled`);
}

const isForeign = (error: unknown): error is CodedError =>
  error instanceof CodedError && error.code === 'BANK_TABLE_FOREIGN';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isOf = (error: unknown, sqlstate: string): boolean => sqlstateOf(error) === sqlstate;
