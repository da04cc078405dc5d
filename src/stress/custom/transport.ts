import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../../base/errors';
import { toldFigures } from '../../core/stress/answer';
import { classifyThrown, messageOf } from '../../core/stress/classify';
import type { Transfer } from '../../core/bank/transfer';
import type { CallOutcome, Transport } from '../../core/stress/outcome';
import type { Random } from '../../core/stress/random';
import { connectionConfig } from '../../node/bank/connect';
import type { Assignment, Drive } from '../../protocol/stress';
import type { CustomAnswer, CustomCall, CustomWorkload } from './workload';

/** Makes the calls of a user's module. */
export class CustomTransport implements Transport {
  private iteration = 0;
  private closed = false;

  private constructor(
    private readonly workload: CustomWorkload,
    private readonly options: Record<string, unknown>,
    private readonly random: Random,
  ) {}

  /** Loads the bundle and calls its `setup`; rejects with what that throws, or with `STRESS_MODULE_INVALID`. */
  static async open(
    drive: Extract<Drive, { type: 'custom' }>,
    { worker, workers, inFlight, accounts }: Pick<Assignment, 'worker' | 'workers' | 'inFlight' | 'accounts'>,
    random: Random,
  ): Promise<CustomTransport> {
    const { file, options } = drive;
    const loaded: unknown = file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : createRequire(file)(file);
    const workload = workloadOf(loaded);
    await workload.setup?.({
      database: connectionConfig(drive.database),
      worker,
      workers,
      inFlight,
      accounts,
      options,
    });
    return new CustomTransport(workload, options, random);
  }

  send({ payer, payee, amount }: Transfer, settle: (outcome: CallOutcome) => void): void {
    const { random, options } = this;
    const iteration = this.iteration++;
    void this.call({ payer, payee, amount, random, options, iteration }).then(settle);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    void (async () => this.workload.teardown?.())().catch(() => undefined);
  }

  private async call(context: CustomCall): Promise<CallOutcome> {
    try {
      const answer: Partial<Record<keyof CustomAnswer, unknown>> = (await this.workload.call(context)) ?? {};
      return toldFigures(answer.retries, answer.handlerMs);
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** What was thrown may be anything, also what breaks when it is read: it must not take the worker and its other calls along. */
function failureOf(error: unknown): CallOutcome {
  try {
    return { errorClass: classifyThrown(error), retries: 0, message: messageOf(error) };
  } catch {
    return { errorClass: 'other', retries: 0, message: 'what it threw cannot be read' };
  }
}

function workloadOf(loaded: unknown): CustomWorkload {
  const module = loaded as { default?: unknown };
  const found = (module.default ?? module) as Partial<CustomWorkload>;
  if (typeof found.call === 'function') return found as CustomWorkload;
  throw new CodedError('STRESS_MODULE_INVALID', 'the module\'s default export has no function "call"', {
    nextStep: 'Export it: export default { async call(context) { … } }',
  });
}
