import * as vscode from 'vscode';
import { pause } from '../../base/abort';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { watchJob, type JobState } from '../../core/sql/job-watch';
import type { Connections } from '../connections/connections';
import type { ErrorReporter } from '../errors';
import { inProgress } from './in-progress';

/** Waits for asynchronous jobs with a progress that tells their live state from sys.jobs. */
export class JobWaiting {
  constructor(
    private readonly connections: Connections,
    private readonly errors: ErrorReporter,
  ) {}

  /**
   * Waits for all of them, one after the other. What fails is shown; nothing is thrown.
   * @param tellEnd is given one line for each that completed.
   * @param outer ends it as the progress's own button does.
   */
  async wait(
    profile: ConnectionProfile,
    jobIds: readonly string[],
    tellEnd: (text: string) => void,
    outer?: AbortSignal,
  ): Promise<void> {
    await inProgress(vscode.l10n.t('Waiting for a job on {0}', profile.name), async (say, own) => {
      const signal = outer ? AbortSignal.any([own, outer]) : own;
      for (const jobId of jobIds) {
        try {
          const done = await watchJob(jobId, {
            query: (sql, params) => this.connections.query(profile, sql, params, signal),
            sleep: pause,
            onState: state => say(describeJob(state)),
            signal,
          });
          tellEnd(describeJob(done));
        } catch (error) {
          this.errors.show(error);
        }
      }
    });
    this.connections.catalogChanged(profile.id);
  }
}

/** One line of a job's state. */
const describeJob = ({ type, object, status, jobId }: JobState): string => `${type} ${object ?? jobId}: ${status}`;
