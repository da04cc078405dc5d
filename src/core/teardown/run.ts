import { CodedError } from '../../base/errors';
import type {
  BeginOptions,
  FoundResource,
  Remainder,
  Removal,
  RemovalOutcome,
  RemovalState,
  Standing,
  TeardownPlan,
  TeardownPort,
  TeardownProgress,
  TeardownReport,
} from './contract';
import { teardownErrors } from './errors';
import { carriesOurTag } from './plan';

export interface RunOptions {
  onProgress?: (progress: TeardownProgress) => void;
  signal?: AbortSignal;
  /** Waits; rejects when the signal aborts. */
  pause: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Between two looks at what is being deleted. */
  pollMs?: number;
  /** How long one removal may take. */
  timeoutMs?: number;
}

/** Removals under way at a time; the members of one always begin together. */
const AT_A_TIME = 4;
const POLL_MS = 3_000;
const TIMEOUT_MS = 30 * 60_000;

/**
 * Removes what the plan says, wave by wave, and looks at everything again. A removal that fails is told in the report and the others go
 * on; cancelling begins nothing more and stops waiting, what AWS deletes already goes on there. Never rejects.
 */
export async function runTeardown(
  plan: TeardownPlan,
  port: TeardownPort,
  options: RunOptions,
): Promise<TeardownReport> {
  return new Run(plan, port, options).run();
}

class Run {
  private readonly outcomes = new Map<string, RemovalOutcome>();

  constructor(
    private readonly plan: TeardownPlan,
    private readonly port: TeardownPort,
    private readonly options: RunOptions,
  ) {}

  async run(): Promise<TeardownReport> {
    const { removals } = this.plan;
    await this.markLogs();
    for (const wave of [...new Set(removals.map(each => each.wave))].sort((a, b) => a - b)) {
      const waiting = removals.filter(each => each.wave === wave);
      const worker = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift())
          this.outcomes.set(next.id, await this.remove(next));
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    }
    const outcomes = removals.flatMap(({ id }) => this.outcomes.get(id) ?? []);
    return { outcomes, remainders: await this.verify(outcomes), cancelled: this.cancelled };
  }

  private get cancelled(): boolean {
    return this.options.signal?.aborted === true;
  }

  /** Without permission for it they are found by name the next time: it is no failure. */
  private async markLogs(): Promise<void> {
    const logs = this.plan.removals.flatMap(({ members }) => members).filter(({ kind }) => kind === 'log-group');
    for (const log of logs) {
      if (this.cancelled) return;
      if (!carriesOurTag(log) && !this.plan.named.has(log.arn))
        await this.port.mark(log, this.options.signal).catch(() => undefined);
    }
  }

  private beginning({ arn }: FoundResource, { takes }: Removal): BeginOptions {
    const guarded = takes.filter(each => each.kind === 'cluster' && each.stack === arn && each.protected);
    return { named: this.plan.named.has(arn), guarded };
  }

  private async remove(removal: Removal): Promise<RemovalOutcome> {
    if (this.cancelled) return { removal, state: 'cancelled', failures: [] };
    const unmet = removal.after
      .map(id => this.outcomes.get(id))
      .find(outcome => outcome && outcome.state !== 'removed');
    if (unmet) {
      const needed = nameOf(unmet.removal);
      return {
        removal,
        state: 'skipped',
        failures: removal.members.map(resource => ({ resource, error: teardownErrors.before(resource, needed) })),
      };
    }
    const { signal } = this.options;
    this.tell(`Removing ${nameOf(removal)}`);
    const begun = await Promise.all(
      removal.members.map(async resource => {
        const error = await failureOf(() =>
          this.port.begin(resource, this.beginning(resource, removal), text => this.tell(text), signal),
        );
        return { resource, error };
      }),
    );
    const blocked = begun.some(({ error }) => error !== undefined);
    const ended = await Promise.all(
      begun.map(async ({ resource, error }) => ({
        resource,
        error: error ?? (await failureOf(() => this.untilGone(resource, blocked))),
      })),
    );
    const failures = ended.flatMap(({ resource, error }) => (error ? [{ resource, error }] : []));
    return { removal, state: stateOf(failures), failures };
  }

  /** @param blocked another member did not even begin: what waits for its peer will not go. */
  private async untilGone(resource: FoundResource, blocked: boolean): Promise<void> {
    const { pollMs = POLL_MS, timeoutMs = TIMEOUT_MS, pause, signal } = this.options;
    for (let waitedMs = 0; ; waitedMs += pollMs) {
      if (this.cancelled) throw teardownErrors.cancelled();
      const standing = await this.port.look(resource, signal);
      if (standing.state === 'gone') return;
      if (standing.state === 'failed') throw teardownErrors.deletionFailed(resource, standing.reason);
      if (blocked) throw teardownErrors.peerFailed(resource);
      if (waitedMs >= timeoutMs) throw teardownErrors.slow(resource, Math.round(timeoutMs / 60_000));
      await pause(pollMs, signal);
    }
  }

  /** Looks at everything that should have gone. What a stack took with it is asked for too: a stack may be told to keep some. */
  private async verify(outcomes: readonly RemovalOutcome[]): Promise<Remainder[]> {
    const remainders: Remainder[] = [];
    for (const { removal, state, failures } of outcomes) {
      for (const resource of [...removal.members, ...removal.takes]) {
        if (this.cancelled && state !== 'removed') {
          remainders.push({ resource, why: 'the teardown was cancelled; what AWS deletes already goes on there' });
          continue;
        }
        if (resource.kind === 'other') continue;
        this.tell(`Looking whether ${resource.name} is gone`);
        const standing = await this.look(resource);
        if (standing?.state === 'gone') continue;
        const failure = failures.find(each => each.resource.arn === resource.arn) ?? failures[0];
        remainders.push({ resource, why: whyLeft(standing, failure?.error, resource.stack !== undefined) });
      }
    }
    return remainders;
  }

  private async look(resource: FoundResource): Promise<Standing | undefined> {
    try {
      // also after a cancel: what is there is told
      return await this.port.look(resource);
    } catch {
      return undefined;
    }
  }

  private tell(text: string): void {
    this.options.onProgress?.({ text, done: this.outcomes.size, total: this.plan.removals.length });
  }
}

async function failureOf(work: () => Promise<void>): Promise<CodedError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error;
    return teardownErrors.failed(error instanceof Error ? error.message : String(error), error);
  }
}

function stateOf(failures: RemovalOutcome['failures']): RemovalState {
  if (failures.length === 0) return 'removed';
  return failures.every(({ error }) => error.code === 'CANCELLED') ? 'cancelled' : 'failed';
}

function whyLeft(standing: Standing | undefined, error: CodedError | undefined, inStack: boolean): string {
  if (error && error.code !== 'CANCELLED') return error.message;
  switch (standing?.state) {
    case undefined:
      return 'AWS could not be asked whether it is gone';
    case 'going':
      return 'its deletion goes on in AWS';
    case 'failed':
      return standing.reason;
    default:
      return inStack ? 'its stack kept it: run the teardown again' : 'it is still there: run the teardown again';
  }
}

/** `the cluster abc…`, `the stacks A and B`. */
function nameOf({ members }: Removal): string {
  return members.map(({ name }) => name).join(' and ');
}
