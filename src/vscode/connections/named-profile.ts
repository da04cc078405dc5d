import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { Connections } from './connections';

/** The connection that a command's argument names, by its id or as a row of a tree by its `profileId`; or what a view kept of itself. */
export function namedProfile(
  connections: Pick<Connections, 'profile'>,
  argument: unknown,
): ConnectionProfile | undefined {
  const id =
    typeof argument === 'object' && argument !== null ? (argument as { profileId?: unknown }).profileId : argument;
  return typeof id === 'string' ? connections.profile(id) : undefined;
}
