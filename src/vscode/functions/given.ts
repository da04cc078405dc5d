/** The function that a command is called on: by its name, or by a row of the tree. */
export function givenName(given: unknown): string | undefined {
  return typeof given === 'string' ? given : textIn(given, 'functionName');
}

/** The version that a row of the tree is of. */
export const givenVersion = (given: unknown): string | undefined => textIn(given, 'version');

function textIn(given: unknown, member: string): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const value = (given as Record<string, unknown>)[member];
  return typeof value === 'string' ? value : undefined;
}
