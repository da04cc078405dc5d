import type { ChapterPorts, Progress, ScaledNumber, StepResult } from './contract';
import type { QueryResult } from '../sql/database-port';
import type { FunctionSources } from '../workspace/contract';
import type { ChapterMemory } from './memory';

/** What performing an action needs beside the action. */
export interface Stage {
  ports: ChapterPorts;
  memory: ChapterMemory;
  /** The chapter's folder: paths of Lambda sources are relative to it. */
  directory: string;
  /** The learner's sources of a function, where they have some; see `SourcesPort`. */
  sources?: (lambda: string, functionName: string) => FunctionSources | undefined;
  figure(number: ScaledNumber): number;
  progress(progress: Progress): void;
  signal: AbortSignal;
}

const MAX_ROWS_SHOWN = 200;

/** A result as the user sees it: long ones are cut. */
export function table(result: QueryResult): StepResult {
  const { columns, rows, tag } = result;
  return { type: 'table', columns, rows: rows.slice(0, MAX_ROWS_SHOWN), tag, truncated: rows.length > MAX_ROWS_SHOWN };
}
