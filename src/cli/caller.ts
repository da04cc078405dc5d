import { callerLines, type AccountOf, type Caller } from '../core/aws/caller';
import { placesOfArn } from '../core/aws/arns';
import { roleAccount } from '../core/aws/preflight';
import { requireAwsProfile } from '../node/connections/aws-profiles';
import { Callers } from '../node/connections/callers';
import { profileCredentials } from '../node/connections/credentials';
import type { Target } from '../node/target';

/** Whose credentials a command uses on a target, asked of STS; what stands in the way is told, and never thrown. */
export const callerOn = ({ credentials, region }: Target, signal?: AbortSignal): Promise<Caller> =>
  new Callers().of(credentials.admin, region, signal);

/** For people, before a command that calls AWS; nothing for the local cluster. Rejects with `CANCELLED`. */
export async function callerLinesOn(target: Target, signal?: AbortSignal): Promise<string[]> {
  if (target.kind === 'local') return [];
  return callerLines(await callerOn(target, signal), roleAccount(placesOfArn(target.lambda.roleArn)));
}

/** The same of a profile of the shared AWS configuration, which has to be there; the default credentials when undefined. */
export const callerLinesOf = async (
  awsProfile: string | undefined,
  region: string | undefined,
  owner?: AccountOf,
): Promise<string[]> => {
  await requireAwsProfile(awsProfile);
  const where = region ?? 'us-east-1';
  return callerLines(await new Callers().of(profileCredentials(awsProfile, where), where), owner);
};
