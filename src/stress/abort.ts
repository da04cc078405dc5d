/** What `unlessAborted` answers when the signal came first. */
export const ABORTED = Symbol('aborted');

/** The promise's outcome, or `ABORTED` as soon as the signal fires; the promise then goes on alone and its rejection is dropped. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | typeof ABORTED> {
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
