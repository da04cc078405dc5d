/** Waiting for an asynchronous job by looking at sys.jobs: no transaction is kept open, and so no age limit is met. */
import { CodedError } from '../../base/errors';
import { jobFailed, jobUnknown } from './errors';

/** What sys.jobs says of a job. */
export interface JobState {
  jobId: string;
  /** `submitted`, `processing`, `completed`, `failed`, or a word to come. */
  status: string;
  /** `INDEX_BUILD`, `VALIDATE_CONSTRAINT`, `ANALYZE`, `DROP`. */
  type: string;
  /** Schema-qualified; null once the object is gone. */
  object: string | null;
  details: string | null;
}

const JOB_SQL = 'SELECT job_id, status, job_type, object_name, details FROM sys.jobs WHERE job_id = $1';

export interface JobPorts {
  /** Runs `JOB_SQL`: rows as text. */
  query(sql: string, params: string[]): Promise<{ rows: (string | null)[][] }>;
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** Called for the first state and for each that differs. */
  onState?(state: JobState): void;
  signal?: AbortSignal;
}

const FIRST_LOOK_MS = 250;
const SLOWEST_LOOK_MS = 5_000;

/**
 * Looks until the job has completed: soon at first, then every five seconds, since each look is billed.
 * Rejects with `JOB_FAILED` (the service's reason in the message), `JOB_UNKNOWN`, `CANCELLED`, or what `query` rejects with.
 */
export async function watchJob(jobId: string, ports: JobPorts): Promise<JobState> {
  let shown = '';
  for (let delayMs = FIRST_LOOK_MS; ; delayMs = Math.min(SLOWEST_LOOK_MS, delayMs * 1.6)) {
    if (ports.signal?.aborted) throw new CodedError('CANCELLED', 'cancelled');
    const [row] = (await ports.query(JOB_SQL, [jobId])).rows;
    if (!row) throw jobUnknown(jobId);
    const [, status, type, object, details] = row;
    const state: JobState = {
      jobId,
      status: (status ?? '').toLowerCase(),
      type: type ?? '',
      object: object ?? null,
      details: details ?? null,
    };
    const key = `${state.status} ${state.details}`;
    if (key !== shown) ports.onState?.(state);
    shown = key;
    if (state.status === 'completed') return state;
    if (state.status === 'failed' || state.status === 'cancelled') throw jobFailed(jobId, state.details);
    await ports.sleep(delayMs, ports.signal);
  }
}
