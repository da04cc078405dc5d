import * as vscode from 'vscode';
import { pause } from '../../base/abort';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { watchJob } from '../../core/sql/job-watch';
import { inProgress } from '../commands/in-progress';
import { describeJob } from '../commands/job-progress';
import type { Connections } from '../connections/connections';

/** Waits for one job with a progress that says where it is. */
export class JobWaiting {
  constructor(private readonly connections: Connections) {}

  /** Rejects with JOB_FAILED and the service's reason when it fails. */
  async wait(profile: ConnectionProfile, jobId: string): Promise<void> {
    try {
      const done = await inProgress(vscode.l10n.t('Waiting for a job on {0}', profile.name), (say, signal) =>
        watchJob(jobId, {
          query: (sql, params) => this.connections.query(profile, sql, params, signal),
          sleep: pause,
          onState: state => say(describeJob(state)),
          signal,
        }),
      );
      void vscode.window.showInformationMessage(describeJob(done));
    } finally {
      this.connections.catalogChanged(profile.id);
    }
  }
}
