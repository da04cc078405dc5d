import type { ActivityView } from '../../protocol/results-view';
import type { JobOptions } from './contract';

/** Work under way on the results of a panel: one at a time for each; a new one takes the place of the former. */
export class ResultJobs {
  private readonly running = new Map<number, { controller: AbortController; done: Promise<unknown> }>();

  constructor(private readonly tell: (activity: ActivityView | undefined) => void) {}

  /** Rejects with `CANCELLED` when it is stopped or another job takes its place. */
  async run<R>(statement: number, kind: ActivityView['kind'], work: (options: JobOptions) => Promise<R>): Promise<R> {
    const before = this.running.get(statement);
    before?.controller.abort();
    const controller = new AbortController();
    const start = async () => {
      await before?.done;
      const onProgress = (fraction: number) => {
        if (!controller.signal.aborted) this.tell({ statement, kind, fraction });
      };
      return work({ signal: controller.signal, onProgress });
    };
    const answer = start();
    const entry = { controller, done: answer.catch(() => undefined) };
    this.running.set(statement, entry);
    try {
      return await answer;
    } finally {
      if (this.running.get(statement) === entry) {
        this.running.delete(statement);
        this.tell(undefined);
      }
    }
  }

  stop(statement: number): void {
    this.running.get(statement)?.controller.abort();
  }

  stopAll(): void {
    for (const { controller } of this.running.values()) controller.abort();
  }
}
