import type { Closeable } from '../../base/lifecycle';
import { Emitter } from '../../base/events';
import { LOCAL_PROFILE_ID, type ConnectionProfile } from '../../core/connections/connection-profile';
import type { LocalCluster } from '../cluster/local-cluster';
import type { ChapterTarget, WorkshopServices } from '../ports';
import { chapterErrors } from './chapter-errors';
import type { Memento } from './memento';

/** A target that was reached. */
export interface ReachedTarget extends Closeable {
  /** Names the cluster's data: progress belongs to it. */
  clusterId: string;
  ports: ChapterTarget['ports'];
  /** Whether it is still the same cluster. */
  isCurrent(): boolean;
}

/** What the choice of a target needs of the window's connections. */
export interface TargetProfiles {
  profile(id: string): ConnectionProfile | undefined;
}

const CHOICE = 'chapterTarget';
const LAST_CLUSTER = 'chapterCluster';

/** Where chapters run: the local cluster, or a connection the user chose. Remembered for the workspace. */
export class ChapterTargets {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private shown: string;

  constructor(
    readonly cluster: LocalCluster,
    private readonly profiles: TargetProfiles,
    private readonly services: Pick<WorkshopServices, 'openTarget' | 'openProfileTarget'>,
    private readonly memento: Memento,
  ) {
    this.shown = JSON.stringify(this.current);
  }

  /** The chosen connection; the local cluster when it is gone or may not be used any more. */
  get current(): ConnectionProfile {
    const id = this.memento.get(CHOICE);
    const chosen = typeof id === 'string' ? this.profiles.profile(id) : undefined;
    const local = this.profiles.profile(LOCAL_PROFILE_ID);
    if (chosen && !refusal(chosen)) return chosen;
    if (!local) throw new Error('the local cluster is always among the profiles');
    return local;
  }

  /** @throws CodedError `CHAPTER_TARGET_REFUSED` for one where chapters must not run. */
  async choose(profile: ConnectionProfile): Promise<void> {
    const refused = refusal(profile);
    if (refused) throw refused;
    await this.memento.update(CHOICE, profile.id);
    this.profilesChanged();
  }

  /** The cluster whose progress is shown while none is reached. */
  get lastClusterId(): string {
    const { kind, host } = this.current;
    if (kind === 'aws') return host;
    const last = this.memento.get(LAST_CLUSTER);
    return typeof last === 'string' ? last : LOCAL_PROFILE_ID;
  }

  /** Whether it can be reached without starting anything. */
  get isReachable(): boolean {
    return this.current.kind === 'aws' || this.cluster.state.name === 'running';
  }

  /** Opens the target, starting the local cluster if need be. */
  async reach(signal: AbortSignal): Promise<ReachedTarget> {
    const profile = this.current;
    const refused = refusal(profile);
    if (refused) throw refused;
    if (profile.kind === 'aws') {
      const target = await this.services.openProfileTarget(profile);
      const same = JSON.stringify(profile);
      return {
        clusterId: profile.host,
        ports: target.ports,
        isCurrent: () => JSON.stringify(this.current) === same,
        close: () => target.close(),
      };
    }
    const info = await this.cluster.ensureRunning(signal);
    const target = await this.services.openTarget(info);
    if (this.memento.get(LAST_CLUSTER) !== info.clusterId) await this.memento.update(LAST_CLUSTER, info.clusterId);
    return {
      clusterId: info.clusterId,
      ports: target.ports,
      isCurrent: () => {
        const { state } = this.cluster;
        return this.current.kind === 'local' && state.name === 'running' && state.info === info;
      },
      close: () => target.close(),
    };
  }

  /** Connections were changed or removed: the chosen one may be another now. */
  profilesChanged(): void {
    const now = JSON.stringify(this.current);
    if (now === this.shown) return;
    this.shown = now;
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Why chapters must not run there: they create, fill and drop tables, roles and functions. */
export function refusal(profile: ConnectionProfile) {
  if (profile.kind === 'local') return undefined;
  if (profile.environment === 'production') return chapterErrors.productionTarget(profile.name);
  if (profile.readOnly) return chapterErrors.readOnlyTarget(profile.name);
  if (profile.user !== 'admin') return chapterErrors.notAdminTarget(profile.name, profile.user);
  if (profile.lambdaRoleArn === undefined) return chapterErrors.roleMissing(profile.name);
  return undefined;
}
