import path from 'node:path';

const OPTION = '--dist=';
/** Names a build to compare: a `dist/` of its own tree; given once for each. */
export const DIST_OPTION = `${OPTION}<folder>`;

/**
 * The folders of the builds to compare, in the order given. Each is called `dist`: a process from another folder starts those that belong to it
 * (`assets.ts`) from the `dist/` of the tree around it, and the builds would be compared with themselves.
 */
export const distFolders = (): string[] =>
  process.argv
    .filter(argument => argument.startsWith(OPTION))
    .map(each => path.resolve(each.slice(OPTION.length)))
    .map(folder => {
      if (path.basename(folder) !== 'dist') throw new Error(`${folder}: the folder of a build is called dist`);
      return folder;
    });

/**
 * Runs each build once a round. Every second round goes the other way round: what one leaves behind in the machine is not always met by
 * the same other.
 */
export async function inTurns<T>(
  builds: readonly T[],
  rounds: number,
  run: (build: T, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++)
    for (const build of round % 2 === 0 ? builds : [...builds].reverse()) await run(build, round);
}

/** The upper one of two in the middle; 0 of none. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
