import { usageError } from './failure';

/**
 * The name of a function that is changed or removed, as it was given. A version behind a colon is none: Lambda would remove that version
 * alone. Lambda API reference, FunctionName.
 */
export function functionNameGiven(name: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(name)) return name;
  throw usageError(
    `"${name}" is no name of a function`,
    'Letters, digits, hyphens and underscores, without a version or the folder.',
  );
}

/** The name of a function that is called, maybe with a version or an alias behind a colon. Lambda API reference, Invoke: FunctionName. */
export function calledFunctionGiven(name: string): string {
  if (/^[A-Za-z0-9_-]{1,64}(:(\$LATEST|[A-Za-z0-9_-]{1,128}))?$/.test(name)) return name;
  throw usageError(
    `"${name}" is no name of a function`,
    'Letters, digits, hyphens and underscores; a version or an alias may follow a colon.',
  );
}
