/** The oldest Node.js the product runs on; `engines` in package.json says the same. */
const OLDEST_MAJOR = 20;

/** What to tell somebody whose Node.js is too old; undefined when it is not. */
export function nodeTooOld(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= OLDEST_MAJOR) return undefined;
  return `error: dsql-workshop needs Node.js ${OLDEST_MAJOR} or later; this is ${version}\nInstall a current Node.js (https://nodejs.org) and run the command again.\n`;
}
