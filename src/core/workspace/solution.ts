/** What a chapter's solution would change in the learner's code, and what undoing it would. */
import type { Backup, FileChange, SourceFile } from './contract';

/** The learner's own once it is there: dependencies and compiler options are not a step's lesson. */
const LEARNERS = /(^|\/)(package(-lock)?\.json|tsconfig\.json)$/;

/** The files that differ, those of the learner first by name. Files the solution does not know are left alone. */
export function changesTo(own: readonly SourceFile[], solution: readonly SourceFile[]): FileChange[] {
  return solution
    .map(({ path, text }) => ({ path, before: own.find(file => file.path === path)?.text, after: text }))
    .filter(({ path, before, after }) => !isSame(before, after) && !LEARNERS.test(path));
}

/** Line ends and a newline at the end are no change. */
function isSame(before: string | undefined, after: string): boolean {
  return before !== undefined && normal(before) === normal(after);
}

const normal = (text: string): string => text.replace(/\r\n/g, '\n').trimEnd();

/** 1-based line of `own` where it first differs from `solution`; 1 where it does not. Blank lines and comments do not count. */
export function firstDifference(own: string, solution: string): number {
  const lines = own.split(/\r?\n/);
  const wanted = significant(solution.split(/\r?\n/));
  const given = significant(lines);
  for (const [i, { text, line }] of given.entries()) if (wanted[i]?.text !== text) return line;
  return wanted.length > given.length ? (given.at(-1)?.line ?? 1) : 1;
}

function significant(lines: readonly string[]): { text: string; line: number }[] {
  return lines
    .map((text, i) => ({ text: text.trim(), line: i + 1 }))
    .filter(({ text }) => text !== '' && !/^(\/\/|\/?\*)/.test(text));
}

/** 1-based line that holds `marker`, whatever its indentation and spacing; nothing when no line does. */
export const lineOf = (text: string, marker: string): number | undefined => linesOf(text, marker)[0];

/** All such lines. */
export function linesOf(text: string, marker: string): number[] {
  const squeezed = (line: string): string => line.replace(/\s+/g, '');
  const wanted = squeezed(marker);
  return text.split(/\r?\n/).flatMap((line, i) => (squeezed(line).includes(wanted) ? [i + 1] : []));
}

/** The files of a backup whose text is no longer what the solution made of it. */
export function editedFiles(backup: Backup, now: readonly SourceFile[]): string[] {
  return backup.changes
    .filter(({ path, after }) => now.find(file => file.path === path)?.text !== after)
    .map(({ path }) => path);
}

/** The functions of the starter kit: before there is a folder, steps that deploy one of them are those that change code. */
export const STARTER_FUNCTIONS: Readonly<Record<string, string>> = { greeter: 'lambda', transfer: 'lambda' };
