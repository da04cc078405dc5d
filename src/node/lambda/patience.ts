/** Control calls that fail only for now: the role is new, another update goes on, there were too many calls. */
import { waitUntilFunctionUpdatedV2, type LambdaClient } from '@aws-sdk/client-lambda';
import { pollPauseMs } from '../aws-requests';
import { cancelled, controlThrottled, roleNotAssumable, stillBusy } from '../../core/lambda/errors';

export interface PatientContext {
  client: LambdaClient;
  functionName: string;
  roleArn?: string;
  progress: (text: string) => void;
  signal?: AbortSignal;
  /** How long a role may be new, and how long calls are tried again. Milliseconds. */
  limits?: { roleMs: number; busyMs: number; pauseMs: number };
}

/** With the usual pause of 2 s: half a minute for a role, a minute for calls. */
const limitsOf = (pauseMs: number) => ({ roleMs: 15 * pauseMs, busyMs: 30 * pauseMs, pauseMs });

const MAX_WAIT_SECONDS = 120;

/** Runs a control call until it works, fails for good, or has been tried long enough; what is waited for is told. */
export async function patiently<T>(context: PatientContext, call: () => Promise<T>): Promise<T> {
  const { functionName, progress, signal, limits = limitsOf(pollPauseMs()) } = context;
  const startedAt = performance.now();
  for (;;) {
    if (signal?.aborted) throw cancelled();
    try {
      return await call();
    } catch (error) {
      const { name, message } = error as Error;
      const elapsedMs = performance.now() - startedAt;
      // the service has no code of its own for this
      if (name === 'InvalidParameterValueException' && message.includes('cannot be assumed')) {
        if (elapsedMs > limits.roleMs) throw roleNotAssumable(context.roleArn ?? '', error);
        progress('Waiting until Lambda may assume the role');
      } else if (name === 'ResourceConflictException' && !message.includes('already exist')) {
        if (elapsedMs > limits.busyMs) throw stillBusy(functionName, error);
        progress(`Waiting until the update of ${functionName} that is under way has ended`);
        await waitUntilFunctionUpdatedV2(waiting(context), { FunctionName: functionName }).catch(() => undefined);
      } else if (name === 'TooManyRequestsException') {
        if (elapsedMs > limits.busyMs) throw controlThrottled(functionName, error);
        progress('Lambda takes no more control calls at the moment; trying again');
      } else throw error;
      await delay(limits.pauseMs, signal);
    }
  }
}

/** Settings of the SDK's waiters. */
export function waiting({ client, signal }: Pick<PatientContext, 'client' | 'signal'>) {
  return { client, maxWaitTime: MAX_WAIT_SECONDS, minDelay: 1, maxDelay: 3, abortSignal: signal };
}

/** Rejects with `CANCELLED` when the signal comes. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
