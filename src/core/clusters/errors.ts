import { CodedError } from '../../base/errors';
import type { ClusterDescription } from './contract';

/** What went wrong with the control plane, and what to do about it. */
export const clusterErrors = {
  accessDenied: (message: string, action: string, cause: unknown) =>
    new CodedError('CLUSTER_ACCESS_DENIED', `AWS refused ${action}: ${message}`, {
      cause,
      nextStep: `Allow ${action} in the IAM policy of the profile, or choose another AWS profile.`,
    }),
  credentials: (message: string, cause: unknown) =>
    new CodedError('CLUSTER_CREDENTIALS', `no valid AWS credentials: ${message}`, {
      cause,
      nextStep: 'Sign in (aws sso login, or aws configure) with the profile you chose, then try again.',
    }),
  quota: (message: string, cause: unknown) =>
    new CodedError('CLUSTER_QUOTA', `the quota is used up: ${message}`, {
      cause,
      nextStep:
        'Delete a cluster that is no longer needed, or ask for more in Service Quotas (20 clusters, 5 multi-Region).',
    }),
  missing: (identifier: string, region: string, cause: unknown) =>
    new CodedError('CLUSTER_MISSING', `there is no cluster ${identifier} in ${region}`, {
      cause,
      nextStep: 'It may be deleted already, or be in another Region or account.',
    }),
  busy: (message: string, cause: unknown) =>
    new CodedError('CLUSTER_BUSY', `the cluster cannot do this now: ${message}`, {
      cause,
      nextStep: 'Wait until it is ACTIVE, then try again.',
    }),
  throttled: (message: string, cause: unknown) =>
    new CodedError('CLUSTER_THROTTLED', `too many requests: ${message}`, {
      cause,
      nextStep: 'Wait a minute, then try again.',
    }),
  invalid: (message: string, cause: unknown) =>
    new CodedError('CLUSTER_REQUEST_INVALID', `AWS did not accept the request: ${message}`, {
      cause,
      nextStep: 'Correct what the message names: not every pair of Regions and witness can be peered.',
    }),
  unreachable: (action: string, region: string, message: string, cause: unknown) =>
    new CodedError('CLUSTER_API_UNREACHABLE', `${apiOf(action)} of ${region} cannot be reached: ${message}`, {
      cause,
      nextStep: 'Check the Region’s name and this machine’s way to the Internet, then try again.',
    }),
  failed: (action: string, message: string, cause: unknown) =>
    new CodedError('CLUSTER_CALL_FAILED', `${apiOf(action)} answered: ${message}`, {
      cause,
      nextStep: 'Try again later.',
    }),
  /** What would make a cluster got no answer, each time it was sent. */
  createdPerhaps: (name: string, region: string, cause: CodedError) =>
    new CodedError('CLUSTER_CREATED_PERHAPS', `it is not known whether “${name}” was created: ${cause.message}`, {
      cause,
      nextStep: `${stepOf(cause)}Look first whether it is there: dsql-workshop cluster list --region ${region}`,
    }),
  cancelled: () => new CodedError('CANCELLED', 'cancelled'),
  notActive: (cluster: Pick<ClusterDescription, 'identifier' | 'region' | 'status'>) =>
    new CodedError(
      'CLUSTER_NOT_ACTIVE',
      `the cluster ${cluster.identifier} in ${cluster.region} is ${cluster.status}`,
      {
        nextStep: 'Look at it in the console; delete it if it stays so.',
      },
    ),
  slow: (identifiers: readonly string[], timeoutMs: number) =>
    new CodedError('CLUSTER_SLOW', `not ready after ${Math.round(timeoutMs / 60_000)} min: ${identifiers.join(', ')}`, {
      nextStep: 'It goes on by itself: look again later in the list of clusters.',
    }),
  /** It was created, and then not seen to become ACTIVE: it is there, and named. */
  createdUnseen: (cluster: { identifier: string; region: string }, cause: unknown) =>
    new CodedError(
      'CLUSTER_CREATED_UNSEEN',
      `the cluster ${cluster.identifier} in ${cluster.region} was created, and then: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        nextStep: `${stepOf(cause)}It goes on being made by itself: look later in the list of clusters, or delete it there if it is not wanted.`,
        details: { left: [cluster] },
      },
    ),
  /** A set was begun and could not be finished: names what exists, because it costs money or blocks a name. */
  halfMade: (made: readonly Pick<ClusterDescription, 'identifier' | 'region'>[], cause: unknown) =>
    new CodedError(
      'CLUSTER_SET_HALF_MADE',
      `the multi-Region set was not completed: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        nextStep: `${stepOf(cause)}Left behind: ${made.map(({ identifier, region }) => `${identifier} in ${region}`).join(', ')}. Delete each, or finish the peering by hand: aws dsql update-cluster --multi-region-properties.`,
        details: { left: made.map(({ identifier, region }) => ({ identifier, region })) },
      },
    ),
  /** A deletion was begun and not brought to its end: names what is there, and what it has lost of its protection. */
  halfDeleted: (
    members: readonly { identifier: string; region: string; state: 'there' | 'unprotected' | 'going' }[],
    cause: unknown,
  ) =>
    new CodedError(
      'CLUSTER_HALF_DELETED',
      `${members.map(({ identifier }) => identifier).join(' and ')} ${members.length > 1 ? 'are' : 'is'} not deleted, or not seen to be: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        nextStep: `${stepOf(cause)}${members.map(({ identifier, region, state }) => `${identifier} in ${region} ${HOW_LEFT[state]}`).join('; ')}.`,
        details: { members: [...members] },
      },
    ),
};

const apiOf = (action: string): string => (action.startsWith('dsql:') ? 'the DSQL API' : 'CloudWatch');

const HOW_LEFT = {
  there: 'is there, as it was',
  unprotected: 'is there, and its deletion protection is off now',
  going: 'is being deleted: that goes on in AWS by itself',
} as const;

/** What to do about the cause, before what follows from it. */
const stepOf = (cause: unknown): string => (cause instanceof CodedError && cause.nextStep ? `${cause.nextStep} ` : '');
