import type { ErrorClass } from './contract';

/** What a class of failed calls is called. */
export const ERROR_LABELS: Readonly<Record<ErrorClass, string>> = {
  'occ-data': 'Conflict on data (40001 OC000)',
  'occ-schema': 'Conflict on schema (40001 OC001)',
  'insufficient-funds': 'Insufficient funds',
  throttled: 'Throttled',
  timeout: 'Timed out',
  'function-error': 'Function error',
  auth: 'Not authorised',
  connection: 'No connection, or lost',
  dispatch: 'Refused by the Lambda API',
  database: 'Database error',
  other: 'Other',
};
