/** What the gateway itself answers, in the service's own words (dates and sources: the dialect's rules). */
import type { ServerError } from '../ports';
import type { NamedRelation, Refusal } from '../../core/dialect/contract';

const error = (sqlstate: string, message: string, more: Partial<ServerError> = {}): ServerError => ({
  severity: 'ERROR',
  sqlstate,
  message,
  ...more,
});
const fatal = (sqlstate: string, message: string, more: Partial<ServerError> = {}): ServerError =>
  error(sqlstate, message, { severity: 'FATAL', ...more });

/** Data written by a transaction that committed first. */
export const conflictOC000 = error('40001', 'change conflicts with another transaction (OC000)');
/** The statement may have used what was freed while it ran: it is done again, with a look at what it did. */
export const freedMeanwhile = { ...conflictOC000 };
/** The catalogue was changed by a transaction that committed first. */
export const conflictOC001 = error('40001', 'schema has been updated by another transaction (OC001)');
/** The catalogue is about to be changed: the statement made way for DDL. */
export const overtakenOC001 = { ...conflictOC001 };
export const aborted = error(
  '25P02',
  'current transaction is aborted, commands ignored until end of transaction block',
);
export const multipleDdl = error('0A000', 'multiple ddl statements not supported in a transaction');
export const ddlWithDml = error('0A000', 'ddl and dml are not supported in the same transaction');
/** Sizes in whole MiB, as the service says them. */
export const sizeLimit = (limitBytes: number, bytes: number): ServerError => {
  const limitMb = Math.floor(limitBytes / 2 ** 20);
  return error('54000', `transaction size limit ${limitMb}mb exceeded`, {
    detail: `Current transaction size ${Math.max(limitMb + 1, Math.round(bytes / 2 ** 20))}mb > ${limitMb}mb`,
  });
};
export const rowLimit = error('54000', 'transaction row limit exceeded');
/** Storage could not be reached, or was lost in the middle: the outcome of a COMMIT is unknown. */
export const serverUnavailable = error('XX000', 'server unavailable');
export const functionCallRefused = error('0A000', 'unsupported message: FunctionCall');
export const noTransaction: ServerError = {
  severity: 'WARNING',
  sqlstate: '25P01',
  message: 'there is no transaction in progress',
};
export const alreadyInTransaction: ServerError = {
  severity: 'WARNING',
  sqlstate: '25001',
  message: 'there is already a transaction in progress',
};

export const readWriteTooLate = error('25001', 'transaction read-write mode must be set before any query');

export const chainOutsideBlock = (command: 'COMMIT' | 'ROLLBACK'): ServerError =>
  error('25P01', `${command} AND CHAIN can only be used in transaction blocks`);

export const identifierCut = (given: string, kept: string): ServerError => ({
  severity: 'NOTICE',
  sqlstate: '42622',
  message: `identifier "${given}" will be truncated to "${kept}"`,
});

export const localOutsideTransaction: ServerError = {
  severity: 'WARNING',
  sqlstate: '25P01',
  message: 'SET LOCAL can only be used in transaction blocks',
};

export const ageLimit = (limitMs: number, ageMs: number): ServerError =>
  error('54000', `transaction age limit of ${Math.round(limitMs / 1000)}s exceeded`, {
    detail: `Current transaction age ${Math.floor(ageMs / 1000)}s exceeds ${Math.round(limitMs / 1000)}s`,
  });
export const readOnlyTransaction = (command: string): ServerError =>
  error('25006', `cannot execute ${command} in a read-only transaction`);
export const notInTransactionBlock = (what: string): ServerError =>
  error('25001', `${what} cannot run inside a transaction block`);
/** As AWS’s connector for Flyway quotes it (2026-10); the SQLSTATE is that of the service’s other refusals that say “not supported”. */
export const waitInTransactionBlock = error('0A000', 'CALL sys.wait_for_job not supported in transaction block');
export const settingRefused = (name: string): ServerError =>
  error('0A000', `setting configuration parameter "${name}" not supported`);
export const notBoolean = (name: string): ServerError => error('22023', `parameter "${name}" requires a Boolean value`);
export const noStatement = (name: string): ServerError =>
  name === ''
    ? error('26000', 'unnamed prepared statement does not exist')
    : error('26000', `prepared statement "${name}" does not exist`);
/** The routine is what pgJDBC knows it by. */
export const resultTypeChanged = error('0A000', 'cached plan must not change result type', {
  routine: 'RevalidateCachedQuery',
});
export const duplicateStatement = (name: string): ServerError =>
  error('42P05', `prepared statement "${name}" already exists`);
export const bindCount = (statement: string, given: number, required: number): ServerError =>
  error(
    '08P01',
    `bind message supplies ${given} parameters, but prepared statement "${statement}" requires ${required}`,
  );
