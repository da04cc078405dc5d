/** Calls the function under test, with a deadline for each call. */
import { CodedError } from '../../base/errors';
import { readAnswer, type Answer } from './answer';
import type { PromisePorts } from './contract';
import { cancelled } from './errors';

/** A warm transfer takes milliseconds; what takes this long waits for something that does not come. */
const CALL_DEADLINE_MS = 6_000;
/** Who meets others on the same rows may retry for long: that is patience, not a lost connection. */
const CONTENDED_DEADLINE_MS = 20_000;
const MAX_CONFLICTS = 6;
/** A refusal that took this long waited for a connection. */
const SLOW_REFUSAL_MS = 3_000;

/** A call that got no answer: there is nothing more to learn from this function. */
export class HungCall extends Error {
  constructor(
    readonly said: string,
    /** Transfers that the function refused or failed before. */
    readonly failuresBefore: number,
  ) {
    super(said);
  }
}

/** It may have waited for a connection that nobody gives back; on rows that others write it may as well have retried. */
export const isSuspicious = (answer: Answer): boolean =>
  answer.hung || (!answer.accepted && !answer.conflict && answer.durationMs > SLOW_REFUSAL_MS);

export class TransferCaller {
  private failures = 0;

  constructor(
    private readonly lambda: PromisePorts['lambda'],
    readonly functionName: string,
    private readonly signal: AbortSignal | undefined,
    private readonly monotonic: () => number,
  ) {}

  /** One call. Rejects with `HungCall`, with `CANCELLED`, or when Lambda cannot make it (not when the function fails). */
  async call(payload: unknown): Promise<Answer> {
    const answer = await this.patient(payload, CALL_DEADLINE_MS);
    if (answer.accepted) return answer;
    if (isSuspicious(answer))
      throw new HungCall(
        `${answer.said}${answer.hung ? '' : ` (after ${answer.durationMs.toFixed(0)} ms)`}`,
        this.failures,
      );
    this.failures++;
    return answer;
  }

  /** One of several calls on the same rows. Slow answers are the caller's to judge, see `isSuspicious`. */
  async contended(payload: unknown): Promise<Answer> {
    const answer = await this.patient(payload, CONTENDED_DEADLINE_MS);
    if (!answer.accepted) this.failures++;
    return answer;
  }

  /** One call that may take as long as `deadlineMs`; when it does, the answer says so. */
  async patient(payload: unknown, deadlineMs: number): Promise<Answer> {
    if (this.signal?.aborted) throw cancelled();
    const startedAt = this.monotonic();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    const signal = this.signal ? AbortSignal.any([this.signal, deadline.signal]) : deadline.signal;
    try {
      return readAnswer(await this.lambda.invoke(this.functionName, payload, { tailLog: true, signal }));
    } catch (error) {
      const ours = deadline.signal.aborted && error instanceof CodedError && error.code === 'CANCELLED';
      if (!ours || this.signal?.aborted) throw error;
      const durationMs = this.monotonic() - startedAt;
      const said = `no answer in ${(deadlineMs / 1000).toFixed(0)} s`;
      return { accepted: false, said, conflict: false, hung: true, durationMs };
    } finally {
      clearTimeout(timer);
    }
  }

  /** A call, repeated while it loses conflicts: every caller does that, and the first call after a GRANT may well meet one. */
  async settled(payload: unknown): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.call(payload);
      if (!answer.conflict || attempt === MAX_CONFLICTS) return answer;
    }
  }

  transfer(payer_id: number, payee_id: number, amount: number): Promise<Answer> {
    return this.settled({ payer_id, payee_id, amount });
  }
}
