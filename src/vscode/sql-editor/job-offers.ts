import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { JobWaiting } from '../commands/job-waiting';
import type { ErrorReporter } from '../errors';
import { sqlSettings } from './sql-settings';

/** Offers to wait for the asynchronous jobs that a script has started, and waits as the setting says. */
export class JobOffers {
  constructor(
    private readonly jobs: JobWaiting,
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

  private wait(profile: ConnectionProfile, jobIds: readonly string[], signal?: AbortSignal): Promise<void> {
    const tellEnd = (text: string): void => void vscode.window.setStatusBarMessage(`$(pass) ${text}`, 8_000);
    return this.jobs.wait(profile, jobIds, tellEnd, signal);
  }
}
