import { CodedError } from '../../base/errors';
import type { Action, ChapterPorts, StepResult } from './contract';
import { cancelled } from './errors';
import { table, type Stage } from './stage';

const POLL_INTERVAL_MS = 250;

/** Polls sys.jobs rather than calling sys.wait_for_job: that call may not outlive a transaction's five minutes. */
export async function waitForJobs(
  action: Extract<Action, { type: 'wait-for-jobs' }>,
  { ports, progress, signal }: Stage,
): Promise<StepResult> {
  const deadline = Date.now() + action.timeoutSeconds * 1000;
  for (const index of action.indexes) {
    for (;;) {
      const job = await latestBuild(index, ports, signal);
      if (job?.status === 'completed') break;
      if (job?.status === 'failed') {
        throw new CodedError('JOB_FAILED', `building ${index} failed: ${job.details}`, {
          nextStep: `The index stays behind invalid. Remove it with DROP INDEX ${index}, then create it again.`,
        });
      }
      if (Date.now() > deadline) {
        throw new CodedError(
          'JOB_TIMEOUT',
          `${index} is still ${job?.status ?? 'not submitted'} after ${action.timeoutSeconds} s`,
          {
            nextStep: "Look at SELECT * FROM sys.jobs, and run the step's check later.",
          },
        );
      }
      progress({ text: `${index}: ${job?.status ?? 'submitted'}` });
      await pause(POLL_INTERVAL_MS, signal);
    }
  }
  const jobs = await ports.database.query(
    "SELECT job_id, status, job_type, object_name, details FROM sys.jobs WHERE job_type = 'INDEX_BUILD' ORDER BY start_time",
    { signal },
  );
  return table(jobs);
}

async function latestBuild(
  index: string,
  ports: ChapterPorts,
  signal: AbortSignal,
): Promise<{ status: string; details: string } | undefined> {
  const { rows } = await ports.database.query(
    `SELECT status, coalesce(details, '') FROM sys.jobs
      WHERE job_type = 'INDEX_BUILD' AND (object_name = $1 OR object_name LIKE '%.' || $1)
      ORDER BY start_time DESC LIMIT 1`,
    { params: [index], signal },
  );
  const [row] = rows;
  return row && { status: row[0] ?? '', details: row[1] ?? '' };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
