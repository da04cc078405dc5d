import pg from 'pg';

/** Being stopped, starting or recovering; connections; no room for one more. */
const AWAY = /^(?:57P|08|53300)/;

/** Whether a request failed because PostgreSQL could not be reached, or went away over it. Everything else is its answer. */
export const isAway = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || error.code === undefined || AWAY.test(error.code);
