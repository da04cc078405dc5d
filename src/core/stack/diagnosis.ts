/**
 * What the CDK CLI's output means when it fails. The CLI has no codes of its own: its texts, recorded with aws-cdk 2.1148.1, are matched
 * (test/fixtures/stack); what is not known is shown as it is.
 */
import { CodedError } from '../../base/errors';
import type { StackAction } from './contract';

interface Diagnosis {
  code: string;
  pattern: RegExp;
  /** Groups of the pattern, in order. */
  message(groups: readonly string[]): string;
  nextStep(groups: readonly string[]): string;
}

const DIAGNOSES: readonly Diagnosis[] = [
  {
    code: 'STACK_NOT_BOOTSTRAPPED',
    pattern:
      /bootstrap\/\S+ not found(?: in (aws:\/\/\S+?))?\. Has the environment been bootstrapped|requires bootstrap stack version/,
    message: ([where]) => `the CDK has not been set up in ${where || 'this account and Region'} yet`,
    nextStep: ([where]) =>
      `Once for each account and Region, in infra/cdk: npx cdk bootstrap${where ? ` ${where}` : ''}; then again.`,
  },
  {
    code: 'STACK_CREDENTIALS_EXPIRED',
    pattern:
      /ExpiredToken|(?:security token included in the request|SSO session|[Tt]oken)[^\n]{0,80}(?:is|has) expired/,
    message: () => 'the AWS credentials have expired',
    nextStep: () => 'Renew them, for example: aws sso login; then again.',
  },
  {
    code: 'STACK_NO_CREDENTIALS',
    pattern:
      /Unable to resolve AWS account|no credentials have been configured|Could not load credentials|Unable to load credentials|could not be found in shared configuration|config profile [^\n]* could not be found|(?:InvalidClientTokenId|UnrecognizedClientException)/,
    message: () => 'there are no AWS credentials that work',
    nextStep: () =>
      'Log in (aws sso login) or name a profile of ~/.aws/config with --profile; aws sts get-caller-identity tells who you are.',
  },
  {
    code: 'STACK_DELETION_PROTECTED',
    pattern: /[Dd]eletion protection is enabled|deletion protection/,
    message: () =>
      'the cluster is protected against deletion, so the stack cannot be destroyed; nothing of the cluster is lost',
    nextStep: () =>
      'If it is to go: aws dsql update-cluster --identifier <id> --no-deletion-protection-enabled, then destroy the stack again.',
  },
  {
    code: 'STACK_NAME_TAKEN',
    pattern: /(?:"|message: )([^"\n]*already exists?[^"\n]*)/,
    message: ([reason]) => `something of this name is there already: ${(reason ?? '').replace(/ \(Service:.*$/, '')}`,
    nextStep: () =>
      'Delete it, or give your stack a name and prefix of its own (--stack-name, --function-prefix). A function that a chapter deployed goes with: dsql-workshop remove-function; a log group with: aws logs delete-log-group.',
  },
  {
    code: 'STACK_IN_FAILED_STATE',
    pattern: /is in (?:state )?(?:a failed state|([A-Z_]*(?:ROLLBACK|FAILED)[A-Z_]*))(?: state)?/,
    message: ([state]) => `the stack is in a state that it does not leave by itself${state ? `: ${state}` : ''}`,
    nextStep: () =>
      'Look at its events in the CloudFormation console; then npx cdk rollback, or destroy the stack and deploy anew.',
  },
  {
    code: 'STACK_THROTTLED',
    pattern: /Throttling|Rate exceeded|TooManyRequestsException/,
    message: () => 'AWS takes no more requests for the moment',
    nextStep: () => 'Wait a minute and run it again: what was done stays done.',
  },
  {
    code: 'STACK_ACCESS_DENIED',
    pattern: /is not authorized to perform: (\S+)(?: on resource: (\S+))?|AccessDenied/,
    message: ([action, resource]) =>
      action
        ? `the credentials may not do ${action}${resource ? ` on ${resource}` : ''}`
        : 'AWS refused the request (access denied)',
    nextStep: () => 'The policy that it needs is told by: dsql-workshop policy --command deploy-stack',
  },
  {
    code: 'STACK_BUNDLER_MISSING',
    pattern: /npx canceled due to missing packages[^\n]*esbuild|esbuild cannot run locally|spawnSync docker ENOENT/,
    message: () => 'esbuild, which bundles the function, is not installed in your workshop folder',
    nextStep: () => 'In the workshop folder: npm install --save-dev esbuild; then again.',
  },
  {
    code: 'STACK_SOURCES_REFUSED',
    pattern: /[✘X] \[ERROR\] ([^\n]+)\s+(\S+:\d+:\d+)/,
    message: ([problem, place]) => `the function does not bundle: ${place}: ${problem}`,
    nextStep: () => 'Correct the line and run it again.',
  },
  {
    code: 'STACK_REGIONS_WRONG',
    pattern: /A two-Region database needs three different Regions/,
    message: () => 'two Regions and a witness are needed, all different',
    nextStep: () => 'For example: --region us-east-1 --second-region us-east-2 --witness-region us-west-2',
  },
];

/** Colours of a terminal are no part of a text. */
const withoutColours = (text: string): string =>
  text.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g'), '');

/** The error of a run that ended with anything but 0. */
export function diagnose(action: StackAction, output: string, exitCode: number | null): CodedError {
  const text = withoutColours(output);
  for (const { code, pattern, message, nextStep } of DIAGNOSES) {
    const match = pattern.exec(text);
    if (!match) continue;
    const groups = match.slice(1).map(group => group ?? '');
    return new CodedError(code, `cdk ${action}: ${message(groups)}`, {
      nextStep: nextStep(groups),
      details: { exitCode },
    });
  }
  const last = lastWords(text);
  return new CodedError('STACK_COMMAND_FAILED', `cdk ${action} failed${last ? `: ${last}` : ''}`, {
    nextStep: 'Read what it printed above.',
    details: { exitCode },
  });
}

/** The line that tells what was wrong: the first of an error, else the last that is there. */
function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  return (lines.find(line => /^(❌|[\w.]*(Error|Exception): )/.test(line)) ?? lines.at(-1) ?? '').slice(0, 400);
}
