import * as vscode from 'vscode';
import { callerLines, type Caller } from '../../core/aws/caller';
import { placesOfConnection, roleAccount } from '../../core/aws/preflight';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { inProgress } from '../commands/in-progress';
import type { WorkshopServices } from '../ports';

/** Which credentials are meant. */
export interface MeantCredentials {
  /** The default chain's when undefined. */
  awsProfile?: string;
  /** Where STS is asked. */
  region?: string;
  /** Reads them anew; else those that connections use already. */
  fresh?: boolean;
}

/** Whose credentials a command would use, asked before its dialog opens. Rejects with a cancellation when the user gives up waiting. */
export type CallerOf = (credentials: MeantCredentials) => Thenable<Caller>;

/** Asks by the services, with progress and cancel. */
export const createCallerOf =
  (services: Pick<WorkshopServices, 'callerOf'>): CallerOf =>
  ({ awsProfile, region = 'us-east-1', fresh = false }) =>
    inProgress(vscode.l10n.t('Asking AWS whose credentials these are…'), (_, signal) =>
      services.callerOf(awsProfile, region, signal, fresh),
    );

/** For people, before something is done on a connection's cluster; nothing for the local one. */
export const callerLinesOn = async (profile: ConnectionProfile, callerOf: CallerOf): Promise<string[]> =>
  profile.kind === 'local' ? [] : callerLines(await callerOf(profile), roleAccount(placesOfConnection(profile)));