export const noParameter = (name: string, position: number): ServerError =>
  error('42P02', `there is no parameter ${name}`, { position });
export const portalCannotRun = (name: string): ServerError => error('55000', `portal "${name}" cannot be run`);
export const noRelation = ({ schema, name }: NamedRelation): ServerError =>
  error('42P01', `relation "${schema === undefined ? name : `${schema}.${name}`}" does not exist`);
export const noPortal = (name: string): ServerError => error('34000', `portal "${name}" does not exist`);
export const duplicatePortal = (name: string): ServerError => error('42P03', `cursor "${name}" already exists`);
export const malformedMessage = (message: string): ServerError => error('08P01', message);
export const protocolViolation = (message: string): ServerError => fatal('08P01', message);
export const unsupportedProtocol = (version: string): ServerError =>
  fatal('0A000', `unsupported frontend protocol ${version}: server supports 3.0 to 3.0`);
/** AWS's connector for Python tests the SQLSTATE and "SSL is mandatory". */
export const tlsRequired = fatal('08P01', 'unable to accept connection, SSL is mandatory', {
  hint: 'Connect with sslmode=require or stronger.',
});
export const tooManyConnections = fatal('53300', 'Unable to accept connection, too many open connections.');
export const rateExceeded = fatal('53400', 'Unable to accept connection, rate exceeded.');
export const shuttingDown = fatal('57P01', 'terminating connection due to administrator command');
export const noDatabase = (name: string): ServerError => fatal('3D000', `database "${name}" does not exist`);
export const noUser = fatal('28000', 'no PostgreSQL user name specified in startup packet');
export const accessDenied = fatal('08006', 'unable to accept connection, access denied');
export const asFatal = (e: ServerError): ServerError => ({ ...e, severity: 'FATAL' });

/** The answer to a statement the dialect refuses; its position counts from 1. */
export function refused(refusal: Refusal): ServerError {
  return error(refusal.sqlstate, refusal.message, {
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    ...(refusal.hint === undefined ? {} : { hint: refusal.hint }),
    ...(refusal.position === undefined ? {} : { position: refusal.position + 1 }),
  });
}

/** True for PostgreSQL's errors that mean this connection to it is over. */
const isConnectionLost = (sqlstate: string): boolean => /^57P0[1-5]$/.test(sqlstate);

/**
 * PostgreSQL's error as DSQL says it: serialization failures and deadlocks are conflicts, a cancelled statement lost a ring of conflicts
 * (clients cannot cancel), concurrent changes of the catalogue are OC001.
 */
export function toDsqlError(e: ServerError): ServerError {
  if (e.sqlstate === '40001' || e.sqlstate === '40P01' || e.sqlstate === '57014') return conflictOC000;
  if (
    e.sqlstate === 'XX000' &&
    /^tuple concurrently (updated|deleted)|could not open relation with OID [1-9]/.test(e.message)
  )
    return conflictOC001;
  if (isConnectionLost(e.sqlstate)) return serverUnavailable;
  if (e.sqlstate === '53100' || e.message === CACHE_NOT_WRITTEN) return storageFull(e);
  if (e.sqlstate === '54000' && /^index row (?:size|requires)/.test(e.message)) return keyTooLarge;
  if (e.sqlstate === '53400' && e.message.startsWith('temporary file size exceeds')) return temporarySpace;
  // statements have names of the gateway's own at the backends; to nearly every client this one is unnamed
  const message = e.message.replace(/(prepared statement) "w\d+"/, '$1 ""');
  return e.sqlstate === '08P01' && message !== e.message ? { ...e, message } : e;
}

/** PostgreSQL's limit of temporary files is set to the service's limit of a query's temporary space. */
const temporarySpace = error('54000', 'query requires more than allowed temp space of 131072 KB to execute');

/** Beyond the size of a key (User Guide quotas, 2026-09), where PostgreSQL notices it first: beyond 2,704 bytes, compressed. */
const keyTooLarge = error('54000', 'key size too large');

/** Where a new connection finds no room for PostgreSQL's file of its caches; PostgreSQL does not say why. */
const CACHE_NOT_WRITTEN = 'could not write init file';

/** The service's answer beyond a cluster's storage (User Guide quotas, 2026-09); here it is the disk that is full. */
const storageFull = ({ message }: ServerError): ServerError =>
  error('53100', 'Current cluster size exceeds cluster size limit.', {
    detail: message,
    hint: 'The disk of the local cluster is full. It goes on by itself once there is space.',
  });

/** What to answer when one of the gateway's own requests to PostgreSQL failed. */
export function ofFailure(failure: unknown): ServerError {
  const carried = (failure as { error?: ServerError } | undefined)?.error;
  return carried?.sqlstate ? toDsqlError(carried) : serverUnavailable;
}
