import fs from 'node:fs';
import path from 'node:path';
import { globBase, globPattern, isGlob } from './glob';

/** Folders of tools and packages, never of the project's own SQL. */
const SKIPPED = new Set(['node_modules', '.git', '.hg', '.svn', '.venv', 'venv', '__pycache__', 'dist', 'target']);

/** Paths with `/`, relative ones kept relative. */
export const slashed = (file: string): string => (path.sep === '\\' ? file.replaceAll('\\', '/') : file);

/** Is told of a folder that cannot be read. */
export type OnUnreadable = (folder: string, error: unknown) => void;

/** Files below a folder in order of name; those of `SKIPPED` folders, behind symbolic links and in folders that cannot be read left out. */
export function* walkFiles(folder: string, onUnreadable: OnUnreadable): Generator<string> {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return onUnreadable(folder, error);
  }
  for (const entry of entries) {
    const file = folder === '.' ? entry.name : path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) yield* walkFiles(file, onUnreadable);
    } else if (entry.isFile()) yield slashed(file);
  }
}

export interface FoundFiles {
  files: string[];
  /** Arguments that name nothing. */
  missing: string[];
}

/** The files that arguments name: files, folders (their files with one of the extensions), globs. Each once, in the order given. */
export function findFiles(
  args: readonly string[],
  extensions: readonly string[],
  onUnreadable: OnUnreadable,
): FoundFiles {
  const files = new Set<string>();
  const missing: string[] = [];
  for (const arg of args) {
    const before = files.size;
    const stat = fs.statSync(arg, { throwIfNoEntry: false });
    if (stat?.isFile()) files.add(slashed(arg));
    else if (stat?.isDirectory()) {
      for (const file of walkFiles(arg, onUnreadable))
        if (extensions.some(extension => file.endsWith(extension))) files.add(file);
      continue;
    } else if (isGlob(slashed(arg))) {
      const glob = slashed(path.normalize(arg));
      const base = globBase(glob);
      const pattern = globPattern(glob);
      if (fs.existsSync(base))
        for (const file of walkFiles(base, onUnreadable)) if (pattern.test(file)) files.add(file);
    }
    if (!stat && files.size === before) missing.push(arg);
  }
  return { files: [...files], missing };
}
