/** Workshop folders on disk: found by their marker, made of the starter kit. */
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { MARKER_FILE, type CodeFolder, type SourceFile, type SourcesPort } from '../../core/workspace/contract';
import { filesInTheWay, folderMalformed, notAFolder, notWritable } from '../../core/workspace/errors';
import { readMarker } from '../../core/workspace/marker';
import { productRoot } from '../assets';
import { makeFolder } from '../files/make-folder';

const starterKit = (): string => path.join(productRoot(), 'workshop', 'starter-kit');
/** Names that a package would not carry, or would read as its own. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };
const SKIPPED = new Set(['node_modules', '.dsql-workshop', 'cdk.out', '.terraform', '.git']);
const MAX_FILE_BYTES = 1024 * 1024;

/** The workshop folder at `directory`; nothing where there is no marker. @throws CodedError `CODE_FOLDER_MALFORMED` */
export function findCodeFolder(directory: string): CodeFolder | undefined {
  const file = path.join(directory, MARKER_FILE);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw folderMalformed(file, message);
  }
  const functions = readMarker(text, file);
  return functions && { directory: path.resolve(directory), functions };
}

/** @throws CodedError `CODE_FOLDER_UNKNOWN`, `CODE_FOLDER_MALFORMED` */
export function openCodeFolder(directory: string): CodeFolder {
  const folder = findCodeFolder(directory);
  if (!folder) throw notAFolder(path.resolve(directory));
  return folder;
}

/** Files of the starter kit, as they are called in the learner's folder. */
function starterFiles(): { from: string; path: string }[] {
  return filesBelow(starterKit()).map(relative => {
    const parts = relative.split('/');
    const last = parts.pop() ?? '';
    return { from: path.join(starterKit(), relative), path: [...parts, RENAMED[last] ?? last].join('/') };
  });
}

/** The starter kit's files that `directory` already has. */
export function filesInWay(directory: string): string[] {
  return starterFiles()
    .map(file => file.path)
    .filter(relative => fs.existsSync(path.join(directory, relative)));
}

/**
 * Copies the starter kit. No file is ever overwritten: where some are there already, nothing is copied and
 * `CODE_FOLDER_NOT_EMPTY` names them, unless `addMissing`. Where nothing can be written it is `CODE_FOLDER_NOT_WRITABLE`.
 * @returns the paths that were written
 */
export function createCodeFolder(directory: string, addMissing: boolean): { folder: CodeFolder; written: string[] } {
  const inWay = filesInWay(directory);
  if (inWay.length > 0 && !addMissing) throw filesInTheWay(directory, inWay);
  const written: string[] = [];
  writingInto(directory, () => {
    for (const { from, path: relative } of starterFiles()) {
      const to = path.join(directory, relative);
      makeFolder(path.dirname(to));
      try {
        fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
        written.push(relative);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  });
  return { folder: openCodeFolder(directory), written };
}

/** Writes below the learner's folder. @throws CodedError `CODE_FOLDER_NOT_WRITABLE` for errors of the file system */
export function writingInto<T>(directory: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof CodedError || !(error instanceof Error)) throw error;
    throw notWritable(directory, reasonIn(directory) ?? error, error);
  }
}

/** Why nothing may be written there: on a read-only file system Node says of new folders that their parent is missing. */
function reasonIn(directory: string): Error | undefined {
  if (!fs.existsSync(directory))
    return directory === path.dirname(directory) ? undefined : reasonIn(path.dirname(directory));
  try {
    fs.accessSync(directory, fs.constants.W_OK);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/**
 * The deploys of the chapters take these sources; other functions, and other chapters' code that a step names, stay the workshop's.
 * @param code the learner's folder; what it throws fails the deploy, where the workshop's code would go out in its place.
 */
export function sourcesOf(code: () => CodeFolder | undefined): SourcesPort {
  return {
    directoryFor: (_, lambda, functionName) => {
      const folder = lambda === 'lambda' ? code() : undefined;
      if (!folder || !Object.hasOwn(folder.functions, functionName)) return undefined;
      return { directory: path.join(folder.directory, folder.functions[functionName] ?? ''), own: true };
    },
  };
}

/** Relative paths, with `/`, of the files below a folder, without packages and hidden folders of tools. */
export function filesBelow(directory: string): string[] {
  const found: string[] = [];
  const visit = (relative: string): void => {
    for (const entry of fs.readdirSync(path.join(directory, relative), { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) visit(below);
      else if (entry.isFile() || isLinkedFile(entry, path.join(directory, below))) found.push(below);
    }
  };
  visit('');
  return found.sort();
}

/** A link to a file counts as one; folders are not followed, they may lead in circles. */
const isLinkedFile = (entry: fs.Dirent, file: string): boolean =>
  entry.isSymbolicLink() && fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** The text files below a folder; an absent folder has none. */
export function readSources(directory: string): SourceFile[] {
  if (!fs.existsSync(directory)) return [];
  return filesBelow(directory)
    .filter(relative => fs.statSync(path.join(directory, relative)).size <= MAX_FILE_BYTES)
    .map(relative => ({ path: relative, text: fs.readFileSync(path.join(directory, relative), 'utf8') }));
}
