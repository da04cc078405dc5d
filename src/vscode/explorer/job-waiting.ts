import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { watchJob, type JobState } from '../../core/sql/job-watch';
import { abortSignalOf } from '../commands/cancellation';
import type { Connections } from '../connections/connections';

/** Waits for one job with a progress that says where it is. */
export class JobWaiting {
  constructor(private readonly connections: Connections) {}

  /** Rejects with JOB_FAILED and the service's reason when it fails. */
  async wait(profile: ConnectionProfile, jobId: string): Promise<void> {
    const { l10n } = vscode;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Waiting for a job on {0}', profile.name),
      cancellable: true,
    };
    try {
      const done = await vscode.window.withProgress(options, (progress, token) => {
        const signal = abortSignalOf(token);
        return watchJob(jobId, {
          query: (sql, params) => this.connections.query(profile, sql, params, signal),
          sleep,
          onState: state => progress.report({ message: describe(state) }),
          signal,
        });
      });
      void vscode.window.showInformationMessage(describe(done));
    } finally {
      this.connections.catalogChanged(profile.id);
    }
  }
}

const describe = ({ type, object, status, jobId }: JobState): string => `${type} ${object ?? jobId}: ${status}`;

/** Ends early, without an error, when the signal comes: whoever waits looks at it next. */
function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}
