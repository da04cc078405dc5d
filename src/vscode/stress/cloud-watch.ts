import { setTimeout as delay } from 'node:timers/promises';
import { Emitter } from '../../base/events';
import { FUNCTION_PREFIX } from '../../core/lambda/names';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { MetricSubject } from '../../core/stress/run-metrics';
import { functionOf, observedRun, subjectOf, type ObservedRun } from '../../core/observability/minutes';
import { cloudWatchView, LOCAL_CLOUDWATCH, UNKNOWN_CLOUDWATCH } from '../../core/observability/view';
import { watchRun, type WatchState } from '../../core/observability/watch';
import type { RunRecord } from '../../core/stress-view/run-record';
import type { WindowRun } from '../../core/stress-view/window-run';
import type { CloudWatchView, WatchedRunView } from '../../protocol/stress-view';
import type { WorkshopServices } from '../ports';
import { stressErrors } from './errors';

export interface CloudWatchContext {
  run: WindowRun;
  services: Pick<WorkshopServices, 'runMetrics'>;
  profiles: () => readonly ConnectionProfile[];
  /** Whether runs under way are watched unasked. */
  isWanted: () => boolean;
  onError: (error: unknown) => void;
}

/** One run whose figures are waited for. */
interface Watch {
  id: string;
  name: string;
  subject: MetricSubject;
  run: ObservedRun;
  record?: RunRecord;
  /** Its record is being read. */
  ending?: boolean;
  state: WatchState;
  readonly stop: AbortController;
}

/**
 * CloudWatch beside runs on AWS: the run under way is watched by itself where the user wants that, runs of the history on demand. What
 * came is kept with the run.
 */
export class CloudWatchDesk {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watches = new Map<string, Watch>();
  /** The run that is told of in the side bar. */
  private shown: string | undefined;
  private readonly listeners: readonly { dispose(): void }[];

  constructor(private readonly context: CloudWatchContext) {
    const { run } = context;
    this.listeners = [run.onDidChange(() => this.follow()), run.onDidTick(() => this.follow())];
  }

  /** What is known of a finished run. */
  view(record: RunRecord): CloudWatchView {
    const run = observedRun(record.result);
    const subject = subjectOf(record.result);
    if (!run || !subject) return record.result.target?.kind === 'local' ? LOCAL_CLOUDWATCH : UNKNOWN_CLOUDWATCH;
    const { cloudWatch } = record.result;
    const kept: WatchState | undefined = cloudWatch && { status: 'stopped', metrics: cloudWatch };
    return cloudWatchView(run, subject, this.watches.get(record.id)?.state ?? kept, Date.now());
  }

  /** The run that is watched now, or was last. */
  get current(): WatchedRunView | undefined {
    const watch = this.watches.get(this.shown ?? '');
    if (!watch) return undefined;
    const { id, name, run, subject, state } = watch;
    return { id, name, view: cloudWatchView(run, subject, state, Date.now()) };
  }

  /** Asks about a run of the history, until everything is there or it is too old to change. Rejects with `STRESS_RUN_GONE` or `STRESS_TARGET_UNKNOWN`. */
  async look(id: string): Promise<void> {
    if (this.watches.get(id)?.state.status === 'watching') return;
    const record = await this.context.run.history.get(id);
    const run = record && observedRun(record.result);
    const subject = record && subjectOf(record.result);
    if (!record || !run || !subject) throw stressErrors.runGone();
    const { endpoint } = record.result.target ?? {};
    const profile = this.context.profiles().find(each => each.host === endpoint);
    if (!profile) throw stressErrors.unknownTarget();
    this.begin({ id, name: record.result.plan.name, subject, run, record }, profile);
  }

  /** Looks no further; what came stays. */
  stop(id: string): void {
    this.watches.get(id)?.stop.abort();
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    for (const { stop } of this.watches.values()) stop.abort();
    this.changed.dispose();
  }

  /** The run under way began, went on, or ended. */
  private follow(): void {
    const { observed, history } = this.context.run;
    for (const watch of this.watches.values()) {
      if (watch.id === observed?.id) watch.run = observed.run;
      else if (!watch.record && !watch.ending) void this.ended(watch, history.get(watch.id));
    }
    if (!observed || this.watches.has(observed.id) || !this.context.isWanted()) return;
    const profile = this.context.profiles().find(({ name }) => name === observed.targetName);
    if (profile?.kind !== 'aws') return;
    const called = functionOf(observed.run.plan);
    const subject = {
      region: profile.region,
      cluster: profile.host.split('.')[0] ?? '',
      ...(called !== undefined && {
        functionName: called.startsWith(FUNCTION_PREFIX) ? called : FUNCTION_PREFIX + called,
      }),
    };
    this.shown = observed.id;
    this.begin({ id: observed.id, name: observed.run.plan.name, subject, run: observed.run }, profile);
  }

  private async ended(watch: Watch, reading: Promise<RunRecord | undefined>): Promise<void> {
    watch.ending = true;
    const record = await reading;
    const run = record && observedRun(record.result);
    // a run that could not begin leaves nothing to look at
    if (!record || !run) return watch.stop.abort();
    watch.record = record;
    watch.run = run;
    watch.subject = subjectOf(record.result) ?? watch.subject;
    this.changed.fire();
  }

  private begin(subject: Omit<Watch, 'state' | 'stop'>, profile: ConnectionProfile): void {
    const watch: Watch = { ...subject, state: { status: 'watching' }, stop: new AbortController() };
    this.watches.set(watch.id, watch);
    this.changed.fire();
    void this.watch(watch, profile).catch((error: unknown) => this.context.onError(error));
  }

  private async watch(watch: Watch, profile: ConnectionProfile): Promise<void> {
    const { run, services } = this.context;
    const reader = await services.runMetrics(profile.awsProfile);
    try {
      await watchRun({
        reader,
        subject: watch.subject,
        run: () => (run.observed?.id === watch.id ? run.observed.run : watch.run),
        now: Date.now,
        pause: async (ms, signal) => void (await delay(ms, undefined, { signal })),
        signal: watch.stop.signal,
        onUpdate: state => {
          watch.state = state;
          this.changed.fire();
        },
      });
      await this.keep(watch);
    } finally {
      await reader.close();
    }
  }

  private async keep({ id, state: { metrics } }: Watch): Promise<void> {
    const { history } = this.context.run;
    const record = metrics && (await history.get(id));
    if (!record) return;
    await history.update({ ...record, result: { ...record.result, cloudWatch: metrics } });
  }
}
