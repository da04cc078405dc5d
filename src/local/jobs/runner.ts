import { setMaxListeners } from 'node:events';
import pg from 'pg';
import { Deferred } from '../../base/deferred';
import { Emitter } from '../../base/events';
import type { Disposable } from '../../base/lifecycle';
import { isId } from '../identity/base32';
import { JobRefused, RECOVERY_MS, type JobRunner, type PostgresServer } from '../ports';
import { superuserPool } from '../postgres/connection';
import { isAway } from '../postgres/recovery';
import { buildIndex, type JobOutcome } from './index-build';
import { dropReplaced } from './replaced-index';
import { updateIndex } from './index-update';
import { describeFailure, passesByItself } from './lasting';
import { JOB_TYPES, JobStore } from './store';
import { prepareJob, type JobRequest, type PreparedJob } from './submission';
import { analyzeTable, validateConstraint } from './table-jobs';
import { TableQueue } from './table-queue';
import { refuseDuplicates, showWaiting } from './waiting-index';

export interface JobRunnerOptions {
  postgres: PostgresServer;
  /** An index stays invalid for at least this long. Default 500 ms. */
  minimumMs?: number;
  /** ANALYZE and DROP jobs, which transactions record by themselves, are looked for this often. Default 1 s. */
  lookEveryMs?: number;
  /** Finished jobs stay in sys.jobs for this long. Default 30 min, as in the service. */
  keepMs?: number;
  /** How long a PostgreSQL that is away is waited for. Default 15 s. */
  recoveryMs?: number;
  /** One line about what went wrong and does not pass by itself; never a value. */
  log?(line: string): void;
}

const PRUNE_EVERY_MS = 60_000;
/** Statements that were checked but whose transaction has not ended; older ones were rolled back. */
const MAX_PREPARED = 10_000;
const AGAIN_MS = 200;
/** A job that so many times met an error which does not pass by itself has failed. */
const MAX_FAILURES = 10;
/** Lines that were told once are remembered, so many of them. */
const MAX_TOLD = 1000;
/**
 * How long a COMMIT waits for the invalid index to be seen. Past it the job goes on, only the catalogue lags: nobody is to see that because the
 * machine is busy, where a build takes seconds to begin.
 */
const VISIBLE_TIMEOUT_MS = 10_000;

interface RunningJob {
  jobId: string;
  request: JobRequest;
  resumed: boolean;
  /** Of an index: the number that the catalogue showed it under last. */
  index?: number;
  visible: Deferred<void>;
}

/** Starts the runner and takes up the jobs that were not finished when the cluster last stopped. */
export async function startJobRunner(options: JobRunnerOptions): Promise<JobRunner> {
  const runner = new PostgresJobRunner(options);
  try {
    await runner.pickUp(true);
    return runner;
  } catch (error) {
    await runner.close();
    throw error;
  }
}

class PostgresJobRunner implements JobRunner {
  private readonly pool: pg.Pool;
  /** For statements that may wait for a client's lock: they must not keep the look-ups that end such waits from being made. */
  private readonly patient: pg.Pool;
  private readonly store: JobStore;
  private readonly prepared = new Map<string, PreparedJob>();
  private readonly queue = new TableQueue();
  private readonly running = new Set<Promise<void>>();
  private readonly active = new Set<string>();
  /** PostgreSQL was lost while they were to be kept, and stayed away: they may have been. */
  private readonly doubtful = new Set<string>();
  /** They have failed, and that could not be kept. */
  private readonly givenUp = new Set<string>();
  private readonly told = new Set<string>();
  /** No index that another has replaced is left. */
  private tidy = false;
  private looking?: NodeJS.Timeout;
  private readonly finished = new Emitter<{ jobId: string; succeeded: boolean }>();
  private readonly visibleListeners = new Set<() => Promise<void>>();
  private readonly heldUp = new Emitter<readonly number[]>();
  private readonly closing = new AbortController();
  private readonly pruning: NodeJS.Timeout;
  private readonly minimumMs: number;

  constructor(private readonly options: JobRunnerOptions) {
    this.pool = superuserPool(options.postgres.address, 4);
    this.patient = superuserPool(options.postgres.address, 2);
    this.store = new JobStore(this.pool, options.keepMs ?? 30 * 60_000);
    // one listener per job and waiter
    setMaxListeners(0, this.closing.signal);
    this.minimumMs = options.minimumMs ?? 500;
    this.pruning = setInterval(() => void this.prune(), PRUNE_EVERY_MS).unref();
  }

  /** Starts what an earlier owner left (`all`), or only what transactions recorded by themselves and what is kept after all. Looks again later. */
  async pickUp(all: boolean): Promise<void> {
    if (!this.tidy) await this.tidyUp();
    for (const { jobId, request, objectId } of await this.outlast(() => this.store.unfinished())) {
      const recorded = request.type === 'analyze' || request.type === 'drop' || this.doubtful.delete(jobId);
      const isTaken = this.active.has(jobId) || this.givenUp.has(jobId);
      if ((all || recorded) && !isTaken) this.start(jobId, request, all, objectId || undefined);
    }
    this.scheduleLook();
  }

