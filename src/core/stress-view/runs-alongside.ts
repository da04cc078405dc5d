import type { RunRow } from '../../protocol/stress-view';
import type { RunElsewhere } from './unfinished-runs';

/** Runs that go on are written down every five seconds: the last note of one may be that old, and a busy disk's older. */
const NOTE_AGE_MS = 10_000;

/** A run by what tells whether others were beside it. Times in milliseconds since 1970. */
export interface RunSpan {
  id: string;
  targetName: string;
  fromMs: number;
  toMs: number;
}

/** Names of the runs on the same target that were made while this one was, each once: finished ones, and those that other windows still make. */
export function runsAlongside(own: RunSpan, finished: readonly RunRow[], underWay: readonly RunElsewhere[]): string[] {
  const overlaps = (run: Omit<RunElsewhere, 'name'>, graceMs: number): boolean => {
    const fromMs = Date.parse(run.startedAt);
    return run.targetName === own.targetName && fromMs < own.toMs && fromMs + run.elapsedMs + graceMs > own.fromMs;
  };
  const found = [
    ...finished.filter(run => run.id !== own.id && overlaps(run, 0)),
    ...underWay.filter(run => overlaps(run, NOTE_AGE_MS)),
  ];
  return [...new Set(found.map(({ name }) => name))];
}
