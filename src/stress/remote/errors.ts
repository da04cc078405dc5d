import { CodedError } from '../../base/errors';

/** A generator function failed: its answer is an error. */
export function generatorFailed(payload: unknown): CodedError {
  const { errorType, errorMessage } = (payload ?? {}) as { errorType?: unknown; errorMessage?: unknown };
  const text = [errorType, errorMessage].filter(part => typeof part === 'string').join(': ');
  return new CodedError('STRESS_GENERATOR_FAILED', `a load generator in Lambda failed: ${text || 'no reason given'}`, {
    nextStep:
      "Check that the generators' role may do what the plan's rows name, and that the function can reach the cluster.",
  });
}

/** An answer that is no leg's figures. */
export function generatorAnswer(): CodedError {
  return new CodedError('STRESS_GENERATOR_ANSWER', 'a load generator answered something else than figures', {
    nextStep: 'Remove the function dsql-load-generator and run once more: it is deployed anew.',
  });
}
