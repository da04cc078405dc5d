import type { RecordableHistogram } from 'node:perf_hooks';
import type { RunResult, RunSnapshot } from '../core/stress/contract';
import { summarize } from '../core/stress/latency';
import type { Recordings } from '../protocol/stress';
import { distributionOf } from './distribution';
import { mergeHistograms } from './histogram';

/** Merging gets at most this share of a thread's time: with fifty workers it takes tens of milliseconds, and the thread has others to serve. */
const SHARE_OF_TIME = 0.05;

type Summaries = Required<Pick<RunSnapshot, 'latency' | 'handlerLatency' | 'overheadLatency'>>;

/** The latencies of all workers, merged as often as that is cheap. */
export class Latencies {
  private summaries?: Summaries;
  private nextAt = 0;

  constructor(
    private readonly recordings: () => readonly Recordings<RecordableHistogram>[],
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The summaries of this moment or shortly before; with `exact` of this moment. */
  current(exact: boolean): Summaries {
    const began = this.now();
    if (!exact && this.summaries && began < this.nextAt) return this.summaries;
    const of = (which: keyof Summaries): Summaries['latency'] => summarize(this.merged(which));
    this.summaries = {
      latency: of('latency'),
      handlerLatency: of('handlerLatency'),
      overheadLatency: of('overheadLatency'),
    };
    const ended = this.now();
    this.nextAt = ended + (ended - began) / SHARE_OF_TIME;
    return this.summaries;
  }

  /** Cumulative distributions, for plotting. */
  distribution(): NonNullable<RunResult['distribution']> {
    return {
      latency: distributionOf(this.merged('latency')),
      handlerLatency: distributionOf(this.merged('handlerLatency')),
    };
  }

  private merged(which: keyof Summaries): RecordableHistogram {
    return mergeHistograms(this.recordings().map(each => each[which]));
  }
}
