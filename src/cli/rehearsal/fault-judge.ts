/** What a user is told of a failed call, held to what helps: what failed, why, what to do next, what was left behind. */
import type { LocalClusterInfo } from '../../protocol/local-cluster';
import { EXIT } from '../exit-codes';
import { actionOf, isLasting, type FaultKind } from './fault-kinds';

export interface Told {
  call: string;
  fault: FaultKind;
  exitCode: number;
  /** Standard error: progress, then the failure. */
  told: string;
  /** Standard output. */
  out: string;
  /** It tells what failed in its list or report on standard output, where it ends by itself. */
  reports: boolean;
  /** Names of what is there all the same, or still. */
  left: readonly string[];
  /** Calls without which the command still does what it is for. */
  goesOn: readonly string[];
  /** What it says when it goes on without an answer. */
  warns: RegExp | undefined;
  /** Calls that are sent once, whatever comes of it. */
  once: readonly string[];
}

/** What is wrong with what the user was told; nothing when it helps. */
export function judge(
  { call, fault, exitCode, told, out, reports, left, goesOn, warns, once }: Told,
  { admin, lambdaRole, generatorRole }: Pick<LocalClusterInfo, 'admin' | 'lambdaRole' | 'generatorRole'>,
): string[] {
  const problems: string[] = [];
  if ([admin, lambdaRole, generatorRole].some(({ secretAccessKey }) => (told + out).includes(secretAccessKey)))
    problems.push('a secret was told');
  const [, ended] = /(?:^|\n)error: ([\s\S]*)$/.exec(told) ?? [];
  const failure = ended ?? (reports ? out : undefined);
  const mayPass = !isLasting(fault) && fault !== 'refused' && fault !== 'conflict';
  if (exitCode === EXIT.ok) {
    const said = goesOn.includes(call) || warns?.test(out) === true;
    if (!mayPass && fault !== 'conflict' && !said) problems.push('it went on as if nothing was');
    return problems;
  }
  if (mayPass && !once.includes(call)) problems.push('was not tried again');
  if (failure === undefined) return [...problems, 'it failed without saying why'];
  if (failure.trim().split('\n').length < 2) problems.push('no next step');
  if (fault === 'refused' && !failure.includes(actionOf(call))) problems.push(`${actionOf(call)} is not named`);
  if (fault === 'expired' && !/sign in|new credentials|fresh credentials/i.test(failure))
    problems.push('not told to sign in again');
  if (fault.startsWith('always') && !/again|later|wait|lower/i.test(failure)) problems.push('not told to try again');
  for (const name of left) if (!failure.includes(name)) problems.push(`${name} is there and is not named`);
  if (fault === 'lost' && !/may have|whether/i.test(failure)) problems.push('not told that it may have been done');
  return problems;
}
