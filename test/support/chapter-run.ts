import assert from 'node:assert/strict';
import fs from 'node:fs';
import { JsonReport } from '../../src/cli/json-report';
import { openForRun, type OpenTarget } from '../../src/cli/open-target';
import { runChapters } from '../../src/cli/run-chapters';
import type { Closeable } from '../../src/base/lifecycle';
import type { Chapter, ChapterPorts, ScaledNumber } from '../../src/core/chapters/contract';
import { createChapterPorts } from '../../src/node/chapters/ports';
import { findRunningCluster } from '../../src/node/target-local';
import { runStress } from '../../src/stress/controller';

/** One line of a run's report, as far as tests look at it. */
export interface ReportedEvent {
  event: string;
  step?: string;
  type?: string;
  ok?: boolean;
  error?: { message: string };
  result?: { type: string } & Record<string, unknown>;
  describe?: string;
  held?: boolean;
  actual?: string;
}

/** A local cluster in a process of its own on an empty folder, for running chapters. */
export interface ChapterBench extends Closeable {
  ports: ChapterPorts & Closeable;
  /** Runs chapters of `all`; returns what was reported. */
  run(all: readonly Chapter[], selected: readonly Chapter[], fresh?: boolean): Promise<ReportedEvent[]>;
}

export async function openChapterBench(figure: (number: ScaledNumber) => number): Promise<ChapterBench> {
  const opened: OpenTarget = await openForRun('local', undefined, new AbortController().signal);
  const dataDir = opened.target.caFile!.replace(/[\\/][^\\/]+$/, '');
  const ports = createChapterPorts(opened.target, runStress);
  return {
    ports,
    async run(all, selected, fresh = false) {
      const lines: string[] = [];
      await runChapters({
        ...{ chapters: all, selected, ports, figure, fresh },
        report: new JsonReport(line => lines.push(line)),
        signal: new AbortController().signal,
      });
      return lines.map(line => JSON.parse(line) as ReportedEvent);
    },
    async close() {
      await ports.close();
      await opened.close();
      assert.equal(await findRunningCluster(dataDir), undefined);
      assert.equal(fs.existsSync(dataDir), false, 'the temporary folder is gone');
    },
  };
}

/** What went wrong in a run, in words; nothing when every action and check did what it should. */
export function complaints(events: readonly ReportedEvent[]): string[] {
  return events.flatMap(({ event, step, ok, error, describe, held, actual }) => {
    if (event === 'action' && ok === false) return [`${step}: ${error?.message}`];
    if (event === 'check' && !held) return [`${step}: ${describe}: ${actual}`];
    return [];
  });
}
