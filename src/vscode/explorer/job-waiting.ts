import * as vscode from 'vscode';
import { pause } from '../../base/abort';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { watchJob } from '../../core/sql/job-watch';
import { abortSignalOf } from '../commands/cancellation';
import { describeJob } from '../commands/job-progress';
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
          sleep: pause,
          onState: state => progress.report({ message: describeJob(state) }),
          signal,
        });
      });
      void vscode.window.showInformationMessage(describeJob(done));
    } finally {
      this.connections.catalogChanged(profile.id);
    }
  }
}
