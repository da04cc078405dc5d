/**
 * Milliseconds on the machine's monotonic clock: the same for all threads of this process, and for nobody else. Threads must not agree on a
 * moment by `performance.timeOrigin`: each notes the wall clock once, when it starts, and between two of them the clock may have been set,
 * or the machine may have slept.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
