import type { RunResult } from '../stress/contract';

/** What the steps of one chapter made, by name: read by checks, comparisons and `${…}`. */
export class ChapterMemory {
  readonly plans = new Map<string, string>();
  readonly answers = new Map<string, unknown>();
  readonly runs = new Map<string, RunResult>();
  readonly variables: Map<string, string>;

  constructor(variables: Record<string, string>) {
    this.variables = new Map(Object.entries(variables));
  }

  rememberRun(name: string, result: RunResult): void {
    this.runs.set(name, result);
    this.variables.set(`${name}.succeeded`, String(result.succeeded));
    this.variables.set(`${name}.failed`, String(result.failed));
  }
}
