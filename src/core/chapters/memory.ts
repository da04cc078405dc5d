import type { RunResult } from '../stress/contract';

/** A memory as plain data, so that it outlives the program. */
export interface MemorySnapshot {
  plans: Record<string, string>;
  answers: Record<string, unknown>;
  runs: Record<string, RunResult>;
  /** Values for `${…}` that steps have set. */
  variables?: Record<string, string>;
}

/** What the steps of one chapter made, by name: read by checks, comparisons and `${…}`. */
export class ChapterMemory {
  readonly plans = new Map<string, string>();
  readonly answers = new Map<string, unknown>();
  readonly runs = new Map<string, RunResult>();
  readonly variables: Map<string, string>;

  constructor(private readonly given: Record<string, string>) {
    this.variables = new Map(Object.entries(given));
  }

  rememberRun(name: string, result: RunResult): void {
    this.runs.set(name, result);
    this.variables.set(`${name}.succeeded`, String(result.succeeded));
    this.variables.set(`${name}.failed`, String(result.failed));
  }

  /** What was kept under a name is no more: its step was undone. */
  forget(name: string): void {
    for (const kept of [this.plans, this.answers, this.runs]) kept.delete(name);
    for (const variable of [`${name}.succeeded`, `${name}.failed`]) this.variables.delete(variable);
  }

  snapshot(): MemorySnapshot {
    return {
      plans: Object.fromEntries(this.plans),
      answers: Object.fromEntries(this.answers),
      runs: Object.fromEntries(this.runs),
      variables: Object.fromEntries([...this.variables].filter(([name]) => !Object.hasOwn(this.given, name))),
    };
  }

  /** Adds what was kept of an earlier time. */
  restore({ plans, answers, runs, variables = {} }: MemorySnapshot): void {
    for (const [name, plan] of Object.entries(plans)) this.plans.set(name, plan);
    for (const [name, answer] of Object.entries(answers)) this.answers.set(name, answer);
    for (const [name, run] of Object.entries(runs)) this.rememberRun(name, run);
    for (const [name, value] of Object.entries(variables))
      if (!Object.hasOwn(this.given, name)) this.variables.set(name, value);
  }
}
