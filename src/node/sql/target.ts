import type { ConnectionAttempt } from '../../core/connections/connection-failure';
import type { KeyProvider } from '../target';

/** Everything one connection needs. The keys are asked for when a token is minted. */
export interface SqlAddress extends ConnectionAttempt {
  /** PEM file of a certificate authority; the system's list when undefined. */
  caFile?: string;
  credentials: KeyProvider;
}

/** What a new connection is set to, and an open one between two transactions. */
export interface SqlMode {
  readOnly: boolean;
  /** Put first in the search path. */
  schema?: string;
}

/** Where a session connects to: asked anew for each connection, because a local cluster moves and a profile is edited. */
export interface SqlSource {
  readonly profileId: string;
  /** Changes when an open connection is no longer the right one; undefined when the profile is gone. */
  identity(): string | undefined;
  mode(): SqlMode;
  /**
   * The address; starts the local cluster where that is allowed.
   * @param fresh the last credentials did not serve: read them again.
   */
  locate(fresh: boolean, signal: AbortSignal | undefined): Promise<SqlAddress>;
}
