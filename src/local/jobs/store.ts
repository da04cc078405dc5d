import type pg from 'pg';
import { INTERNAL, withoutOwnSchemas } from '../engine-schema';
import type { JobRequest } from './submission';

type JobStatus = 'submitted' | 'processing' | 'completed' | 'failed';

/** A job that is to be done, as it is kept. */
export interface StoredJob {
  jobId: string;
  objectId: number;
  request: JobRequest;
}

/** Kinds of jobs as sys.jobs names them. */
export const JOB_TYPES: Record<JobRequest['type'], string> = {
  index: 'INDEX_BUILD',
  nothing: 'INDEX_BUILD',
  validate: 'VALIDATE_CONSTRAINT',
  analyze: 'ANALYZE',
  drop: 'DROP',
};

/** The rows behind sys.jobs. */
export class JobStore {
  constructor(
    private readonly pool: pg.Pool,
    /** Finished rows older than this are removed. */
    private readonly keepMs: number,
  ) {}

  async insert(jobId: string, request: JobRequest, objectId: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO ${INTERNAL}.jobs (job_id, status, job_type, class_id, object_id, start_time, request)
       VALUES ($1, 'submitted', $2, 'pg_catalog.pg_class'::regclass::oid, $3, clock_timestamp(), $4)
       ON CONFLICT (job_id) DO NOTHING`,
      [jobId, JOB_TYPES[request.type], objectId, JSON.stringify(request)],
    );
  }

  async setRequest(jobId: string, request: JobRequest): Promise<void> {
    await this.pool.query(`UPDATE ${INTERNAL}.jobs SET request = $2 WHERE job_id = $1`, [
      jobId,
      JSON.stringify(request),
    ]);
  }

  async setObject(jobId: string, objectId: number): Promise<void> {
    await this.pool.query(`UPDATE ${INTERNAL}.jobs SET object_id = $2 WHERE job_id = $1`, [jobId, objectId]);
  }

  async setStatus(jobId: string, status: JobStatus, details?: string): Promise<void> {
    await this.pool.query(
      `UPDATE ${INTERNAL}.jobs SET status = $2, details = $3, update_time = clock_timestamp() WHERE job_id = $1`,
      [jobId, status, details === undefined ? null : withoutOwnSchemas(details)],
    );
  }

  /** Whether the job has this number for its object. */
  async hasObject(jobId: string, objectId: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(`SELECT FROM ${INTERNAL}.jobs WHERE job_id = $1 AND object_id = $2`, [
      jobId,
      objectId,
    ]);
    return rowCount === 1;
  }

  async statusOf(jobId: string): Promise<JobStatus | undefined> {
    const { rows } = await this.pool.query<{ status: JobStatus }>(
      `SELECT status FROM ${INTERNAL}.jobs WHERE job_id = $1`,
      [jobId],
    );
    return rows[0]?.status;
  }

  /** Jobs that a stopped or killed owner left, oldest first. */
  async unfinished(): Promise<StoredJob[]> {
    const { rows } = await this.pool.query<{
      job_id: string;
      object_id: string;
      request: JobRequest;
    }>(
      `SELECT job_id, object_id::text, request FROM ${INTERNAL}.jobs
       WHERE status IN ('submitted', 'processing') ORDER BY start_time`,
    );
    return rows.map(row => ({
      jobId: row.job_id,
      objectId: Number(row.object_id),
      request: row.request,
    }));
  }

  /** Removes rows of jobs that finished long ago. */
  async prune(): Promise<void> {
    await this.pool.query(
      `DELETE FROM ${INTERNAL}.jobs
       WHERE status IN ('completed', 'failed') AND update_time < clock_timestamp() - $1 * interval '1 millisecond'`,
      [this.keepMs],
    );
  }
}
