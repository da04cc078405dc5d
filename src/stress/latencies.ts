import type { RecordableHistogram } from 'node:perf_hooks';
import type { RunResult, RunSnapshot } from '../core/stress/contract';
import { summarize } from '../core/stress/latency';
import type { Recordings } from '../protocol/stress';
import { distributionOf } from './distribution';
import { latencyHistogram, mergeHistograms } from './histogram';

/**
 * Histograms that one look adds up: a millisecond or two. All those of fifty workers take fifty, and the thread has others to serve; so
 * they are added up over several looks. Counted in histograms, not in time: on a machine that has no time left figures must not stand still.
 */
const ADDED_AT_ONCE = 12;

const KINDS = ['latency', 'handlerLatency', 'overheadLatency'] as const;
type Kind = (typeof KINDS)[number];
type Summaries = Required<Pick<RunSnapshot, Kind>>;

/** The latencies of all workers, merged little by little while a run goes on. */
export class Latencies {
  private summaries = summariesOf(latencyHistogram);
  /** What is being added up, and what of it is still to be added. */
  private adding: { kind: Kind; merged: RecordableHistogram; rest: RecordableHistogram[] }[] = [];

  constructor(private readonly recordings: () => readonly Recordings<RecordableHistogram>[]) {}

  /** Summaries of all workers, as they were some looks ago; with `exact` as they are. */
  current(exact: boolean): Summaries {
    if (exact) {
      this.adding = [];
      this.summaries = summariesOf(kind => this.merged(kind));
      return this.summaries;
    }
    if (this.adding.length === 0)
      this.adding = KINDS.map(kind => ({ kind, merged: latencyHistogram(), rest: this.all(kind) }));
    let budget = ADDED_AT_ONCE;
    for (const { merged, rest } of this.adding)
      for (const histogram of rest.splice(0, budget)) {
        merged.add(histogram);
        budget--;
      }
    if (this.adding.every(({ rest }) => rest.length === 0)) {
      const added = new Map(this.adding.map(({ kind, merged }) => [kind, merged]));
      this.summaries = summariesOf(kind => added.get(kind) ?? latencyHistogram());
      this.adding = [];
    }
    return this.summaries;
  }

  /** Cumulative distributions of this moment, for plotting. */
  distribution(): NonNullable<RunResult['distribution']> {
    return {
      latency: distributionOf(this.merged('latency')),
      handlerLatency: distributionOf(this.merged('handlerLatency')),
    };
  }

  private all(kind: Kind): RecordableHistogram[] {
    return this.recordings().map(each => each[kind]);
  }

  private merged(kind: Kind): RecordableHistogram {
    return mergeHistograms(this.all(kind));
  }
}

function summariesOf(histogram: (kind: Kind) => RecordableHistogram): Summaries {
  return {
    latency: summarize(histogram('latency')),
    handlerLatency: summarize(histogram('handlerLatency')),
    overheadLatency: summarize(histogram('overheadLatency')),
  };
}
