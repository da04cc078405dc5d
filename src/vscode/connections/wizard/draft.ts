import type { ConnectionProfile } from '../../../core/connections/connection-profile';
import { parseConnectionText, type PastedConnection } from '../../../core/connections/pasted/parse';

/** A profile in the making. */
export type Draft = Partial<Omit<ConnectionProfile, 'kind'>> & {
  /** The cluster id, where nothing but it was given: then the Region is asked for. */
  bareId?: string;
};

/** Takes over what a pasted text says; what it does not say stays. @throws what `parseConnectionText` throws. */
export function applyText(draft: Draft, text: string): void {
  if (text.trim() === draft.host) return;
  const pasted: PastedConnection = parseConnectionText(text);
  const { host, region, clusterId, port, hostaddr, user, awsProfile, schema } = pasted;
  Object.assign(draft, { host, bareId: host === undefined ? clusterId : undefined, port: port ?? 5432 });
  // a region of an id alone is asked for, the former answer shown
  if (region !== undefined) draft.region = region;
  // an authority and an address belong to the endpoint they were given for
  delete draft.caFile;
  delete draft.hostaddr;
  if (hostaddr !== undefined) draft.hostaddr = hostaddr;
  if (user !== undefined) draft.user = user;
  if (awsProfile !== undefined) draft.awsProfile = awsProfile;
  if (schema !== undefined) draft.schema = schema;
}

/** A name to begin with: the AWS profile or user, and the start of the cluster's id. */
export function suggestName(draft: Draft): string {
  const id = (draft.host ?? '').split('.')[0]?.slice(0, 6) ?? '';
  const who = draft.awsProfile ?? (draft.user === 'admin' ? undefined : draft.user);
  return [who, id].filter(Boolean).join(' ');
}
