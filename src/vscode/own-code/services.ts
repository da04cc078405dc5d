import type { BundleDigest } from '../../core/lambda/overview';
import type { Chapter, Step } from '../../core/chapters/contract';
import type { CodeFolder } from '../../core/workspace/contract';
import type { CodeProblem } from '../../core/workspace/problems';
import type { StepCode } from '../../node/workspace/step-code';

/** What the learner's folder needs of the disk. Paths are absolute. */
export interface OwnCodeServices {
  /** Nothing where there is no marker. Rejects with `CODE_FOLDER_MALFORMED`. */
  find(directory: string): Promise<CodeFolder | undefined>;
  /** The starter kit's files that a folder already has. */
  filesInWay(directory: string): Promise<string[]>;
  /** Copies the starter kit; no file is overwritten. Rejects with `CODE_FOLDER_NOT_EMPTY`, `CODE_FOLDER_NOT_WRITABLE`. */
  create(directory: string, addMissing: boolean): Promise<{ folder: CodeFolder; written: string[] }>;
  stepCode(folder: CodeFolder, chapter: Chapter, step: Step): Promise<StepCode>;
  apply(folder: CodeFolder, chapter: Chapter, step: Step): Promise<string[]>;
  /** Rejects with `CODE_FOLDER_NOT_WRITABLE`; with `EDITED_SINCE_APPLIED` unless `force`. */
  undo(folder: CodeFolder, chapter: Chapter, step: Step, force: boolean): Promise<string[]>;
  /** What deploying the sources in a directory would put into Lambda. Rejects with errors of the bundler. */
  digest(directory: string): Promise<BundleDigest>;
  /** Nothing when the folder has no TypeScript of its own. */
  typeCheck(directory: string, signal?: AbortSignal): Promise<CodeProblem[] | undefined>;
}
