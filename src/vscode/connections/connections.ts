import type * as vscode from 'vscode';
import type { Event } from '../../base/events';
import type { QueryResult } from '../../core/sql/database-port';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { SqlSession } from '../../core/sql/contract';

/**
 * The window's connections, as the explorer, the SQL editor and language help see them. One object, built in `extension.ts`. The local
 * cluster is always the first profile and is started on demand when something is asked of it.
 */
export interface Connections {
  /** In the user's order, the local cluster first. */
  readonly profiles: readonly ConnectionProfile[];
  /** The window's current target. */
  readonly current: ConnectionProfile;
  /** Profiles, the current one, or an editor's override changed. */
  readonly onDidChange: Event<void>;
  /** Something was done to the catalogue of a profile's cluster through this window (DDL, a finished job): caches are stale. */
  readonly onDidChangeCatalog: Event<{ profileId: string }>;
  /** Something was done to the data of a profile's cluster through this window: statements that write, the end of a transaction. */
  readonly onDidChangeData: Event<{ profileId: string }>;
  /** The profile a document runs against: its own override, else the current one. */
  profileFor(document: vscode.Uri | undefined): ConnectionProfile;
  profile(id: string): ConnectionProfile | undefined;
  /** Sets a document's own profile; undefined: it follows the current one again. */
  bindDocument(document: vscode.Uri, profileId: string | undefined): void;
  /** Whether the profile can be asked without starting anything: always for AWS, for the local cluster while it runs. */
  isReachable(profile: ConnectionProfile): boolean;
  /** Asks the user for a profile with a quick pick; undefined when given up. */
  pick(title: string): Promise<ConnectionProfile | undefined>;
  /** A session of one's own (an editor's); starts the local cluster if need be. The caller closes it. */
  openSession(profile: ConnectionProfile, signal?: AbortSignal): Promise<SqlSession>;
  /** A short read on a pooled connection: catalogue, jobs. Rows are text. Never starts the local cluster: rejects with `NOT_RUNNING`. */
  query(
    profile: ConnectionProfile,
    sql: string,
    params?: (string | null)[],
    signal?: AbortSignal,
  ): Promise<QueryResult>;
  /** To be called after DDL or a job's end. */
  catalogChanged(profileId: string): void;
  /** To be called after statements that may have written. */
  dataChanged(profileId: string): void;
}
