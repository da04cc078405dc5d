import type { RunResult } from '../stress/contract';

/** A result as JSON, to keep and to compare: everything that was measured, and the plan. Ends with a line feed. */
export function jsonReport(run: RunResult): string {
  return `${JSON.stringify({ format: 'dsql-workshop-stress', version: 1, ...run }, undefined, 2)}\n`;
}
