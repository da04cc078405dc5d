import type { Chapter, RunnerEvent, ScaledNumber } from '../../core/chapters/contract';
import { ChapterRunner } from '../../core/chapters/runner';
import type { Closeable } from '../../base/lifecycle';
import type { LocalClusterInfo } from '../../protocol/local-cluster';
import type { ChapterTarget } from '../ports';

/** The runners of all chapters on one running cluster. Ends with the cluster. */
export class TargetConnection implements Closeable {
  private readonly runners = new Map<string, ChapterRunner>();

  constructor(
    readonly info: LocalClusterInfo,
    private readonly target: ChapterTarget,
    private readonly figure: (number: ScaledNumber) => number,
    private readonly onEvent: (slug: string, event: RunnerEvent) => void,
  ) {}

  runner(chapter: Chapter): ChapterRunner {
    let runner = this.runners.get(chapter.slug);
    if (!runner) {
      runner = new ChapterRunner(chapter, this.target.ports, { figure: this.figure });
      runner.onEvent(event => this.onEvent(chapter.slug, event));
      this.runners.set(chapter.slug, runner);
    }
    return runner;
  }

  close(): Promise<void> {
    return this.target.close();
  }
}
