import { shellWord } from '../connections/shell-word';
import { OUTPUTS_FILE, type StackAction, type StackRequest } from './contract';

/** Arguments for the CDK CLI, run in the app's folder. What it would ask is asked before, so that it does not. */
export function cdkArguments(action: StackAction, request: StackRequest): string[] {
  const context = contextOf(request).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const common = [
    ...context,
    ...(request.awsProfile === undefined ? [] : ['--profile', request.awsProfile]),
    '--no-notices',
  ];
  switch (action) {
    case 'synth':
      return ['synth', '--quiet', ...common];
    case 'deploy':
      return [
        'deploy',
        '--all',
        '--require-approval',
        'never',
        '--progress',
        'events',
        '--outputs-file',
        OUTPUTS_FILE,
        ...common,
      ];
    case 'destroy':
      // of a pair neither cluster is gone before the other is asked to go
      return ['destroy', '--all', '--force', '--concurrency', '2', ...common];
  }
}

function contextOf({ stackName, region, functionPrefix, twoRegions }: StackRequest): [string, string][] {
  const all: [string, string | undefined][] = [
    ['stackName', stackName],
    ['region', region],
    ['functionPrefix', functionPrefix],
    ['secondRegion', twoRegions?.secondRegion],
    ['witnessRegion', twoRegions?.witnessRegion],
  ];
  return all.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** Variables for the CLI beside those of the caller: the Region that its SDK clients talk to. */
export const cdkVariables = ({ region }: StackRequest): Record<string, string> =>
  region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region };

/** The line as people would type it. */
export const commandText = (args: readonly string[]): string => ['cdk', ...args].map(shellWord).join(' ');
