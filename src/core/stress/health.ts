import type { GeneratorHealth } from './contract';
import type { LoopHealth } from './counters';

/** Above these the generator, not the system under test, is likely to set the pace or to add to the latencies. */
const SATURATED_UTILIZATION = 0.97;
const SATURATED_DELAY_P99_MS = 100;
const SATURATED_SEND_DELAY_MS = 250;

/** The generator's health from that of its workers. */
export function generatorHealth(workers: readonly LoopHealth[], connections: number, ended: number): GeneratorHealth {
  const worst = (of: (worker: LoopHealth) => number): number => Math.max(0, ...workers.map(of));
  const activeMs = workers.reduce((sum, worker) => sum + worker.activeMs, 0);
  const utilization = worst(worker => worker.utilization);
  const sendDelayMaxMs = worst(worker => worker.sendDelayMaxMs);
  const eventLoopDelayP99Ms = worst(worker => worker.delayP99Ms);
  return {
    connections,
    eventLoopDelayP99Ms,
    eventLoopDelayMaxMs: worst(worker => worker.delayMaxMs),
    utilization,
    activeMicrosecondsPerCall: ended > 0 ? (activeMs * 1000) / ended : 0,
    sendDelayMaxMs,
    saturated:
      utilization > SATURATED_UTILIZATION ||
      eventLoopDelayP99Ms > SATURATED_DELAY_P99_MS ||
      sendDelayMaxMs > SATURATED_SEND_DELAY_MS,
  };
}
