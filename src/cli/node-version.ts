/** The oldest Node.js the product and its tests run on, which is VS Code 1.100's too; `engines` in package.json says the same. */
const OLDEST = { major: 20, minor: 19 };

/** What to tell somebody whose Node.js is too old; undefined when it is not. */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return undefined;
  return `error: dsql-workshop needs Node.js ${OLDEST.major}.${OLDEST.minor} or later; this is ${version}\nInstall a current Node.js (https://nodejs.org) and run the command again.\n`;
}
