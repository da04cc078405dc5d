import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import type { Chapter } from '../../core/chapters/contract';
import { malformed } from '../../core/chapters/errors';
import { chapterFolders, loadChapter, loadChapters } from './load';

/** Chapters that can be run, and what is wrong with those that cannot. */
export interface Library {
  chapters: Chapter[];
  problems: CodedError[];
}

/**
 * The workshop's chapters and those of further folders, each by number. A folder is one of chapters, or a chapter itself.
 * @throws CodedError only for the workshop's own: one of the user's that is wrong does not keep the others from being run.
 */
export function loadLibrary(folders: readonly string[] = []): Library {
  const chapters = loadChapters();
  const problems: CodedError[] = [];
  for (const folder of new Set(folders.map(each => path.resolve(each)))) {
    if (!fs.existsSync(folder)) {
      problems.push(
        new CodedError('CHAPTER_FOLDER_MISSING', `There is no folder ${folder}.`, {
          nextStep: 'Correct dsqlWorkshop.chapterFolders, or make a chapter there: dsql-workshop new-chapter <folder>',
        }),
      );
      continue;
    }
    const found: Chapter[] = [];
    for (const each of chapterFolders(folder)) {
      try {
        const chapter = { ...loadChapter(each), own: true };
        const twin = [...chapters, ...found].find(({ slug }) => slug === chapter.slug);
        if (twin?.directory === chapter.directory) continue;
        if (twin)
          throw malformed(
            { file: `${chapter.slug}/chapter.md`, line: 1 },
            `${twin.directory} has the same name`,
            'a folder name of its own',
          );
        found.push(chapter);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        problems.push(error);
      }
    }
    chapters.push(...found.sort((a, b) => a.number - b.number));
  }
  return { chapters, problems };
}
