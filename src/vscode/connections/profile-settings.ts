import * as vscode from 'vscode';
import { Emitter } from '../../base/events';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { localProfile } from '../../core/connections/local-profile';

/** The profiles of the user's settings, the local cluster first. */
export class ProfileSettings implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  readonly profiles: readonly ConnectionProfile[] = [localProfile(vscode.l10n.t('Local cluster'))];

  dispose(): void {
    this.changed.dispose();
  }
}
