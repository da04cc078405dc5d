import * as vscode from 'vscode';
import { pause } from '../../base/abort';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { watchJob } from '../../core/sql/job-watch';
import { inProgress } from '../commands/in-progress';
import { describeJob } from '../commands/job-progress';
import type { Connections } from '../connections/connections';
import type { ErrorReporter } from '../errors';
import { sqlSettings } from './sql-settings';

/** Offers to wait for asynchronous jobs, and waits with their live state from sys.jobs. */
export class JobWaiter {
  constructor(
    private readonly connections: Connections,
    private readonly errors: ErrorReporter,
  ) {}

  /** For jobs at a script's end: nothing is held up. */
  offer(profile: ConnectionProfile, jobIds: readonly string[], document?: vscode.Uri): void {
    this.errors.inBackground(this.offerLater(profile, jobIds, document));
  }

  /**
   * For jobs that later statements of a script may depend on: asks, and waits if wanted. @returns `always` when the user wants no
   * further question in this script.
   */
  async beforeGoingOn(
    profile: ConnectionProfile,
    jobIds: readonly string[],
    document: vscode.Uri | undefined,
    signal: AbortSignal,
    alreadyAlways: boolean,
  ): Promise<'always' | undefined> {
    const { l10n } = vscode;
    const setting = sqlSettings(document).waitForJobs;
    if (setting === 'never') return undefined;
    if (setting === 'always' || alreadyAlways) {
      await this.wait(profile, jobIds, signal);
      return 'always';
    }
    const items = [
      {
        label: `$(watch) ${l10n.t('Wait for It')}`,
        description: l10n.t('then go on with the script'),
        answer: 'wait' as const,
      },
      {
        label: `$(watch) ${l10n.t('Wait for Every Job')}`,
        description: l10n.t('of this script, without asking again'),
        answer: 'always' as const,
      },
      {
        label: `$(debug-step-over) ${l10n.t('Do Not Wait')}`,
        description: l10n.t('go on while it is being built'),
        answer: 'no' as const,
      },
    ];
    const title = l10n.t('Job {0} was started', jobIds.join(', '));
    const placeHolder = l10n.t('Until it is done, its index or constraint is not valid');
    const answer = (await vscode.window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true }))?.answer;
    if (answer === 'no' || answer === undefined) return undefined;
    await this.wait(profile, jobIds, signal);
    return answer === 'always' ? 'always' : undefined;
  }

  private async offerLater(
    profile: ConnectionProfile,
    jobIds: readonly string[],
    document?: vscode.Uri,
  ): Promise<void> {
    const { l10n } = vscode;
    const setting = sqlSettings(document).waitForJobs;
    if (setting === 'never') return;
    const wait = l10n.t('Wait for It');
    const text = l10n.t(
      'Job {0} was started: until it is done, its index or constraint is not valid.',
      jobIds.join(', '),
    );
    if (setting === 'always' || (await vscode.window.showInformationMessage(text, wait)) === wait)
      await this.wait(profile, jobIds);
  }

  /** Waits for all of them. What fails is shown; nothing is thrown. */
  private async wait(profile: ConnectionProfile, jobIds: readonly string[], outer?: AbortSignal): Promise<void> {
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
          vscode.window.setStatusBarMessage(`$(pass) ${describeJob(done)}`, 8_000);
        } catch (error) {
          this.errors.show(error);
        }
      }
    });
    this.connections.catalogChanged(profile.id);
  }
}
