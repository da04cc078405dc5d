import { callsOf, type AwsCommand } from '../core/aws/command-calls';
import { clusterIdOf, preflightLines, preflightOf } from '../core/aws/preflight';
import { placesOfArn } from '../core/aws/arns';
import type { Target } from '../node/target';
import { agree } from './agreement';
import { callerOn } from './caller';
import type { Console } from './console';

/**
 * Says what a command will call in AWS before it does, and asks where somebody is there to answer: who runs it in a script has agreed.
 * Nothing for the local cluster.
 * @throws CodedError `CANCELLED`
 */
export async function announce(
  command: AwsCommand,
  target: Target,
  { functionName, yes }: { functionName?: string; yes?: boolean },
  console: Console,
): Promise<void> {
  if (target.kind === 'local') return;
  const lines = await callLines(command, target, functionName);
  const nobody = !console.stderr.isTTY || !process.stdin.isTTY;
  await agree({ lines, question: 'Go on?', code: 'NOT_CONFIRMED', yes: yes === true || nobody }, console);
}

/** Who calls, and what a command will call, on a target in AWS; nothing for the local cluster. */
export async function callLines(command: AwsCommand, target: Target, functionName?: string): Promise<string[]> {
  if (target.kind === 'local') return [];
  const { endpoint, region, lambda } = target;
  const cluster = clusterIdOf(endpoint);
  const known = {
    ...placesOfArn(lambda.roleArn),
    region,
    ...(cluster !== undefined && { cluster }),
    ...(functionName !== undefined && { function: lambda.functionPrefix + functionName }),
  };
  return preflightLines(preflightOf(callsOf(command), known, { caller: await callerOn(target), host: endpoint }));
}
