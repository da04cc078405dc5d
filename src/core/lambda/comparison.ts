import type { CodeComparison } from './admin';

/** A file of the handler's own that is another one in the working tree; one side is undefined where it is not there. */
export interface ChangedFile {
  path: string;
  deployed: string | undefined;
  working: string | undefined;
}

/**
 * What a comparison comes to: the same code; the handler's own files, bundled with other packages or settings; code of another tool,
 * whose files cannot be told; or files that differ.
 */
export type CodeDifference =
  { kind: 'same' } | { kind: 'bundling' } | { kind: 'foreign' } | { kind: 'files'; files: ChangedFile[] };

export function codeDifference({ same, deployed, working }: CodeComparison): CodeDifference {
  if (same) return { kind: 'same' };
  if (deployed.length === 0) return { kind: 'foreign' };
  const textOf = (files: CodeComparison['working'], path: string): string | undefined =>
    files.find(file => file.path === path)?.text;
  const files = [...new Set([...deployed, ...working].map(({ path }) => path))]
    .map(path => ({ path, deployed: textOf(deployed, path), working: textOf(working, path) }))
    .filter(file => file.deployed !== file.working);
  return files.length === 0 ? { kind: 'bundling' } : { kind: 'files', files };
}
