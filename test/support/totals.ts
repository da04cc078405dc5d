/** What came of a part of the tests, by file, and what holds when files that failed were run once more. */
import path from 'node:path';
import type { Runner } from 'mocha';
import type { Failure } from './failures';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Totals extends Tally {
  /** The same by path of the file, from the repository's root; what is of no file stands under the empty path. */
  files?: Record<string, Tally>;
  /** What failed, told again at the end. */
  failures?: Failure[];
}

/** Counts by file while the runner runs. A hook that fails counts for its file, as it does in the whole. */
export function tallyFiles(runner: Runner): Record<string, Tally> {
  const files: Record<string, Tally> = {};
  const count = (what: keyof Tally) => (test: { file?: string }) => {
    const file = test.file === undefined ? '' : path.relative('', test.file);
    (files[file] ??= { passed: 0, failed: 0, skipped: 0 })[what] += 1;
  };
  runner.on('pass', count('passed'));
  runner.on('fail', count('failed'));
  runner.on('pending', count('skipped'));
  return files;
}

/** More files than these do not fail by chance. */
const BY_CHANCE_AT_MOST = 5;

/** The files to run once more; none where what failed is of no file, or so many failed that it is no chance. */
export function failedFiles({ files = {} }: Totals): string[] {
  const failed = Object.keys(files).filter(file => files[file]!.failed > 0);
  return failed.includes('') || failed.length > BY_CHANCE_AT_MOST ? [] : failed;
}

/**
 * @param again of the files that failed in `first`, all of their tests
 * @returns the totals with the second run of those files in place of the first, and what failed only once
 */
export function afterSecondRun(first: Totals, again: Totals): { totals: Totals; unsteady: Failure[] } {
  const ran = again.files ?? {};
  if (failedFiles(first).some(file => ran[file] === undefined)) return { totals: first, unsteady: [] };
  const files = { ...first.files, ...ran };
  const sum = (what: keyof Tally): number => Object.values(files).reduce((total, tally) => total + tally[what], 0);
  const failures = again.failures ?? [];
  return {
    totals: { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), files, failures },
    unsteady: (first.failures ?? []).filter(({ title }) => !failures.some(failure => failure.title === title)),
  };
}
