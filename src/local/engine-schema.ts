import { randomBytes } from 'node:crypto';

/**
 * The schema of what runs in clients' sessions on the cluster's behalf. The service has no such schema, so no client must meet it: each
 * process gives it a name of its own that nobody can guess, and it is in no list of schemas or functions. Whatever outlives the process
 * (bodies of functions, views) must hold it by number: SQL functions that call others there are `BEGIN ATOMIC`.
 */
export const ENGINE = `dsql_engine_${randomBytes(8).toString('hex')}`;
