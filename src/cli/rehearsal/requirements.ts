/** What every captured call is held against, whatever the script says: the service's model, and what the command said it would call. */
import type { AwsServiceName, PlannedCall } from '../../core/aws/calls';
import type { AwsCall } from '../../local/aws/contract';
import type { AwsEndpoint } from '../../local/aws/endpoint';
import { modelProblems } from '../../local/aws/model/check';

/** Services as their signatures name them. */
const NAME_OF: Readonly<Record<string, AwsServiceName>> = { monitoring: 'cloudwatch', tagging: 'tag' };

/** Calls that do not fit their service's model: unknown operations and members, required ones that are missing, wrong types. */
export function modelViolations(calls: readonly AwsCall[], aws: AwsEndpoint): string[] {
  const problems = calls.flatMap(call => {
    const { model, texts } = aws.service(call.service) ?? {};
    // of what only the CDK asks, S3 and SSM
    if (!model) return [];
    return modelProblems(model, call, { texts }).map(problem => `${call.service} ${problem}`);
  });
  return [...new Set(problems)];
}

/** Calls of which the command did not say that it makes them: nobody was asked to allow them. */
export function undeclared(calls: readonly AwsCall[], declared: readonly PlannedCall[]): string[] {
  const known = new Set(declared.map(({ service, operation }) => `${service} ${operation}`));
  const sent = new Set(calls.map(({ service, operation }) => `${NAME_OF[service] ?? service} ${operation}`));
  return [...sent].filter(call => !known.has(call));
}
