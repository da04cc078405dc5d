import { CodedError } from '../../base/errors';
import { GENERATOR_FUNCTION } from '../../core/lambda/names';

/** Types of errors that Lambda answers with in the place of a function that ended, took too long or said too much. */
const OF_LAMBDA = /^(Runtime|Sandbox|Function)\./;

/** A generator function failed: its answer is an error. */
export function generatorFailed(payload: unknown): CodedError {
  const { errorType, errorMessage } = (payload ?? {}) as { errorType?: unknown; errorMessage?: unknown };
  const text = [errorType, errorMessage].filter(part => typeof part === 'string').join(': ');
  return new CodedError('STRESS_GENERATOR_FAILED', `a load generator in Lambda failed: ${text || 'no reason given'}`, {
    nextStep: OF_LAMBDA.test(String(errorType))
      ? `Ask for shorter legs, or for more generators with fewer calls in flight each. What it printed: dsql-workshop logs ${GENERATOR_FUNCTION}`
      : "Check that the generators' role may do what the plan's rows name, and that the function can reach the cluster.",
  });
}

/** An answer that is no leg's figures. */
export function generatorAnswer(): CodedError {
  return new CodedError('STRESS_GENERATOR_ANSWER', 'a load generator answered something else than figures', {
    nextStep: 'Remove the function dsql-load-generator and run once more: it is deployed anew.',
  });
}
