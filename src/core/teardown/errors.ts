import { CodedError } from '../../base/errors';
import type { FoundResource } from './contract';

const place = (region: string): string => (region === 'global' ? '' : ` in ${region}`);

/** What goes wrong in a teardown, and what to do about it. `action` is IAM's name of what was asked, `dsql:DeleteCluster`. */
export const teardownErrors = {
  cancelled: () => new CodedError('CANCELLED', 'cancelled'),
  accessDenied: (action: string, message: string, cause: unknown) =>
    new CodedError('TEARDOWN_ACCESS_DENIED', `AWS refused ${action}: ${message}`, {
      cause,
      nextStep: `Allow ${action} in the IAM policy of these credentials (dsql-workshop policy --command teardown prints one), then run the teardown again.`,
      details: { action },
    }),
  credentials: (message: string, cause: unknown) =>
    new CodedError('TEARDOWN_CREDENTIALS', `no valid AWS credentials: ${message}`, {
      cause,
      nextStep: 'Sign in (aws sso login, or aws configure) with the profile you chose, then run the teardown again.',
    }),
  throttled: (action: string, message: string, cause: unknown) =>
    new CodedError('TEARDOWN_THROTTLED', `too many requests for ${action}, also after waiting: ${message}`, {
      cause,
      nextStep: 'Wait some minutes, then run the teardown again: it goes on where it stopped.',
    }),
  conflict: (action: string, message: string, cause: unknown) =>
    new CodedError('TEARDOWN_CONFLICT', `${action} is not possible now: ${message}`, {
      cause,
      nextStep: 'Wait until what is under way there has ended, then run the teardown again.',
    }),
  refused: (action: string, message: string, cause: unknown) =>
    new CodedError('TEARDOWN_REFUSED', `AWS did not accept ${action}: ${message}`, {
      cause,
      nextStep: 'Do what the message says, or remove it in the console.',
    }),
  service: (action: string, message: string, cause: unknown) =>
    new CodedError('TEARDOWN_SERVICE_FAILED', `${action} failed in AWS: ${message}`, {
      cause,
      nextStep: 'Run the teardown again later: it goes on where it stopped.',
    }),
  unreachable: (action: string, region: string, message: string, cause: unknown) =>
    new CodedError('TEARDOWN_UNREACHABLE', `${action}${place(region)} got no answer: ${message}`, {
      cause,
      nextStep: 'Check the Region’s name and the way to the Internet, then run the teardown again.',
    }),
  notOurs: ({ name }: FoundResource) =>
    new CodedError('TEARDOWN_NOT_OURS', `${name} does not carry the tag created-by=dsql-workshop any more`, {
      nextStep: 'Nothing of it was changed. Name it by its ARN if it is to go all the same.',
    }),
  deletionFailed: ({ name, region }: FoundResource, reason: string) =>
    new CodedError('TEARDOWN_DELETION_FAILED', `deleting ${name}${place(region)} ended without success: ${reason}`, {
      nextStep: 'Remove what the reason names, then run the teardown again.',
    }),
  slow: ({ name, region }: FoundResource, minutes: number) =>
    new CodedError('TEARDOWN_SLOW', `${name}${place(region)} is still there after ${minutes} min`, {
      nextStep: 'Its deletion goes on in AWS by itself: run the teardown again to see what is left.',
    }),
  peerFailed: ({ name }: FoundResource) =>
    new CodedError('TEARDOWN_PEER_FAILED', `${name} waits for its peer, which could not be deleted`, {
      nextStep: 'Remove what keeps the peer, then run the teardown again.',
    }),
  before: ({ name }: FoundResource, needed: string) =>
    new CodedError('TEARDOWN_SKIPPED', `${name} was left, because ${needed} is still there`, {
      nextStep: 'Remove what keeps that, then run the teardown again.',
    }),
  failed: (message: string, cause: unknown) =>
    new CodedError('TEARDOWN_FAILED', message, { cause, nextStep: 'Run the teardown again.' }),
};
