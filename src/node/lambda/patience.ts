/** Control calls that fail only for now: the role is new, another update goes on, there were too many calls. And waiting until a change is in. */
import { GetFunctionCommand, type FunctionConfiguration, type LambdaClient } from '@aws-sdk/client-lambda';
import { pause } from '../../base/abort';
import { pollPauseMs } from '../aws-requests';
import {
  cancelled,
  changeFailed,
  controlThrottled,
  roleNotAssumable,
  stillBusy,
  stillWorking,
} from '../../core/lambda/errors';

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

/** With the usual pause of 2 s: two minutes. A network interface in a VPC takes up to a minute and a half. */
const MAX_LOOKS = 60;

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
        // whatever came of it: the call itself says what stands in its way
        await untilSettled(context).catch(() => undefined);
      } else if (name === 'TooManyRequestsException') {
        if (elapsedMs > limits.busyMs) throw controlThrottled(functionName, error);
        progress('Lambda takes no more control calls at the moment; trying again');
      } else throw error;
      await delay(limits.pauseMs, signal);
    }
  }
}

/**
 * Waits until a function has taken what was changed, and may be invoked. In place of the SDK's waiters: they take every refused look for
 * “not yet”, say nothing meanwhile, and put the whole answer into their error, with the environment and the address of the code in it.
 * Rejects with `LAMBDA_CHANGE_FAILED`, `LAMBDA_STILL_WORKING`, `CANCELLED`, and with what the client throws.
 */
export async function untilSettled(context: PatientContext): Promise<FunctionConfiguration> {
  const { client, functionName, progress, signal, limits = limitsOf(pollPauseMs()) } = context;
  const command = new GetFunctionCommand({ FunctionName: functionName });
  for (let look = 1; ; look++) {
    if (signal?.aborted) throw cancelled();
    const { Configuration: state = {} } = await client.send(command, { abortSignal: signal });
    if (state.State === 'Failed') throw changeFailed(functionName, state.StateReason ?? state.StateReasonCode);
    if (state.LastUpdateStatus === 'Failed')
      throw changeFailed(functionName, state.LastUpdateStatusReason ?? state.LastUpdateStatusReasonCode);
    if (state.State !== 'Pending' && state.LastUpdateStatus !== 'InProgress') return state;
    if (look === MAX_LOOKS) throw stillWorking(functionName, state.StateReason ?? state.LastUpdateStatusReason);
    progress(`Waiting until ${functionName} may be invoked`);
    await delay(limits.pauseMs, signal);
  }
}

/** Rejects with `CANCELLED` when the signal comes. */
async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  await pause(ms, signal);
  if (signal?.aborted) throw cancelled();
}
