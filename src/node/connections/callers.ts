import { unlessAborted } from '../../base/abort';
import { CodedError, describeError } from '../../base/errors';
import type { Caller, CallerIdentity } from '../../core/aws/caller';
import { callerIdentity } from './caller-identity';
import { readServiceError } from '../aws-errors';
import type { KeyProvider } from '../target';

/** Nobody waits longer to read who they are; what they want to do does not depend on it. */
const ANSWER_WITHIN_MS = 5_000;
/** Whose an access key is does not change; that it is still taken may. */
const GOOD_FOR_MS = 5 * 60_000;

export interface CallersOptions {
  /** Of a stand-in; AWS's own, or what AWS_ENDPOINT_URL says, when undefined. */
  endpoint?: string;
  answerWithinMs?: number;
  nowMs?: () => number;
}

/**
 * Tells whose credentials these are, by STS's GetCallerIdentity. What it answered is kept for some minutes for each access key, so that
 * another sign-in is noticed at once.
 */
export class Callers {
  private readonly known = new Map<string, { identity: CallerIdentity; untilMs: number }>();

  constructor(private readonly options: CallersOptions = {}) {}

  /** Rejects with `CANCELLED` when the signal fires, and with nothing else. */
  async of(credentials: KeyProvider, region: string, signal?: AbortSignal): Promise<Caller> {
    const { answerWithinMs = ANSWER_WITHIN_MS } = this.options;
    const late = AbortSignal.timeout(answerWithinMs);
    try {
      return await this.ask(credentials, region, signal ? AbortSignal.any([signal, late]) : late);
    } catch (error) {
      if (signal?.aborted) throw new CodedError('CANCELLED', 'The operation was cancelled.', { cause: error });
      if (late.aborted) return { unknown: `there was no answer within ${answerWithinMs / 1_000} s` };
      return { unknown: reasonOf(error) };
    }
  }

  private async ask(credentials: KeyProvider, region: string, signal: AbortSignal): Promise<CallerIdentity> {
    const { endpoint, nowMs = Date.now } = this.options;
    const keys = await unlessAborted(credentials(), signal);
    const known = this.known.get(keys.accessKeyId);
    if (known && nowMs() < known.untilMs) return known.identity;
    const { account, arn } = await callerIdentity(() => Promise.resolve(keys), region, signal, endpoint);
    const identity = { account, arn };
    this.known.set(keys.accessKeyId, { identity, untilMs: nowMs() + GOOD_FOR_MS });
    return identity;
  }
}

/** `ExpiredToken: The security token included in the request is expired` */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return describeError(error);
  const { name, message } = readServiceError(error);
  return /^(Error|CodedError|CredentialsProviderError|TimeoutError)$/.test(name) ? message : `${name}: ${message}`;
}
