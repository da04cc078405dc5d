/** `    lambda/index.ts:25:22:` of esbuild, `lib/bank-stack.ts:34:21` of the CDK: a path, a line, maybe a column, and nothing else. */
const PLACE = /^(\s*)([^\s:][^:]*\.[cm]?[jt]sx?)(:\d+(?::\d+)?:?)$/;

/**
 * The line with its place as an absolute path, for links in a terminal and for problem matchers, which do not know the folder that a tool
 * speaks of. Lines without a place stay as they are.
 * @param absolute the file that a relative path means; nothing where there is none
 */
export function withAbsolutePlace(line: string, absolute: (path: string) => string | undefined): string {
  const [, indent = '', path = '', place = ''] = PLACE.exec(line) ?? [];
  const file = path === '' ? undefined : absolute(path);
  return file === undefined ? line : `${indent}${file}${place}`;
}
