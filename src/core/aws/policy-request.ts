/** Which policy is asked for, and the document: shared by command line and window. */
import type { Chapter } from '../chapters/contract';
import type { KnownPlaces } from './arns';
import type { PlannedCall } from './calls';
import { chapterCalls, chapterFunctions, executionCalls, withFunction } from './chapter-policy';
import { callsOf, type AwsCommand } from './command-calls';
import { CONNECT_AS_ADMIN } from './command-calls/database-calls';
import { INVOKE_FUNCTION } from './command-calls/function-calls';
import { GENERATOR_FUNCTION } from '../lambda/names';
import { policyOf, TRUST_POLICY, type PolicyDocument } from './policy';

/** Who the policy is for: whoever runs the command, the functions' execution role; or who may assume that role. */
export type PolicyRole = 'user' | 'execution' | 'trust';

export interface PolicyRequest {
  chapters: readonly Chapter[];
  commands: readonly AwsCommand[];
  role: PolicyRole;
  /** All chapters that are known. */
  library: readonly Chapter[];
  functionPrefix: string;
  known: KnownPlaces;
}

/** One document for all that is asked for. Its list of statements is empty when nothing of it needs a permission. */
export function requestedPolicy({ role, known, ...request }: PolicyRequest): PolicyDocument {
  if (role === 'trust') return TRUST_POLICY;
  return policyOf(role === 'user' ? userCalls(request) : executionRoleCalls(request), known);
}

type Asked = Omit<PolicyRequest, 'role' | 'known'>;

const userCalls = ({ chapters, commands, ...options }: Asked): PlannedCall[] => [
  ...chapters.flatMap(chapter => chapterCalls(chapter, options)),
  ...commands.flatMap(command =>
    command === 'stress-from-lambda'
      ? callsOf(command).map(call => withFunction(call, options.functionPrefix + GENERATOR_FUNCTION))
      : callsOf(command),
  ),
];

function executionRoleCalls({ chapters, commands, ...options }: Asked): PlannedCall[] {
  const functions = chapters.flatMap(chapter => chapterFunctions(chapter, options));
  return [
    ...executionCalls([...new Set(functions)]),
    ...commands.flatMap(command => {
      // a generator calls the transfer function, or speaks SQL as admin
      if (command === 'stress-from-lambda')
        return [
          ...executionCalls([options.functionPrefix + GENERATOR_FUNCTION]).slice(1),
          INVOKE_FUNCTION,
          CONNECT_AS_ADMIN,
        ];
      return RUNS_A_FUNCTION.has(command) ? executionCalls(['{function}']) : [];
    }),
  ];
}

const RUNS_A_FUNCTION: ReadonlySet<AwsCommand> = new Set([
  'deploy',
  'invoke',
  'configure',
  'roll-back',
  'verify-transfer',
  'stress',
  'tail-log',
  'deploy-stack',
]);
