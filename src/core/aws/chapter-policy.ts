/** What a chapter calls in AWS, from its own actions and checks: for the policy of whoever runs it, and of its functions. */
import type { Action, Chapter, Check, Step } from '../chapters/contract';
import { foundationOf } from '../chapters/preparation';
import { ARNS, fillPlaces } from './arns';
import type { PlannedCall } from './calls';
import { assumeRole, CALLER_IDENTITY, CONNECT_AS_ADMIN, CONNECT_AS_ROLE } from './command-calls/database-calls';
import { DEPLOY_FUNCTION, INVOKE_FUNCTION, REMOVE_FUNCTION, SEE_FUNCTION } from './command-calls/function-calls';

export interface ChapterPolicyOptions {
  /** All chapters that are known: a run brings the database to where the chapter starts, and undoes what was built on it. */
  library: readonly Chapter[];
  /** Put before the names of functions on the target. */
  functionPrefix?: string;
}

/** The calls of one run of the chapter by a user: who they are, preparation, reset, its steps, their checks. Without repetition. */
export function chapterCalls(chapter: Chapter, { library, functionPrefix = '' }: ChapterPolicyOptions): PlannedCall[] {
  const prepared = foundationOf(chapter, library).flatMap(({ steps }) => steps.filter(({ base }) => base));
  const undone = library.filter(other => foundationOf(other, library).includes(chapter)).flatMap(({ steps }) => steps);
  const calls: NamedCall[] = [
    [CALLER_IDENTITY],
    ...[...prepared, ...chapter.steps].flatMap(callsOfStep),
    ...undone.flatMap(({ undo }) => undo).flatMap(callsOfAction),
  ];
  const named = calls.map(call => nameIn(call, functionPrefix));
  return [...new Map(named.map(call => [JSON.stringify(call), call])).values()];
}

/** Functions that a run of the chapter deploys, with the target's prefix. */
export function chapterFunctions(chapter: Chapter, { library, functionPrefix = '' }: ChapterPolicyOptions): string[] {
  const steps = [
    ...foundationOf(chapter, library).flatMap(each => each.steps.filter(({ base }) => base)),
    ...chapter.steps,
  ];
  const names = steps.flatMap(({ actions }) =>
    actions.flatMap(action => (action.type === 'deploy' ? [functionPrefix + action.functionName] : [])),
  );
  return [...new Set(names)];
}

/** What the chapter's functions do themselves: connect as their database role, and log. Nothing for a chapter without functions. */
export const executionCalls = (functions: readonly string[]): PlannedCall[] =>
  functions.length === 0
    ? []
    : [CONNECT_AS_ROLE, ...functions.flatMap(name => LOGGING.map(call => withFunction(call, name)))];

/** A function's own log: the group of its name, and the streams in it. Lambda guide, “Execution role”, seen 2026-11-21. */
const LOGGING: readonly PlannedCall[] = [
  logging('CreateLogGroup'),
  logging('CreateLogStream'),
  logging('PutLogEvents'),
];

function logging(operation: string): PlannedCall {
  const why = 'what the function logs';
  const resources = [ARNS.logGroup];
  return { service: 'logs', operation, actions: [`logs:${operation}`], resources, why, changes: true };
}

const callsOfStep = ({ actions, checks, undo }: Step): NamedCall[] => [
  ...actions.flatMap(callsOfAction),
  ...checks.flatMap(callsOfCheck),
  ...undo.flatMap(callsOfAction),
];

/** A call, and the function that it is about. */
type NamedCall = readonly [call: PlannedCall, functionName?: string];

const ADMIN: NamedCall[] = [[CONNECT_AS_ADMIN]];

/** Of statements: as admin, as another role with one's own keys, or with those of the functions' role, which is assumed. */
function sqlCalls({ as, user }: { as: 'admin' | 'lambda'; user?: string }): NamedCall[] {
  if (as === 'lambda') return [[assumeRole('to speak with the keys of the functions')]];
  return user === undefined || user === 'admin' ? ADMIN : [[CONNECT_AS_ROLE]];
}

const about = (calls: readonly PlannedCall[], functionName: string): NamedCall[] =>
  calls.map(call => [call, functionName]);

function callsOfAction(action: Action): NamedCall[] {
  switch (action.type) {
    case 'sql':
      return sqlCalls(action);
    case 'token':
      return sqlCalls(action);
    case 'explain':
    case 'load-accounts':
    case 'wait-for-jobs':
    case 'sessions':
    case 'heat-map':
      return ADMIN;
    case 'deploy':
      return about(DEPLOY_FUNCTION, action.functionName);
    case 'remove-function':
      return about([SEE_FUNCTION, REMOVE_FUNCTION], action.functionName);
    case 'invoke':
    case 'measure':
      return about([INVOKE_FUNCTION], action.functionName);
    case 'stress':
      return [...ADMIN, ...(action.functionName === undefined ? [] : about([INVOKE_FUNCTION], action.functionName))];
    case 'compare-runs':
    case 'conflict-map':
    case 'compare-plans':
      return [];
  }
}

function callsOfCheck(check: Check): NamedCall[] {
  switch (check.type) {
    case 'rows':
    case 'money':
    case 'plan':
    case 'index':
      return ADMIN;
    case 'fails':
      return sqlCalls(check);
    case 'promises':
      return [...ADMIN, ...about([INVOKE_FUNCTION], check.functionName)];
    case 'answer':
    case 'stress':
    case 'sessions':
      return [];
  }
}

function nameIn([call, functionName]: NamedCall, prefix: string): PlannedCall {
  return functionName === undefined ? call : withFunction(call, prefix + functionName);
}

/** The call, about the function of this name. */
export function withFunction(call: PlannedCall, name: string): PlannedCall {
  return { ...call, resources: call.resources.map(resource => fillPlaces(resource, { function: name })) };
}
