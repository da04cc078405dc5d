import { monitorEventLoopDelay, performance, type RecordableHistogram } from 'node:perf_hooks';
import type { Handlers } from '../base/rpc';
import { CodedError } from '../base/errors';
import { accountSampler, pairSampler } from '../core/stress/accounts';
import { CallCounters } from '../core/stress/counters';
import type { Transport } from '../core/stress/outcome';
import { seededRandom } from '../core/stress/random';
import type { Assignment, Drive, Pace, StressWorkerSide } from '../protocol/stress';
import { ErrorSamples } from '../core/stress/error-samples';
import { HotKeys } from '../core/stress/hot-keys';
import { Schedule } from '../core/stress/schedule';
import { BatchBarrier } from './batch-barrier';
import type { CallParts } from './calls';
import { monotonicMs } from './clock';
import { ClosedLoop, type Loop } from './loop';
import { OpenLoop } from './open-loop';
import { newRecordings, WindowWriter } from './recordings';

const HEALTH_INTERVAL_MS = 100;
const DELAY_RESOLUTION_MS = 10;

/** What a worker thread serves: one assignment, prepared, run, maybe stopped. */
export function workerSession(): Handlers<StressWorkerSide<RecordableHistogram>> {
  let loop: Loop | undefined;
  let watch: (() => () => void) | undefined;
  let unwatch: (() => void) | undefined;
  // milliseconds of this thread's clock at which the run started
  let origin = 0;
  return {
    async prepare(assignment) {
      const recordings = newRecordings();
      const counters = new CallCounters(assignment.counters);
      const random = seededRandom(assignment.seed);
      const { accounts, distribution, drive, warmupMs, amount } = assignment;
      loop = loopOf(assignment, {
        ...recordings,
        window: new WindowWriter(recordings),
        ...(drive.type === 'lambda' || drive.type === 'sql' ? { hotKeys: new HotKeys(assignment.hotKeys) } : {}),
        errorSamples: new ErrorSamples(assignment.errorSamples),
        amount,
        warmupMs,
        transport: await openTransport(assignment),
        nextPair: pairSampler(accountSampler(distribution, accounts, random), accounts),
        counters,
        now: () => performance.now() - origin,
      });
      watch = () => watchEventLoop(counters);
      return recordings;
    },
    async run({ startAt }) {
      if (!loop) throw new CodedError('NOT_PREPARED', 'run was asked for before prepare');
      origin = performance.now() - (monotonicMs() - startAt);
      unwatch = watch?.();
      return loop.run();
    },
    async stop({ graceMs }) {
      await loop?.stop(graceMs);
      unwatch?.();
      return null;
    },
  };
}

/** The loop that an assignment asks for. */
function loopOf({ pace, calls, inFlight, worker, workers, barrier }: Assignment, parts: CallParts): Loop {
  if (pace.type === 'closed') {
    const shared = barrier && { barrier: new BatchBarrier(barrier) };
    return new ClosedLoop({ ...parts, ...pace, ...shared, calls, inFlight });
  }
  return new OpenLoop({ ...parts, schedule: new Schedule(pace.stages), first: worker, step: workers, calls, inFlight });
}

/** Each transport is loaded only when it is used: the SDK alone costs more start-up time than the rest. */
async function openTransport(assignment: Assignment): Promise<Transport> {
  const { drive, inFlight, seed } = assignment;
  // Its own sequence: retries must not shift the choice of accounts.
  const random = seededRandom(seed ^ 0x5f5f5f5f);
  switch (drive.type) {
    case 'sql':
      return (await import('./sql/transport')).SqlTransport.open(drive, inFlight, random);
    case 'orders':
      return (await import('./sql/orders')).OrderTransport.open(drive, inFlight, random);
    case 'custom':
      return (await import('./custom/transport')).CustomTransport.open(drive, assignment, random);
    case 'lambda':
      return openLambda(drive, assignment.pace);
  }
}

async function openLambda(drive: Extract<Drive, { type: 'lambda' }>, pace: Pace): Promise<Transport> {
  if (drive.transport === 'sdk') {
    const { SdkTransport } = await import('./sdk/transport');
    return new SdkTransport(drive.target, drive.functionName, drive.connections);
  }
  const { LeanTransport } = await import('./lean/transport');
  const transport = new LeanTransport(drive.target, drive.functionName, drive.connections);
  // a schedule may need few of them
  if (pace.type === 'closed') await transport.connect();
  return transport;
}

/** Publishes the health of this thread's event loop until what it returns is called, or the thread ends. */
function watchEventLoop(counters: CallCounters): () => void {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  // The histogram holds the times between two ticks of its timer: what is beyond the interval is the delay.
  const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - DELAY_RESOLUTION_MS);
  // who comes at any moment meets a delay of d by a chance that grows with d, and waits for half of it: Σd² / 2Σ(interval + d)
  const wait = (): { waitMs: number; lateShare: number } => {
    if (delay.count === 0) return { waitMs: 0, lateShare: 0 };
    const [mean, spread] = [delay.mean / 1e6, delay.stddev / 1e6];
    const late = Math.max(0, mean - DELAY_RESOLUTION_MS);
    return { waitMs: (spread ** 2 + late ** 2) / (2 * mean), lateShare: late / mean };
  };
  const begin = performance.eventLoopUtilization();
  const publish = (): void => {
    const { active, utilization } = performance.eventLoopUtilization(begin);
    counters.health = {
      delayP99Ms: delay.count > 0 ? ms(delay.percentile(99)) : 0,
      delayMaxMs: delay.count > 0 ? ms(delay.max) : 0,
      ...wait(),
      activeMs: active,
      utilization,
    };
  };
  const timer = setInterval(publish, HEALTH_INTERVAL_MS).unref();
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