  private async tidyUp(): Promise<void> {
    try {
      this.tidy = await dropReplaced(this.patient);
    } catch (error) {
      this.tidy = false;
      this.tell('indexes that were replaced cannot be dropped', error);
    }
  }

  private async prune(): Promise<void> {
    await this.store.prune().catch(error => this.tell('jobs of long ago cannot be removed', error));
  }

  /** Tells of an error once; of one that passes by itself, or that others tell of, not at all. */
  private tell(what: string, error: unknown): void {
    if (passesByItself(error) || this.closing.signal.aborted) return;
    const line = `${what}: ${describeFailure(error)}`;
    if (this.told.has(line)) return;
    if (this.told.size >= MAX_TOLD) this.told.clear();
    this.told.add(line);
    this.options.log?.(line);
  }

  private scheduleLook(): void {
    if (this.closing.signal.aborted) return;
    const look = async (): Promise<void> => {
      try {
        await this.pickUp(false);
      } catch (error) {
        this.tell('jobs cannot be looked for', error);
        this.scheduleLook();
      }
    };
    this.looking = setTimeout(() => void look(), this.options.lookEveryMs ?? 1000).unref();
  }

  async submit(...[special, query]: Parameters<JobRunner['submit']>): ReturnType<JobRunner['submit']> {
    const job = await prepareJob(special, query);
    if (!job.request) return { notice: job.notice };
    this.prepared.set(job.jobId, job);
    for (const [oldest] of this.prepared) {
      if (this.prepared.size <= MAX_PREPARED) break;
      this.prepared.delete(oldest);
    }
    return { jobId: job.jobId, notice: job.notice };
  }

  async committed(jobId: string): Promise<void> {
    const job = this.prepared.get(jobId);
    if (!job) return;
    this.prepared.delete(jobId);
    try {
      await this.outlast(() => this.store.insert(jobId, job.request, firstObject(job.request)));
    } catch (error) {
      if (isAway(error)) this.doubtful.add(jobId);
      throw refusalOf(error);
    }
    const { visible } = this.start(jobId, job.request, false, await this.showWaiting(job));
    await Promise.race([visible.promise, timer(VISIBLE_TIMEOUT_MS, this.closing.signal)]);
  }

  /** @returns the number of an index that has to wait for its turn, and is in the catalogue all the same */
  private async showWaiting({ jobId, request }: PreparedJob): Promise<number | undefined> {
    if (request.type !== 'index' || !this.queue.isBusy(request.tableOid)) return undefined;
    const index = await showWaiting(request, this.pool);
    if (index === undefined) return undefined;
    try {
      await this.outlast(() => this.showIndex(jobId, index));
      await this.outlast(() => refuseDuplicates(index, this.pool));
    } catch (error) {
      this.tell(`the job ${jobId} cannot show the index that it is to build`, error);
    }
    return index;
  }

  private async showIndex(jobId: string, index: number): Promise<void> {
    await this.store.setObject(jobId, index);
    await Promise.all([...this.visibleListeners].map(listener => listener()));
  }

  async wait(jobId: string, signal: AbortSignal): Promise<boolean> {
    if (!isId(jobId)) throw noId();
    const over = new Deferred<boolean>();
    const listener = this.finished.event(job => job.jobId === jobId && over.resolve(job.succeeded));
    const stop = () => over.reject(signal.aborted ? signal.reason : this.closing.signal.reason);
    const signals = [signal, this.closing.signal];
    for (const each of signals) each.addEventListener('abort', stop, { once: true });
    over.promise.catch(() => {});
    try {
      if (signals.some(each => each.aborted)) stop();
      const status = await this.outlast(() => this.store.statusOf(jobId));
      // without an end where no job has the id: the service does not look for one (AWS's connector for Flyway)
      if (status === 'completed' || status === 'failed') return status === 'completed';
      if (this.givenUp.has(jobId)) return false;
      return await over.promise;
    } finally {
      listener.dispose();
      for (const each of signals) each.removeEventListener('abort', stop);
    }
  }

  onIndexVisible(listener: () => Promise<void>): Disposable {
    this.visibleListeners.add(listener);
    return { dispose: () => void this.visibleListeners.delete(listener) };
  }

  onHeldUp(listener: (pids: readonly number[]) => void): Disposable {
    return this.heldUp.event(listener);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort(new Error('the local cluster is being stopped'));
    clearInterval(this.pruning);
    clearTimeout(this.looking);
    await Promise.allSettled(this.running);
    await Promise.all([this.pool.end(), this.patient.end()]);
  }

