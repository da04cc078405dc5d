import type { ConnectionProfile } from '../connections/connection-profile';
import { parseEndpoint } from '../connections/endpoint';
import { notDeployed, outputsMalformed, targetsUnreadable } from './errors';
import type { StackOutputs } from './contract';

/**
 * The stacks of an outputs file, those of the workshop: with an endpoint and a role.
 * @param file shown in errors
 * @throws CodedError `STACK_OUTPUTS_MALFORMED`, `STACK_NOT_DEPLOYED`
 */
export function readStackOutputs(text: string, file: string): StackOutputs[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw outputsMalformed(file, `not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw outputsMalformed(file, 'no object of stacks');
  const found = Object.entries(value).flatMap(([stackName, outputs]) => stackOf(stackName, outputs, file));
  if (found.length === 0) throw notDeployed(file);
  // the CDK writes them as they are done; a pair's second is named after its first
  return found.sort((a, b) => (a.stackName < b.stackName ? -1 : 1));
}

function stackOf(stackName: string, outputs: unknown, file: string): StackOutputs[] {
  const fields = new Map(
    Object.entries((outputs ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
  const endpoint = fields.get('ClusterEndpoint');
  const lambdaRoleArn = fields.get('LambdaRoleArn');
  if (endpoint === undefined || lambdaRoleArn === undefined) return [];
  let region: string;
  try {
    ({ region } = parseEndpoint(endpoint));
  } catch {
    throw outputsMalformed(file, `"${endpoint}" of ${stackName} is no endpoint`);
  }
  return [
    {
      stackName,
      endpoint,
      region,
      lambdaRoleArn,
      clusterArn: fields.get('ClusterArn'),
      clusterId: fields.get('ClusterId'),
      functionName: fields.get('FunctionName'),
    },
  ];
}

/** A connection to a stack's cluster. `id` and a free `name` are the caller's. */
export const profileOf = (stack: StackOutputs, awsProfile?: string): Omit<ConnectionProfile, 'id'> => ({
  name: stack.stackName,
  kind: 'aws',
  host: stack.endpoint,
  port: 5432,
  region: stack.region,
  user: 'admin',
  readOnly: false,
  environment: 'development',
  lambdaRoleArn: stack.lambdaRoleArn,
  ...(awsProfile !== undefined && { awsProfile }),
});

/**
 * The text of a `dsql-workshop.json` with the stack as its target `name`; everything else in it stays as it is.
 * @param text of the file; undefined where there is none
 * @throws CodedError `STACK_TARGET_NOT_WRITTEN` when the file is no JSON, or has another target of that name
 */
export function withTarget(
  text: string | undefined,
  file: string,
  name: string,
  stack: StackOutputs,
  awsProfile?: string,
): string {
  let config: unknown;
  try {
    config = text === undefined ? {} : JSON.parse(text);
  } catch (error) {
    throw targetsUnreadable(file, (error as Error).message);
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw targetsUnreadable(file, 'it holds no object');
  const { targets = {} } = config as { targets?: unknown };
  if (typeof targets !== 'object' || targets === null) throw targetsUnreadable(file, '"targets" is no object');
  const before = Object.hasOwn(targets, name) ? (targets as Record<string, unknown>)[name] : undefined;
  if (before !== undefined && (before as { endpoint?: unknown } | null)?.endpoint !== stack.endpoint)
    throw targetsUnreadable(file, `its target "${name}" is of another cluster`);
  const target = {
    ...(before as object | undefined),
    endpoint: stack.endpoint,
    lambdaRoleArn: stack.lambdaRoleArn,
    ...(awsProfile !== undefined && { awsProfile }),
  };
  return `${JSON.stringify({ ...config, targets: { ...targets, [name]: target } }, undefined, 2)}\n`;
}
