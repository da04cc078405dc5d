/** A step's code in the learner's folder: what its solution changes, applied with a backup, and taken back. */
import fs from 'node:fs';
import path from 'node:path';
import type { Chapter, Step } from '../../core/chapters/contract';
import { KEPT_FOLDER, type Backup, type CodeFolder, type FileChange } from '../../core/workspace/contract';
import { readBackup } from '../../core/workspace/backup';
import { editedSince, nothingApplied } from '../../core/workspace/errors';
import { changesTo, editedFiles, firstDifference, lineOf } from '../../core/workspace/solution';
import { requireCodeOf } from '../../core/chapters/step-code';
import { makeFolder } from '../files/make-folder';
import { writeWhole } from '../files/write-whole';
import { readSources, writingInto } from './folder';

/** A step's code, the learner's and the workshop's. */
export interface StepCode {
  functionName: string;
  /** Absolute folder of the learner's sources, and of the solution's. */
  own: string;
  solution: string;
  changes: FileChange[];
  /** The file to begin in, relative, and its 1-based line. */
  place: { path: string; line: number };
  /** A solution of this step was applied and not undone. */
  applied: boolean;
}

const ENTRY = 'index.ts';

/** @throws CodedError `STEP_WITHOUT_CODE` */
export function stepCode(folder: CodeFolder, chapter: Chapter, step: Step): StepCode {
  const deploy = requireCodeOf(step, folder.functions);
  const own = path.join(folder.directory, folder.functions[deploy.functionName] ?? '');
  const solution = path.join(chapter.directory, deploy.lambda);
  const mine = readSources(own);
  const changes = changesTo(mine, readSources(solution));
  return {
    functionName: deploy.functionName,
    own,
    solution,
    changes,
    place: placeOf(changes, mine, deploy.at),
    applied: fs.existsSync(backupFile(folder, chapter, step)),
  };
}

/** The marker's line where the learner's code has it, else where their code first differs from the solution. */
function placeOf(
  changes: readonly FileChange[],
  mine: readonly { path: string; text: string }[],
  marker: string | undefined,
): StepCode['place'] {
  for (const { path: file, text } of marker === undefined ? [] : mine) {
    const line = lineOf(text, marker ?? '');
    if (line !== undefined) return { path: file, line };
  }
  const change =
    changes.find(({ path: file, before }) => file === ENTRY && before !== undefined) ??
    changes.find(({ before }) => before !== undefined);
  if (change?.before === undefined)
    return { path: mine.some(file => file.path === ENTRY) ? ENTRY : (mine[0]?.path ?? ENTRY), line: 1 };
  return { path: change.path, line: firstDifference(change.before, change.after) };
}

/** Writes the solution over the learner's files, keeping what was there. @returns the paths that changed. @throws CodedError `CODE_FOLDER_NOT_WRITABLE` */
export function applySolution(folder: CodeFolder, chapter: Chapter, step: Step, now: Date): string[] {
  const { own, changes } = stepCode(folder, chapter, step);
  if (changes.length === 0) return [];
  const file = backupFile(folder, chapter, step);
  const backup: Backup = { chapter: chapter.slug, stepId: step.id, appliedAt: now.toISOString(), changes };
  // an earlier backup of this step holds what the learner had first: it is kept aside, not lost
  writingInto(folder.directory, () => {
    setAside(file, now);
    put(file, JSON.stringify(backup, undefined, 2));
    for (const { path: relative, after } of changes) put(path.join(own, relative), after);
  });
  return changes.map(change => change.path);
}

/**
 * Puts back exactly what was there before the solution was applied.
 * @throws CodedError `NOTHING_APPLIED`; `BACKUP_MALFORMED`; `CODE_FOLDER_NOT_WRITABLE`; `EDITED_SINCE_APPLIED` unless `force`, which keeps
 * the newer text aside
 */
export function undoSolution(folder: CodeFolder, chapter: Chapter, step: Step, now: Date, force: boolean): string[] {
  const file = backupFile(folder, chapter, step);
  if (!fs.existsSync(file)) throw nothingApplied(step);
  const backup = readBackup(fs.readFileSync(file, 'utf8'), file);
  const deploy = requireCodeOf(step, folder.functions);
  const own = path.join(folder.directory, folder.functions[deploy.functionName] ?? '');
  const mine = readSources(own);
  const edited = editedFiles(backup, mine);
  if (edited.length > 0 && !force) throw editedSince(edited);
  writingInto(folder.directory, () => {
    for (const relative of edited) {
      const text = mine.find(each => each.path === relative)?.text;
      if (text !== undefined) put(path.join(keptFolder(folder), 'replaced', stamp(now), relative), text);
    }
    for (const { path: relative, before } of backup.changes) {
      const target = path.join(own, relative);
      if (before === undefined) fs.rmSync(target, { force: true });
      else put(target, before);
    }
    setAside(file, now);
  });
  return backup.changes.map(change => change.path);
}

const keptFolder = (folder: CodeFolder): string => path.join(folder.directory, KEPT_FOLDER);
const backupFile = (folder: CodeFolder, chapter: Chapter, step: Step): string =>
  path.join(keptFolder(folder), 'applied', `${chapter.slug}--${step.id}.json`);
const stamp = (now: Date): string => now.toISOString().replace(/[:.]/g, '-');

function setAside(file: string, now: Date): void {
  if (!fs.existsSync(file)) return;
  const to = path.join(path.dirname(file), 'earlier', `${stamp(now)}-${path.basename(file)}`);
  makeFolder(path.dirname(to));
  fs.renameSync(file, to);
}

/** The whole text or none of it, in a folder that may not be there yet. What a link leads to is not the learner's to change: the link goes. */
function put(file: string, text: string): void {
  makeFolder(path.dirname(file));
  if (fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) fs.rmSync(file);
  writeWhole(file, text);
}
