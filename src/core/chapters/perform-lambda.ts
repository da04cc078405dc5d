import { CodedError } from '../../base/errors';
import { deployedText, kibText, type Invocation } from '../lambda/contract';
import type { Action, StepResult } from './contract';
import { cancelled } from './errors';
import type { Stage } from './stage';

const MAX_CONFLICTS = 3;

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

/** Deploys the learner's own sources where there are some, else the chapter's. Rejects with the port's errors. */
export async function deploy(action: Of<'deploy'>, stage: Stage): Promise<StepResult> {
  const { ports, directory, progress, signal } = stage;
  const { variables } = ports;
  const own = stage.sources?.(action.lambda, action.functionName);
  const source = {
    name: action.functionName,
    directory: own?.directory ?? joinPath(directory, action.lambda),
    ...(own?.own && { publish: true }),
    environment: { CLUSTER_ENDPOINT: variables.clusterEndpoint ?? '' },
    roleArn: variables.lambdaRoleArn ?? '',
    chapter: directory.split(/[\\/]/).filter(Boolean).at(-1),
  };
  const deployment = await ports.lambda.deploy(source, text => progress({ text }), signal);
  const size = kibText(deployment.bundleBytes);
  const whose = own?.own ? ` from your code in ${own.directory}` : '';
  return { type: 'text', text: `${deployedText(deployment)} ${deployment.functionArn}, ${size}${whose}` };
}

/** Removes a function; one that is not deployed is no failure. */
export async function removeFunction(action: Of<'remove-function'>, { ports }: Stage): Promise<StepResult> {
  if (!(await ports.lambda.exists(action.functionName)))
    return { type: 'text', text: `${action.functionName} is not deployed` };
  await ports.lambda.remove(action.functionName);
  return { type: 'text', text: `Removed ${action.functionName}` };
}

/** Calls one after the other and keeps the last answer under the action's name. Rejects when an answer is not what the action says. */
export async function invoke(action: Of<'invoke'>, { ports, memory, progress, signal }: Stage): Promise<StepResult> {
  let invocation: Invocation | undefined;
  for (let i = 0; i < action.times; i++) {
    if (signal.aborted) throw cancelled();
    if (action.times > 1) progress({ text: `call ${i + 1} of ${action.times}`, fraction: i / action.times });
    invocation = await invokeUntilSettled(action, { ports, signal });
    memory.answers.set(action.name, invocation.payload);
    verifyInvocation(action, invocation);
  }
  return { type: 'json', value: invocation?.payload, title: action.name };
}

/** A conflict applied nothing, so the call is repeated, which every caller would do: after a GRANT the first one may meet OC001. */
async function invokeUntilSettled(
  action: Of<'invoke'>,
  { ports, signal }: Pick<Stage, 'ports' | 'signal'>,
): Promise<Invocation> {
  for (let attempt = 1; ; attempt++) {
    const invocation = await ports.lambda.invoke(action.functionName, action.payload, { tailLog: true, signal });
    const { errorCode } = (invocation.payload ?? {}) as { errorCode?: unknown };
    if (errorCode !== '40001' || attempt === MAX_CONFLICTS) return invocation;
  }
}

function verifyInvocation(action: Of<'invoke'>, invocation: Invocation): void {
  const failed = invocation.functionError !== undefined;
  if (failed === action.expectFunctionError) return;
  const { errorMessage, error } = (invocation.payload ?? {}) as { errorMessage?: string; error?: unknown };
  throw failed
    ? new CodedError('FUNCTION_FAILED', `${action.functionName} failed: ${errorMessage ?? invocation.functionError}`, {
        nextStep: "Read the function's log below the message, correct the handler, and run the step again.",
        details: { log: invocation.log },
      })
    : new CodedError('EXPECTED_ERROR_MISSING', `${action.functionName} answered, a failure was expected`, {
        nextStep:
          typeof error === 'string'
            ? `The handler caught what this step shows, and answered “${error}”. Let the error leave the handler, as in the step's solution, and run the step again.`
            : 'Undo the later steps first: they grant what this step shows the lack of.',
      });
}

/** Joins a folder and a relative path; both separators are understood, the folder's own is kept. */
function joinPath(directory: string, relative: string): string {
  const separator = directory.includes('\\') ? '\\' : '/';
  const parts = directory.split(/[\\/]/);
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join(separator);
}
