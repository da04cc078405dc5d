/** Ways in which a call fails, in the words of each service. */
import type { AwsBreakdown, AwsFault } from '../../local/aws/contract';

/** The first six come once: what may be tried again is. The others stay, as when a Region has a bad day or a session has ended. */
export const FAULT_KINDS = [
  ...(['refused', 'conflict', 'throttled', 'failed', 'silence', 'lost'] as const),
  ...(['expired', 'always throttled', 'always failed', 'always silence'] as const),
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** The call never succeeds, however often it is sent. */
export const isLasting = (kind: FaultKind): boolean => kind === 'expired' || kind.startsWith('always');

/** Services whose requests and answers are the Query protocol's. */
const QUERY = /^(sts|iam|cloudformation) /;
const READS = /^\w+ (Get|List|Describe|Filter)/;

/** Whether a service may answer a call like this: not all know of conflicts, and a function may run for 15 minutes. */
export function canFail(call: string, kind: FaultKind): boolean {
  if (kind === 'conflict') {
    if (/^(sts|tagging|monitoring) /.test(call)) return false;
    return !/^(iam|logs|cloudformation) /.test(call) || !READS.test(call);
  }
  return call !== 'lambda Invoke' || !kind.endsWith('silence');
}

/** The IAM action of a call. */
export function actionOf(call: string): string {
  const [service = '', operation = ''] = call.split(' ');
  if (call === 'lambda Invoke') return 'lambda:InvokeFunction';
  const prefix: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', tagging: 'tag' };
  return `${prefix[service] ?? service}:${operation}`;
}

/** Names and states: the errors of the services' models. */
export function faultOf(kind: FaultKind, call: string): AwsFault | AwsBreakdown {
  const [service = ''] = call.split(' ');
  const lambda = service === 'lambda';
  const xml = QUERY.test(call);
  switch (kind) {
    case 'silence':
    case 'lost':
      return kind;
    case 'always silence':
      return 'silence';
    case 'refused': {
      const message = `User: arn:aws:iam::000000000000:user/learner is not authorized to perform: ${actionOf(call)}`;
      return { status: 403, code: xml ? 'AccessDenied' : 'AccessDeniedException', message };
    }
    case 'expired':
      return {
        status: 403,
        code: xml ? 'ExpiredToken' : 'ExpiredTokenException',
        message: 'The security token included in the request is expired',
      };
    case 'conflict':
      return conflictOf(service);
    case 'throttled':
    case 'always throttled':
      return lambda
        ? { status: 429, code: 'TooManyRequestsException', message: 'Rate exceeded' }
        : { status: xml ? 400 : 429, code: xml ? 'Throttling' : 'ThrottlingException', message: 'Rate exceeded' };
    case 'failed':
    case 'always failed':
      return lambda
        ? { status: 500, code: 'ServiceException', message: 'An error occurred.' }
        : { status: 500, code: xml ? 'InternalFailure' : 'InternalServerException', message: 'An error occurred.' };
  }
}

function conflictOf(service: string): AwsFault {
  switch (service) {
    case 'lambda':
      return { status: 409, code: 'ResourceConflictException', message: 'An update is in progress for resource.' };
    case 'iam':
      return {
        status: 409,
        code: 'ConcurrentModification',
        message: 'The entity is being changed by another request.',
      };
    case 'logs':
      return {
        status: 400,
        code: 'OperationAbortedException',
        message: 'Multiple concurrent requests to update the same resource were in conflict.',
      };
    case 'cloudformation':
      return {
        status: 400,
        code: 'ValidationError',
        message: 'Stack is in UPDATE_IN_PROGRESS state and can not be updated.',
      };
    default:
      return { status: 409, code: 'ConflictException', message: 'The resource is being changed.' };
  }
}
