/**
 * What the learner's own TypeScript finds. It is the compiler of their folder, or none: with it come the types of what they import,
 * without which every import would be a problem. The editor's built-in TypeScript looks at open files in any case.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { compilerProblems, type CodeProblem } from '../../core/workspace/problems';

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/**
 * Runs `tsc --noEmit` of the folder; nothing when it has no compiler or no tsconfig.json. Rejects with `TYPE_CHECK_UNFINISHED` when the
 * compiler was ended before it had said all: part of what it finds would look like the whole.
 */
export function typeCheck(
  directory: string,
  signal?: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<CodeProblem[] | undefined> {
  const compiler = path.join(directory, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!fs.existsSync(compiler) || !fs.existsSync(path.join(directory, 'tsconfig.json')))
    return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [compiler, '--noEmit', '--pretty', 'false', '-p', directory],
      {
        cwd: directory,
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
        timeout: timeoutMs,
        maxBuffer: MAX_OUTPUT_BYTES,
        signal,
      },
      (error, stdout) => {
        if (signal?.aborted) reject(new Error('the type check was cancelled', { cause: error }));
        else if (error && typeof error.code !== 'number') reject(unfinished(directory, error));
        else
          resolve(
            compilerProblems(stdout).map(problem => ({ ...problem, file: path.resolve(directory, problem.file) })),
          );
      },
    );
  });
}

const unfinished = (directory: string, cause: Error): CodedError =>
  new CodedError('TYPE_CHECK_UNFINISHED', `the TypeScript compiler of ${directory} did not come to its end`, {
    nextStep: 'Run "npx tsc --noEmit" in this folder to see what holds it up; the deployment does not depend on it.',
    cause,
  });
