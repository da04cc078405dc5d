import { randomBytes } from 'node:crypto';

/** Another one in each process: clients can neither guess it nor find it in a list of schemas. */
const own = (name: string): string => `${name}_${randomBytes(8).toString('hex')}`;

/**
 * The schema of what runs in clients' sessions on the cluster's behalf. The service has no such schema, so no client must meet it: its
 * functions are in no list either. What outlives the process (views, defaults) must hold it by number: SQL functions that call others there
 * are `BEGIN ATOMIC`. Bodies that are kept as text get the new name with it, see `renameOwnSchemas`.
 */
export const ENGINE = own('dsql_engine');

/** The schema of what the cluster keeps for itself, with nothing in it for clients. The same is true of it. */
export const INTERNAL = own('dsql_internal');

/** A schema as clients are told of it: of what the cluster keeps, they know the views in `sys`. */
export const schemaShown = (schema: string): string => (schema === INTERNAL ? 'sys' : schema);

/** What PostgreSQL says, as clients may read it: what is the cluster's own has no schema there. */
export const withoutOwnSchemas = (text: string): string =>
  text.replaceAll(`${ENGINE}.`, '').replaceAll(`${INTERNAL}.`, '');
