/** What functions fail with before the database knows them, and the command that cures it. */
const CURES: readonly [RegExp, string][] = [
  [
    /unable to accept connection, access denied/i,
    "The function's role may not connect to the database yet: dsql-workshop role --apply",
  ],
  [/relation "\w+" does not exist/i, "The bank's tables are not there yet: dsql-workshop setup --accounts 1000"],
  [
    /permission denied for (?:table|relation)/i,
    "The function's role has no right to it yet: dsql-workshop role --apply",
  ],
];

/** The next step after a function has failed, or has answered with an `error` of its own; undefined where none is known. */
export function invocationHint(payload: unknown): string | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { errorMessage, error } = payload as { errorMessage?: unknown; error?: unknown };
  const message = String(errorMessage ?? error);
  return CURES.find(([pattern]) => pattern.test(message))?.[1];
}