  /** Runs a job to its end, again and again while what keeps it from that may pass. */
  private start(jobId: string, request: JobRequest, resumed: boolean, index?: number): RunningJob {
    const job: RunningJob = { jobId, request, resumed, index, visible: new Deferred() };
    this.active.add(jobId);
    const work = this.untilDone(job).catch(() => {});
    this.running.add(work);
    void work.finally(() => {
      this.running.delete(work);
      this.active.delete(jobId);
    });
    return job;
  }

  private async untilDone(job: RunningJob): Promise<void> {
    const { signal } = this.closing;
    const { jobId, request } = job;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const outcome = await this.perform(job);
        await this.store.setStatus(jobId, outcome.status, outcome.details);
        return this.over(job, outcome.status === 'completed');
      } catch (error) {
        const named = `the job ${jobId} (${JOB_TYPES[request.type]})`;
        if (!passesByItself(error) && ++failures === MAX_FAILURES) {
          this.tell(`${named} has failed for good`, error);
          return this.giveUp(job, error);
        }
        this.tell(`${named} has met an error and is tried again`, error);
        job.resumed = true;
        await timer(AGAIN_MS, signal);
      }
    }
  }

  /** Ends a job that cannot be done. What it has of an index is not to be relied on. */
  private async giveUp(job: RunningJob, error: unknown): Promise<void> {
    const { jobId, index } = job;
    const { signal } = this.closing;
    try {
      if (index !== undefined)
        await updateIndex(
          index,
          `UPDATE pg_index SET indisvalid = false WHERE indexrelid = ${index}`,
          this.pool,
          signal,
        );
      await this.outlast(() => this.store.setStatus(jobId, 'failed', (error as Error).message));
    } catch (refused) {
      this.givenUp.add(jobId);
      this.tell(`the end of the job ${jobId} cannot be kept`, refused);
    }
    this.over(job, false);
  }

  private over({ jobId, visible }: RunningJob, succeeded: boolean): void {
    visible.resolve();
    this.finished.fire({ jobId, succeeded });
  }

  /** Does a request again while PostgreSQL is away for a moment. @throws what it failed with last */
  private async outlast<T>(request: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + (this.options.recoveryMs ?? RECOVERY_MS);
    for (;;) {
      try {
        return await request();
      } catch (error) {
        if (!isAway(error) || performance.now() > deadline) throw error;
        await timer(AGAIN_MS, this.closing.signal);
      }
    }
  }

  private async perform(job: RunningJob): Promise<JobOutcome> {
    const { request } = job;
    const { signal } = this.closing;
    const processing = () => this.store.setStatus(job.jobId, 'processing');
    switch (request.type) {
      case 'index': {
        if (this.queue.isBusy(request.tableOid)) job.visible.resolve();
        return this.queue.run(request.tableOid, 'long', () =>
          buildIndex(request, {
            address: this.options.postgres.address,
            pool: this.pool,
            minimumMs: this.minimumMs,
            signal,
            onHeldUp: pids => this.heldUp.fire(pids),
            resumed: job.resumed,
            index: job.index,
            isCurrent: index => this.store.hasObject(job.jobId, index),
            onReplace: replacing => {
              job.request = replacing;
              return this.store.setRequest(job.jobId, replacing);
            },
            onVisible: async oid => {
              job.index = oid;
              await this.showIndex(job.jobId, oid);
              job.visible.resolve();
            },
            onProcessing: processing,
          }).finally(() => this.tidyUp()),
        );
      }
      case 'validate':
        job.visible.resolve();
        return this.queue.run(request.tableOid, 'long', async () => {
          await timer(this.minimumMs, signal);
          await processing();
          return validateConstraint(request, this.options.postgres.address, signal);
        });
      case 'analyze':
        return this.queue.run(request.tableOid, 'short', () => analyzeTable(request.tableOid, this.patient));
      case 'drop':
        return { status: 'completed' };
      case 'nothing':
        return { status: 'completed', details: request.details };
    }
  }
}

/** The object a job shows before it has made its own. */
function firstObject(request: JobRequest): number {
  if (request.type === 'validate' || request.type === 'analyze') return request.tableOid;
  return request.type === 'nothing' ? request.indexOid : 0;
}

/** PostgreSQL's refusal to keep a job, its disk full say, is the answer to the statement. */
function refusalOf(error: unknown): unknown {
  if (isAway(error) || !(error instanceof pg.DatabaseError)) return error;
  const { code, message, detail, hint } = error;
  return new JobRefused({ severity: 'ERROR', sqlstate: code!, message, detail, hint });
}

function noId(): JobRefused {
  return new JobRefused({ severity: 'ERROR', sqlstate: '22P02', message: 'Unable to convert text to UUID' });
}

/** Waits; rejects at once when the signal fires. */
function timer(timeMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timeout = setTimeout(done, timeMs).unref();
    signal.addEventListener('abort', aborted, { once: true });
    function done(): void {
      signal.removeEventListener('abort', aborted);
      resolve();
    }
    function aborted(): void {
      clearTimeout(timeout);
      reject(signal.reason as Error);
    }
  });
}
