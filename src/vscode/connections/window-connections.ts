import type * as vscode from 'vscode';
import { Emitter } from '../../base/events';
import type { Closeable } from '../../base/lifecycle';
import type { QueryResult } from '../../core/sql/database-port';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { SqlSession } from '../../core/sql/contract';
import type { LocalClusterInfo } from '../../protocol/local-cluster';
import type { LocalCluster } from '../cluster/local-cluster';
import type { WorkshopServices } from '../ports';
import { CatalogReads } from './catalog-reads';
import { connectionErrors } from './connection-errors';
import type { Connections } from './connections';
import { pickProfile } from './pick-profile';
import type { ProfileSettings } from './profile-settings';
import type { TargetState } from './target-state';

export interface WindowConnectionsContext {
  services: WorkshopServices;
  cluster: LocalCluster;
  settings: ProfileSettings;
  state: TargetState;
}

/** The window's connections: profiles of the settings with this workspace's switches over them, and what is open. */
export class WindowConnections implements Connections, Closeable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly catalog = new Emitter<{ profileId: string }>();
  readonly onDidChangeCatalog = this.catalog.event;
  private readonly data = new Emitter<{ profileId: string }>();
  readonly onDidChangeData = this.data.event;
  private readonly sessions = new Set<SqlSession>();
  private readonly reads = new Map<string, CatalogReads>();
  private readonly subscriptions: { dispose(): void }[];
  private closed = false;

  constructor(private readonly context: WindowConnectionsContext) {
    const { settings, state, cluster } = context;
    this.subscriptions = [
      settings.onDidChange(() => this.changed.fire()),
      state.onDidChange(() => this.changed.fire()),
      cluster.onDidChange(() => this.changed.fire()),
    ];
  }

  get profiles(): readonly ConnectionProfile[] {
    const { settings, state } = this.context;
    return settings.profiles.map(profile => {
      const readOnly = state.readOnly(profile.id) ?? profile.readOnly;
      return readOnly === profile.readOnly ? profile : { ...profile, readOnly };
    });
  }

  get current(): ConnectionProfile {
    const [local] = this.profiles;
    return this.profile(this.context.state.current) ?? (local as ConnectionProfile);
  }

  profile(id: string): ConnectionProfile | undefined {
    return this.profiles.find(profile => profile.id === id);
  }

  profileFor(document: vscode.Uri | undefined): ConnectionProfile {
    const own = document && this.context.state.document(document.toString());
    return (own === undefined ? undefined : this.profile(own)) ?? this.current;
  }

  bindDocument(document: vscode.Uri, profileId: string | undefined): void {
    this.context.state.setDocument(document.toString(), profileId);
  }

  isReachable(profile: ConnectionProfile): boolean {
    return profile.kind === 'aws' || this.context.cluster.state.name === 'running';
  }

  async pick(title: string): Promise<ConnectionProfile | undefined> {
    const choice = await pickProfile(this.profiles, { title, selectedId: this.current.id });
    return choice?.kind === 'profile' ? choice.profile : undefined;
  }

  async openSession(profile: ConnectionProfile, signal?: AbortSignal): Promise<SqlSession> {
    if (profile.kind === 'local') await this.context.cluster.ensureRunning(signal);
    const session = await this.createSession(profile.id, aborted => this.context.cluster.ensureRunning(aborted));
    this.sessions.add(session);
    const close = session.close.bind(session);
    session.close = () => {
      this.sessions.delete(session);
      return close();
    };
    return session;
  }

  query(
    profile: ConnectionProfile,
    sql: string,
    params?: (string | null)[],
    signal?: AbortSignal,
  ): Promise<QueryResult> {
    if (!this.isReachable(profile)) return Promise.reject(connectionErrors.notRunning());
    let reads = this.reads.get(profile.id);
    if (!reads) {
      reads = new CatalogReads(() => this.createSession(profile.id, () => this.runningCluster()));
      this.reads.set(profile.id, reads);
    }
    return reads.query(sql, params, signal);
  }

  catalogChanged(profileId: string): void {
    this.catalog.fire({ profileId });
  }

  dataChanged(profileId: string): void {
    this.data.fire({ profileId });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const subscription of this.subscriptions) subscription.dispose();
    const open: Closeable[] = [...this.sessions, ...this.reads.values()];
    this.sessions.clear();
    this.reads.clear();
    await Promise.allSettled(open.map(each => each.close()));
    this.changed.dispose();
    this.catalog.dispose();
    this.data.dispose();
  }

  private createSession(
    profileId: string,
    localCluster: (signal: AbortSignal | undefined) => Promise<LocalClusterInfo>,
  ): Promise<SqlSession> {
    if (this.closed) return Promise.reject(connectionErrors.closed());
    return this.context.services.createSqlSession(profileId, {
      profile: () => this.profile(profileId),
      localCluster,
      localIdentity: () => {
        const { state } = this.context.cluster;
        return state.name === 'running' ? `${state.info.endpoint}:${state.info.port} ${state.info.pid}` : '';
      },
    });
  }

  private runningCluster(): Promise<LocalClusterInfo> {
    const { state } = this.context.cluster;
    return state.name === 'running' ? Promise.resolve(state.info) : Promise.reject(connectionErrors.notRunning());
  }
}
