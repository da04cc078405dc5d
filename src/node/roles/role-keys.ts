import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { iamRoleArn } from '../../core/connections/iam-role-arn';
import { controlRequests } from '../aws-requests';
import { callerIdentity } from '../connections/caller-identity';
import { plainMessage } from '../network-errors';
import type { ClusterTarget, KeyProvider } from '../target';

/** Keys of an identity, or why they cannot be had. */
export type RoleKeys = { keys: KeyProvider } | { reason: string };

/**
 * Keys with which a token of the identity can be signed: the target's own where it is one of them, else those of the role, assumed by the
 * user's. On the local cluster nothing is asked of AWS.
 */
export async function roleKeys(target: ClusterTarget, arn: string, signal: AbortSignal): Promise<RoleKeys> {
  const { credentials, arns = {}, region } = target;
  if (arns.lambda === arn && credentials.lambda) return { keys: credentials.lambda };
  if (arns.admin === arn) return { keys: credentials.admin };
  if (target.kind === 'local') return { reason: 'the local cluster has keys of its own two identities only' };
  const caller = await callerIdentity(credentials.admin, region, signal).catch(() => undefined);
  if (caller && iamRoleArn(caller.arn) === iamRoleArn(arn)) return { keys: credentials.admin };
  if (!/:role\//.test(arn)) return { reason: 'the keys of an IAM user are theirs alone' };
  const assumed = fromTemporaryCredentials({
    masterCredentials: credentials.admin,
    params: { RoleArn: arn, RoleSessionName: 'dsql-workshop' },
    clientConfig: { region, requestHandler: controlRequests() },
  });
  try {
    await assumed();
    return { keys: () => assumed() };
  } catch (error) {
    return { reason: `the role cannot be assumed from here (${plainMessage(error as Error)})` };
  }
}
