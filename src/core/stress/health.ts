import { count } from '../../base/number-text';
import type { GeneratorHealth } from './contract';
import type { LoopHealth } from './counters';

/** Above these the generator, not the system under test, is likely to set the pace or to add to the latencies. */
const SATURATED_UTILIZATION = 0.97;
/** In results of releases that told no share of the latencies. */
const SATURATED_DELAY_P99_MS = 100;
const SATURATED_LOOP_WAIT_SHARE = 0.1;
const SATURATED_SEND_DELAY_MS = 250;
const SATURATED_ANSWER_DELAY_SHARE = 0.1;
/** Latencies of which so little is the generator's are too short to tell shares of them. */
const LEAST_DELAY_MS = 1;
const SATURATED_WAIT_SHARE = 0.25;
/** Of the mean latency: threads that wait for a processor, but not for longer than this, hardly change what is measured. */
const SATURATED_DELAY_P99_SHARE = 0.25;
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
  /** Calls come by a schedule, however late others are. */
  scheduled?: boolean;
  /** CPU time of the process since the clock began, where the workers are threads of it. */
  cpuMs?: number;
}

/** The generator's health from that of its workers. */
export function generatorHealth(
  workers: readonly LoopHealth[],
  { connections, ended, counted, meanMs, scheduled = false, cpuMs }: HealthFigures,
): GeneratorHealth {
  const worst = (of: (worker: LoopHealth) => number): number => Math.max(0, ...workers.map(of));
  const sum = (of: (worker: LoopHealth) => number): number => workers.reduce((total, worker) => total + of(worker), 0);
  const perCall = (ms: number): number => (ended > 0 ? (ms * 1000) / ended : 0);
  // the mean is added up little by little: at first there is none of calls that have been counted
  const answerDelayMs = meanMs > 0 ? sum(worker => worker.answerDelayMs) / counted : 0;
  const shareOf = (delayMs: number): number =>
    meanMs === 0 || delayMs < LEAST_DELAY_MS ? 0 : Math.min(1, delayMs / meanMs);
  // who waits for answers asks nothing while its thread stands still: of all its calls' time that is no larger share than of all time
  const loopWaitOf = ({ waitMs, lateShare }: LoopHealth): number =>
    Math.min(shareOf(waitMs), scheduled ? 1 : lateShare);
  const health = {
    connections,
    eventLoopDelayP99Ms: worst(worker => worker.delayP99Ms),
    eventLoopDelayMaxMs: worst(worker => worker.delayMaxMs),
    utilization: worst(worker => worker.utilization),
    activeMicrosecondsPerCall: perCall(sum(worker => worker.activeMs)),
    ...(cpuMs === undefined ? {} : { cpuMicrosecondsPerCall: perCall(cpuMs) }),
    answerDelayShare: shareOf(answerDelayMs),
    loopWaitShare: worst(worker => loopWaitOf(worker)),
    sendDelayMaxMs: worst(worker => worker.sendDelayMaxMs),
  };
  const waited =
    meanMs > 0 &&
    waitedShareOf(health) > SATURATED_WAIT_SHARE &&
    health.eventLoopDelayP99Ms > SATURATED_DELAY_P99_SHARE * meanMs;
  return { ...health, saturated: waited || ownFaults(health).length > 0 };
}

/** Why a generator that is saturated, or the machine that it runs on, is taken for the bottleneck, in words. */
export function saturationOf(health: GeneratorHealth): string[] {
  const waited = waitedShareOf(health);
  return [
    ...(waited > SATURATED_WAIT_SHARE ? [`its threads waited for a processor ${percent(waited)} of the time`] : []),
    ...ownFaults(health),
  ];
}

type Figures = Omit<GeneratorHealth, 'saturated'>;

/** What is not of the processor: a slow generator's own. */
function ownFaults(health: Figures): string[] {
  const { utilization, eventLoopDelayP99Ms, sendDelayMaxMs = 0, answerDelayShare = 0, loopWaitShare } = health;
  const wasLate = loopWaitShare === undefined && eventLoopDelayP99Ms > SATURATED_DELAY_P99_MS;
  return [
    ...(utilization > SATURATED_UTILIZATION ? [`its busiest thread had work ${percent(utilization)} of the time`] : []),
    ...(wasLate ? [`its threads were up to ${ms(eventLoopDelayP99Ms)} late`] : []),
    ...(loopWaitShare !== undefined && loopWaitShare > SATURATED_LOOP_WAIT_SHARE
      ? [`answers waited until its threads looked at them, ${percent(loopWaitShare)} of the mean latency`]
      : []),
    ...(answerDelayShare > SATURATED_ANSWER_DELAY_SHARE
      ? [`answers waited in it for each other, ${percent(answerDelayShare)} of the mean latency`]
      : []),
    ...(sendDelayMaxMs > SATURATED_SEND_DELAY_MS ? [`a call was sent ${ms(sendDelayMaxMs)} after it was due`] : []),
  ];
}

/** Whether it is the machine that held the generator up: more threads would get no more of it. */
export const isMachineBusy = (health: GeneratorHealth): boolean => cpuShareOf(health) < ENOUGH_CPU_SHARE;

/** The share of the time in which the busiest thread had work, and no processor. */
const waitedShareOf = (health: Figures): number => health.utilization * (1 - cpuShareOf(health));

/** The share of the processor time that a generator had work for which it got, 0..1; 1 where nobody knows. */
function cpuShareOf({ activeMicrosecondsPerCall: active, cpuMicrosecondsPerCall: cpu = active }: Figures): number {
  return active > 0 ? Math.min(1, cpu / active) : 1;
}

const ms = (value: number): string => `${count(value)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
