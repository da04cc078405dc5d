/** Names that the workshop gives by default: what bears one without our tag is probably ours, and never for sure. */

/** Put before the names of functions in AWS, so that they do not meet others of the account. */
export const FUNCTION_PREFIX = 'dsql-workshop-';
/** The load generator that a fanned-out stress run deploys; may stand after a prefix. */
export const GENERATOR_FUNCTION = 'dsql-load-generator';

/** A function of this name was probably deployed by the workshop. */
export const isFunctionNameOfOurs = (name: string): boolean =>
  name.startsWith(FUNCTION_PREFIX) || name === GENERATOR_FUNCTION;

/** Where Lambda writes a function's log; it makes the group itself, without tags. */
export const logGroupOf = (functionName: string): string => `/aws/lambda/${functionName}`;

/** Files that may be a handler's, the first that is there is taken. */
export const HANDLER_FILES = ['index.ts', 'index.mts', 'index.cts', 'index.js', 'index.mjs', 'index.cjs'] as const;
