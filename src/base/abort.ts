/** What `orAborted` answers when the signal came first. */
export const ABORTED = Symbol('aborted');

/** The promise's outcome, or `ABORTED` as soon as the signal fires; the promise then goes on alone and its rejection is dropped. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | typeof ABORTED> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<typeof ABORTED>(resolve => {
    onAbort = () => resolve(ABORTED);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

/** The same, for whom being aborted is a failure: rejects with the signal's reason. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const outcome = await orAborted(promise, signal);
  if (outcome !== ABORTED) return outcome;
  throw signal.reason instanceof Error ? signal.reason : new Error('cancelled');
}

/** Waits; ends early, without an error, when the signal fires or has fired: whoever waits looks at it next. */
export function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}
