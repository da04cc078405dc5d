import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { RunPlan } from '../../core/stress/contract';
import { STRESS_FUNCTIONS } from '../../core/stress-view/form-plan';
import { costText } from '../../core/stress-view/cost-text';
import { callerLinesOn, type CallerOf } from '../aws/callers';
import type { LocalCluster } from '../cluster/local-cluster';
import type { Connections } from '../connections/connections';
import type { ChapterTarget, WorkshopServices } from '../ports';
import { stressErrors } from './errors';
import { askInDialog } from '../webviews/focused-view';

export interface StressTargetsContext {
  services: Pick<WorkshopServices, 'openTarget' | 'openProfileTarget'>;
  callerOf: CallerOf;
  cluster: Pick<LocalCluster, 'ensureRunning'>;
  connections: Pick<Connections, 'profile' | 'profiles'>;
}

/** Where runs go: the local cluster, started on demand, or a connection to AWS after a question about what it costs. */
export class StressTargets {
  constructor(private readonly context: StressTargetsContext) {}

  get profiles(): readonly ConnectionProfile[] {
    return this.context.connections.profiles;
  }

  /** Whose credentials a run would use. */
  get callerOf(): CallerOf {
    return this.context.callerOf;
  }

  /** Rejects with `STRESS_TARGET_UNKNOWN`, `STRESS_TARGET_READ_ONLY` or `STRESS_TARGET_USER`. */
  profile(id: string): ConnectionProfile {
    const profile = this.context.connections.profile(id);
    if (!profile) throw stressErrors.unknownTarget();
    if (profile.readOnly) throw stressErrors.readOnly(profile.name);
    if (profile.kind === 'aws' && profile.user !== 'admin') throw stressErrors.needsAdmin(profile.name, profile.user);
    return profile;
  }

  /** Asks before anything that costs money. @returns false when the user gave up. */
  async confirm(profile: ConnectionProfile, plans: readonly RunPlan[]): Promise<boolean> {
    if (profile.kind === 'local') return true;
    const text = costText(plans, profile.region);
    const most = Math.max(...plans.map(plan => plan.maxDurationSeconds));
    const start = vscode.l10n.t('Start Run');
    const question =
      profile.environment === 'production'
        ? vscode.l10n.t('Run a stress test against {0}, which is marked as production?', profile.name)
        : vscode.l10n.t('Run a stress test against {0} on AWS?', profile.name);
    const who = await callerLinesOn(profile, this.callerOf);
    const cost = `${text} ${vscode.l10n.t('Each run is stopped after {0} seconds at the latest.', most)}`;
    const detail = [...who, '', cost].join('\n');
    return (await askInDialog(question, { detail }, start)) === start;
  }

  /** Opens the target; close it after the runs. Rejects with `CANCELLED` when `signal` fires, with `STRESS_ROLE_MISSING` where a function has to be deployed. */
  async open(profile: ConnectionProfile, plans: readonly RunPlan[], signal: AbortSignal): Promise<ChapterTarget> {
    if (profile.kind === 'local')
      return this.context.services.openTarget(await this.context.cluster.ensureRunning(signal));
    const deploys = plans.some(
      ({ workload }) =>
        workload.type === 'lambda-transfer' &&
        (Object.values(STRESS_FUNCTIONS) as string[]).includes(workload.functionName),
    );
    if (deploys && !profile.lambdaRoleArn) throw stressErrors.needsRole(profile.name);
    return this.context.services.openProfileTarget(profile);
  }
}
