/** What each of the product's commands calls in AWS, in the order in which it is sent. On the local cluster nothing of it goes to AWS. */
import type { PlannedCall } from './calls';
import {
  CREATE_CLUSTER,
  CREATE_CLUSTER_PAIR,
  DELETE_CLUSTER,
  DELETE_CLUSTER_PAIR,
  FIND_CLUSTERS,
} from './command-calls/cluster-calls';
import { assumeRole, CALLER_IDENTITY, CONNECT_AS_ADMIN, CONNECT_AS_ROLE } from './command-calls/database-calls';
import {
  COMPARE_FUNCTION,
  CONFIGURE_FUNCTION,
  DEPLOY_FUNCTION,
  INVOKE_FUNCTION,
  LIST_FUNCTIONS_AND_VERSIONS,
  REMOVE_FUNCTION,
  ROLL_BACK_FUNCTION,
  SEE_FUNCTION,
  STRESS_FROM_LAMBDA,
} from './command-calls/function-calls';
import { FILTER_LOG_EVENTS, METRIC_DATA } from './command-calls/observation-calls';
import { DEPLOY_STACK, DESCRIBE_STACK, DESTROY_STACK } from './command-calls/stack-calls';
import { FIND_EVERYTHING, TEAR_DOWN } from './command-calls/teardown-calls';

/** Commands that ask the user first: whose credentials they use is asked before, so that it can be told. Needs no permission. */
const asking = (calls: readonly PlannedCall[]): readonly PlannedCall[] => [CALLER_IDENTITY, ...calls];

/** By the name that `dsql-workshop policy --command` takes. */
export const COMMAND_CALLS = {
  connect: [CONNECT_AS_ADMIN],
  'connect-as-role': [CONNECT_AS_ROLE],
  doctor: [CALLER_IDENTITY, CONNECT_AS_ADMIN],
  'create-cluster': asking(CREATE_CLUSTER),
  'create-cluster-pair': asking(CREATE_CLUSTER_PAIR),
  'find-clusters': FIND_CLUSTERS,
  'delete-cluster': asking(DELETE_CLUSTER),
  'delete-cluster-pair': asking(DELETE_CLUSTER_PAIR),
  setup: asking([
    { ...CONNECT_AS_ADMIN, why: 'as admin: makes what is missing of tables, accounts and function', changes: true },
  ]),
  role: [CONNECT_AS_ADMIN, CALLER_IDENTITY, assumeRole('to verify by connecting as the role, where it may be assumed')],
  deploy: asking(DEPLOY_FUNCTION),
  invoke: asking([INVOKE_FUNCTION]),
  configure: asking(CONFIGURE_FUNCTION),
  'roll-back': asking(ROLL_BACK_FUNCTION),
  compare: COMPARE_FUNCTION,
  functions: LIST_FUNCTIONS_AND_VERSIONS,
  'remove-function': asking([SEE_FUNCTION, REMOVE_FUNCTION]),
  'verify-transfer': asking([CONNECT_AS_ADMIN, INVOKE_FUNCTION]),
  'tail-log': [FILTER_LOG_EVENTS],
  stress: asking([CONNECT_AS_ADMIN, INVOKE_FUNCTION]),
  'stress-from-lambda': asking([CONNECT_AS_ADMIN, ...STRESS_FROM_LAMBDA]),
  metrics: [METRIC_DATA],
  cost: [METRIC_DATA],
  'find-everything': FIND_EVERYTHING,
  teardown: TEAR_DOWN,
  'deploy-stack': DEPLOY_STACK,
  'destroy-stack': DESTROY_STACK,
  'stack-outputs': [DESCRIBE_STACK],
} satisfies Readonly<Record<string, readonly PlannedCall[]>>;

/** A command whose calls of AWS are known beforehand: what is asked about, and made policies of, by this name. */
export type AwsCommand = keyof typeof COMMAND_CALLS;

export const AWS_COMMANDS = Object.keys(COMMAND_CALLS) as readonly AwsCommand[];

export const isAwsCommand = (name: string): name is AwsCommand => Object.hasOwn(COMMAND_CALLS, name);

/** The calls of a command. */
export const callsOf = (command: AwsCommand): readonly PlannedCall[] => COMMAND_CALLS[command];
