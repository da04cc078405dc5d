/**
 * The learner's own folder: the starter kit copied to a place of their choice, where they write the code that the chapters deploy.
 * A file marks it, `dsql-workshop.json`; the same file may name targets for the command line.
 */

/** File that marks a workshop folder, and says where its functions are. */
export const MARKER_FILE = 'dsql-workshop.json';
/** Folder for what the workshop keeps beside the code: what solutions replaced, payloads. */
export const KEPT_FOLDER = '.dsql-workshop';

/** A folder of the learner's. */
export interface CodeFolder {
  /** Absolute. */
  directory: string;
  /** Folder of each function's sources, relative, by the name chapters deploy it under. */
  functions: Readonly<Record<string, string>>;
}

/** What chapters deploy: the sources of a function, and whose they are. */
export interface FunctionSources {
  /** Absolute. */
  directory: string;
  /** True for the learner's own code. */
  own: boolean;
}

/** Where a chapter's `deploy` takes its sources from. */
export interface SourcesPort {
  /** `lambda`: the folder as the chapter names it, relative to its own. Nothing when the chapter's own sources are meant. */
  directoryFor(
    chapter: { slug: string; directory: string },
    lambda: string,
    functionName: string,
  ): FunctionSources | undefined;
}

/** A text file of some folder, path relative with `/`. */
export interface SourceFile {
  path: string;
  text: string;
}

/** What a solution changes in the learner's folder. */
export interface FileChange {
  path: string;
  /** Nothing: the file is not there yet. */
  before: string | undefined;
  after: string;
}

/** What was there before a solution was applied, kept until it is undone. */
export interface Backup {
  chapter: string;
  stepId: string;
  /** ISO time. */
  appliedAt: string;
  changes: FileChange[];
}
