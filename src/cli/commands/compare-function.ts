import path from 'node:path';
import type { CodeComparison } from '../../core/lambda/admin';
import { codeDifference, type CodeDifference } from '../../core/lambda/comparison';
import { kibText } from '../../core/lambda/contract';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { findEntry } from '../../node/lambda/bundle';
import { diffText } from '../terminal/diff-text';
import { lambdaOf } from './functions';

/** `compare-function <dir>`: what is deployed against the working tree; a `+` is a line of the tree. */
export async function compare(
  directory: string,
  name: string,
  openTarget: OpenTarget,
  { exitCode }: { exitCode?: boolean },
  console: Console,
): Promise<ExitCode> {
  findEntry(directory);
  const target = await openTarget();
  const { lambda, dispose } = lambdaOf(target);
  try {
    const whole = target.lambda.functionPrefix + name;
    const comparison = await lambda.compare(whole, path.resolve(directory));
    const difference = codeDifference(comparison);
    console.stdout.write(`${whole} ${summary(difference, comparison, directory)}\n`);
    if (difference.kind === 'files')
      for (const { path: file, deployed = '', working = '' } of difference.files)
        console.stdout.write(diffText(file, deployed, working, console.style));
    return exitCode === true && difference.kind !== 'same' ? EXIT.failed : EXIT.ok;
  } finally {
    dispose();
  }
}

function summary({ kind }: CodeDifference, { deployedBytes, workingBytes }: CodeComparison, directory: string): string {
  const sizes = `${kibText(deployedBytes)} deployed, ${kibText(workingBytes)} bundled from ${directory}`;
  switch (kind) {
    case 'same':
      return `runs the code of ${directory} (${kibText(workingBytes)}).`;
    case 'bundling':
      return `was bundled from other packages or settings; your own files are the same (${sizes}).`;
    case 'foreign':
      return `runs code whose source map does not hold its files: it was deployed by another tool (${sizes}).`;
    case 'files':
      return `runs other code (${sizes}):`;
  }
}
