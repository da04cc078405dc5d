import { monitorEventLoopDelay, performance, type RecordableHistogram } from 'node:perf_hooks';
import type { Handlers } from '../base/rpc';
import { CodedError } from '../base/errors';
import { accountSampler, pairSampler } from '../core/stress/accounts';
import { CallCounters } from '../core/stress/counters';
import type { Transport } from '../core/stress/outcome';
import { seededRandom } from '../core/stress/random';
import type { Assignment, Drive, StressWorkerSide } from '../protocol/stress';
import { ClosedLoop } from './loop';
import { latencyHistogram } from './histogram';

const HEALTH_INTERVAL_MS = 100;
const DELAY_RESOLUTION_MS = 10;

/** What a worker thread serves: one assignment, prepared, run, maybe stopped. */
export function workerSession(): Handlers<StressWorkerSide<RecordableHistogram>> {
  let loop: ClosedLoop | undefined;
  let watch: (() => void) | undefined;
  return {
    async prepare(assignment) {
      const latency = latencyHistogram();
      const handlerLatency = latencyHistogram();
      const counters = new CallCounters(assignment.counters);
      const random = seededRandom(assignment.seed);
      loop = new ClosedLoop({
        calls: assignment.calls,
        inFlight: assignment.inFlight,
        amount: assignment.amount,
        transport: await openTransport(assignment),
        nextPair: pairSampler(accountSampler({ type: 'uniform' }, assignment.accounts, random), assignment.accounts),
        counters,
        latency,
        handlerLatency,
        now: () => performance.now(),
      });
      watch = () => watchEventLoop(counters);
      return { latency, handlerLatency };
    },
    async run() {
      if (!loop) throw new CodedError('NOT_PREPARED', 'run was asked for before prepare');
      watch?.();
      return loop.run();
    },
    async stop({ graceMs }) {
      await loop?.stop(graceMs);
      return null;
    },
  };
}

/** Each transport is loaded only when it is used: the SDK alone costs more start-up time than the rest. */
async function openTransport({ drive, inFlight, seed }: Assignment): Promise<Transport> {
  if (drive.type === 'sql') {
    const { SqlTransport } = await import('./sql/transport');
    // Its own sequence: retries must not shift the choice of accounts.
    return SqlTransport.open(drive, inFlight, seededRandom(seed ^ 0x5f5f5f5f));
  }
  return openLambda(drive);
}

async function openLambda(drive: Extract<Drive, { type: 'lambda' }>): Promise<Transport> {
  if (drive.transport === 'sdk') {
    const { SdkTransport } = await import('./sdk/transport');
    return new SdkTransport(drive.target, drive.functionName, drive.connections);
  }
  const { LeanTransport } = await import('./lean/transport');
  return new LeanTransport(drive.target, drive.functionName, drive.connections);
}

/** Publishes the health of this thread's event loop until the thread ends. */
function watchEventLoop(counters: CallCounters): void {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  // The histogram holds the times between two ticks of its timer: what is beyond the interval is the delay.
  const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - DELAY_RESOLUTION_MS);
  const begin = performance.eventLoopUtilization();
  const publish = (): void => {
    const { active, utilization } = performance.eventLoopUtilization(begin);
    counters.health = {
      delayP99Ms: delay.count > 0 ? ms(delay.percentile(99)) : 0,
      delayMaxMs: delay.count > 0 ? ms(delay.max) : 0,
      activeMs: active,
      utilization,
    };
  };
  setInterval(publish, HEALTH_INTERVAL_MS).unref();
}
