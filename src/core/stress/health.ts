import { count } from '../../base/number-text';
import type { GeneratorHealth } from './contract';
import type { LoopHealth } from './counters';

/** Above these the generator, not the system under test, is likely to set the pace or to add to the latencies. */
const SATURATED_UTILIZATION = 0.97;
const SATURATED_DELAY_P99_MS = 100;
const SATURATED_SEND_DELAY_MS = 250;
const SATURATED_ANSWER_DELAY_SHARE = 0.1;
/** Latencies of which so little is the generator's are too short to tell shares of them. */
const LEAST_ANSWER_DELAY_MS = 1;
const SATURATED_WAIT_SHARE = 0.25;
/** A generator that got less of the processor time that it had work for is held up by its machine. */
const ENOUGH_CPU_SHARE = 0.5;

/** What a run's health is told from, beside its workers'. */
export interface HealthFigures {
  connections: number;
  /** Calls that ended, those of the warm-up too. */
  ended: number;
  /** Those of them that count, and their mean latency. */
  counted: number;
  meanMs: number;
  /** CPU time of the process since the clock began, where the workers are threads of it. */
  cpuMs?: number;
}

/** The generator's health from that of its workers. */
export function generatorHealth(
  workers: readonly LoopHealth[],
  { connections, ended, counted, meanMs, cpuMs }: HealthFigures,
): GeneratorHealth {
  const worst = (of: (worker: LoopHealth) => number): number => Math.max(0, ...workers.map(of));
  const sum = (of: (worker: LoopHealth) => number): number => workers.reduce((total, worker) => total + of(worker), 0);
  const perCall = (ms: number): number => (ended > 0 ? (ms * 1000) / ended : 0);
  const answerDelayMs = counted > 0 ? sum(worker => worker.answerDelayMs) / counted : 0;
  const health = {
    connections,
    eventLoopDelayP99Ms: worst(worker => worker.delayP99Ms),
    eventLoopDelayMaxMs: worst(worker => worker.delayMaxMs),
    utilization: worst(worker => worker.utilization),
    activeMicrosecondsPerCall: perCall(sum(worker => worker.activeMs)),
    ...(cpuMs === undefined ? {} : { cpuMicrosecondsPerCall: perCall(cpuMs) }),
    answerDelayShare: answerDelayMs < LEAST_ANSWER_DELAY_MS ? 0 : Math.min(1, answerDelayMs / meanMs),
    sendDelayMaxMs: worst(worker => worker.sendDelayMaxMs),
  };
  return { ...health, saturated: saturationOf(health).length > 0 };
}

/** Why a generator, or the machine that it runs on, is taken for the bottleneck, in words; empty where it is not. */
export function saturationOf(health: Omit<GeneratorHealth, 'saturated'>): string[] {
  const { utilization, eventLoopDelayP99Ms, sendDelayMaxMs = 0, answerDelayShare = 0 } = health;
  const waited = utilization * (1 - cpuShareOf(health));
  return [
    ...(waited > SATURATED_WAIT_SHARE ? [`its threads waited for a processor ${percent(waited)} of the time`] : []),
    ...(utilization > SATURATED_UTILIZATION ? [`its busiest thread had work ${percent(utilization)} of the time`] : []),
    ...(eventLoopDelayP99Ms > SATURATED_DELAY_P99_MS ? [`its threads were up to ${ms(eventLoopDelayP99Ms)} late`] : []),
    ...(answerDelayShare > SATURATED_ANSWER_DELAY_SHARE
      ? [`answers waited in it for each other, ${percent(answerDelayShare)} of the mean latency`]
      : []),
    ...(sendDelayMaxMs > SATURATED_SEND_DELAY_MS ? [`a call was sent ${ms(sendDelayMaxMs)} after it was due`] : []),
  ];
}

/** Whether it is the machine that held the generator up: more threads would get no more of it. */
export const isMachineBusy = (health: GeneratorHealth): boolean => cpuShareOf(health) < ENOUGH_CPU_SHARE;

/** The share of the processor time that a generator had work for which it got, 0..1; 1 where nobody knows. */
function cpuShareOf({
  activeMicrosecondsPerCall: active,
  cpuMicrosecondsPerCall: cpu = active,
}: Pick<GeneratorHealth, 'activeMicrosecondsPerCall' | 'cpuMicrosecondsPerCall'>): number {
  return active > 0 ? Math.min(1, cpu / active) : 1;
}

const ms = (value: number): string => `${count(value)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
