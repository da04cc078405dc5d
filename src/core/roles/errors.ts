/** Errors of setting up database roles. */
import { CodedError } from '../../base/errors';

export const roleNameUnusable = (name: string, why: string) =>
  new CodedError('ROLE_NAME_UNUSABLE', `"${name}" cannot be a database role of yours: ${why}.`, {
    nextStep: 'Use a name of your own, such as myapp.',
  });

export const roleArnUnusable = (arn: string) =>
  new CodedError('ROLE_ARN_UNUSABLE', `"${arn}" is not the ARN of an IAM role or user.`, {
    nextStep: 'It looks like arn:aws:iam::123456789012:role/name.',
  });

export const grantUnreadable = (text: string) =>
  new CodedError('ROLE_GRANT_UNREADABLE', `"${text}" is no grant.`, {
    nextStep: 'Write it as accounts:SELECT,UPDATE, or with its schema: bank.accounts:SELECT.',
  });
