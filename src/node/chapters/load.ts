import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import type { Action, Chapter } from '../../core/chapters/contract';
import { asExpected, malformed } from '../../core/chapters/errors';
import { parseChapter } from '../../core/chapters/parser';
import { verifyReferences } from '../../core/chapters/references';
import { orderOf } from '../../core/sessions/play';
import { readSessionScript } from '../../core/sessions/read-script';
import { productRoot } from '../assets';
import { HANDLER_FILES } from '../../core/lambda/names';
import { loadSessionScript } from '../sessions/load';

/** The workshop's own chapters. */
export const chaptersDirectory = (): string => path.join(productRoot(), 'workshop', 'chapters');

/**
 * Reads every chapter of a folder, by number. References and Lambda folders are checked too.
 * @throws CodedError `CHAPTERS_MISSING` or `CHAPTER_MALFORMED`, for the first malformed chapter.
 */
export function loadChapters(directory: string = chaptersDirectory()): Chapter[] {
  const folders = chapterFolders(directory);
  if (folders.length === 0) {
    throw new CodedError('CHAPTERS_MISSING', `no chapters in ${directory}`, {
      nextStep: 'A chapter is a folder such as 00-connect that holds a chapter.md.',
    });
  }
  const chapters = folders.map(folder => loadChapter(folder)).sort((a, b) => a.number - b.number);
  for (const [i, chapter] of chapters.entries()) {
    const earlier = chapters[i - 1];
    if (earlier?.number === chapter.number)
      throw malformed(
        { file: `${chapter.slug}/chapter.md`, line: 1 },
        `${earlier.slug} has the same number`,
        'a number of its own',
      );
  }
  return chapters;
}

/** The folders that hold a chapter.md; `directory` itself when it is one. */
export function chapterFolders(directory: string): string[] {
  if (fs.existsSync(path.join(directory, 'chapter.md'))) return [path.resolve(directory)];
  if (!fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return [];
  return fs
    .readdirSync(directory)
    .map(name => path.resolve(directory, name))
    .filter(folder => fs.existsSync(path.join(folder, 'chapter.md')))
    .sort();
}

/** Reads one chapter. @throws CodedError `CHAPTER_MALFORMED`. */
export function loadChapter(directory: string): Chapter {
  const chapter = parseChapter(fs.readFileSync(path.join(directory, 'chapter.md'), 'utf8'), directory);
  verifyReferences(chapter);
  const lines = new Map<string, string[]>();
  for (const step of chapter.steps) {
    for (const action of step.actions) {
      if (action.type === 'sessions') lines.set(action.name, linesOf(action, chapter));
      if (action.type !== 'deploy') continue;
      const folder = path.resolve(directory, action.lambda);
      if (!HANDLER_FILES.some(entry => fs.existsSync(path.join(folder, entry))))
        throw malformed(
          { file: `${chapter.slug}/chapter.md`, line: action.line },
          `no handler in ${action.lambda}`,
          `a folder with one of ${HANDLER_FILES.join(', ')}`,
        );
    }
    for (const check of step.checks) {
      if (check.type !== 'sessions' || !check.expect) continue;
      const known = lines.get(check.name) ?? [];
      if (!known.includes(check.expect.step))
        throw malformed(
          { file: `${chapter.slug}/chapter.md`, line: check.line },
          `"${check.name}" has no line "${check.expect.step}"`,
          `one of ${known.join(', ')}`,
        );
    }
  }
  return chapter;
}

/** The lines' names of a sessions block, whose script is there, can be read, and has the order. @throws CodedError `CHAPTER_MALFORMED` */
function linesOf(
  { source, order, line }: Extract<Action, { type: 'sessions' }>,
  { slug, directory }: Chapter,
): string[] {
  try {
    const script =
      'text' in source ? readSessionScript(source.text) : loadSessionScript(source.script, directory).script;
    return orderOf(script, order).groups.flat();
  } catch (error) {
    const expected = error instanceof CodedError ? asExpected(error, 'a session script') : 'a session script';
    throw malformed({ file: `${slug}/chapter.md`, line }, (error as Error).message, expected);
  }
}
