import type { Chapter } from '../core/chapters/contract';
import { loadLibrary } from '../node/chapters/library';
import { usageError } from './failure';

/** The workshop's chapters, and those of a folder where one is given. @throws CodedError for the first that is malformed; `USAGE` for a folder without any */
export function chapterLibrary(folder: string | undefined): Chapter[] {
  const { chapters, problems } = loadLibrary(folder === undefined ? [] : [folder]);
  const [problem] = problems;
  if (problem?.code === 'CHAPTER_FOLDER_MISSING')
    throw usageError(`there is no folder ${folder}`, 'Make a chapter there: dsql-workshop new-chapter <folder>');
  if (problem) throw problem;
  if (folder !== undefined && !chapters.some(({ own }) => own))
    throw usageError(`no chapters in ${folder}`, 'A chapter is a folder such as 50-mine that holds a chapter.md.');
  return chapters;
}
